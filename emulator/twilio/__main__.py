"""`python -m emulator.twilio [--port N]`: serve the stand-in until it is stopped."""

import argparse
import asyncio
import gc
import os
import signal

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
    # What it keeps of each message is never garbage, so looking through it often is waste.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    asyncio.run(_serve(stand_in, port))


async def _serve(stand_in: TwilioStandIn, port: int) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with stand_in.serving(HOST, port) as url:
        print(f"Serving Twilio's stand-in at {url}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
