"""`python -m emulator.twilio [--port N]`: serve the stand-in until it is stopped."""

import argparse
import os

from aiohttp import web

from emulator.ports import HOST, Ports
from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn


def main() -> None:
    """Serve on the contract's port, moved by `PARLEY_PORT_OFFSET`, or on the given one."""
    parser = argparse.ArgumentParser(prog="python -m emulator.twilio", description=__doc__)
    parser.add_argument("--port", type=int, default=Ports.from_environment().twilio)
    port = parser.parse_args().port
    public_url = os.environ.get("PARLEY_PUBLIC_URL", "").strip().rstrip("/") or None
    stand_in = TwilioStandIn(Account.from_environment(), public_url=public_url)
    web.run_app(stand_in.application(), host=HOST, port=port, access_log=None)


if __name__ == "__main__":
    main()
