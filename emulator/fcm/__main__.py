"""`python -m emulator.fcm [--port N]`: serve the stand-in until it is stopped."""

import argparse

from aiohttp import web

from emulator.fcm.server import FcmStandIn
from emulator.ports import HOST, Ports


def main() -> None:
    """Serve on the contract's port, moved by `PARLEY_PORT_OFFSET`, or on the given one."""
    parser = argparse.ArgumentParser(prog="python -m emulator.fcm", description=__doc__)
    parser.add_argument("--port", type=int, default=Ports.from_environment().fcm)
    port = parser.parse_args().port
    web.run_app(FcmStandIn().application(), host=HOST, port=port, access_log=None)


if __name__ == "__main__":
    main()
