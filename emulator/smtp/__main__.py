"""`python -m emulator.smtp [--port N] [--web-port N]`: serve the stand-in until it is stopped."""

import argparse
import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from emulator.ports import HOST, Ports
from emulator.smtp.server import SmtpStandIn
from emulator.smtp.web_side import application


def main() -> None:
    """Serve on the contract's ports, moved by `PARLEY_PORT_OFFSET`, or on the given ones."""
    ports = Ports.from_environment()
    parser = argparse.ArgumentParser(prog="python -m emulator.smtp", description=__doc__)
    parser.add_argument("--port", type=int, default=ports.smtp)
    parser.add_argument("--web-port", type=int, default=ports.smtp_web)
    chosen = parser.parse_args()
    stand_in = SmtpStandIn()
    served = application(stand_in)

    async def smtp(_: web.Application) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(stand_in.protocol, HOST, chosen.port)
        yield
        server.close()

    served.cleanup_ctx.append(smtp)
    web.run_app(served, host=HOST, port=chosen.web_port, access_log=None)


if __name__ == "__main__":
    main()
