"""`python -m emulator.fcm [--port N]`: serve the stand-in until it is told to stop."""

import argparse

from aiohttp import web

from emulator.fcm.server import FcmStandIn
from emulator.ports import HOST, Ports


def main() -> None:
    """Serve; the port is the contract's, moved by `PARLEY_PORT_OFFSET`, unless told otherwise."""
    parser = argparse.ArgumentParser(prog="python -m emulator.fcm", description=__doc__)
    parser.add_argument("--port", type=int, default=Ports.from_environment().fcm)
    port = parser.parse_args().port
    web.run_app(FcmStandIn().application(), host=HOST, port=port, access_log=None)


if __name__ == "__main__":
    main()
