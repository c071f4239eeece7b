#!/usr/bin/env bash
# pyreqwest 0.15.1 (PyPI), CPython 3.11
#
# A client that must not repeat a request in vain asks whether the server may have it. In other
# clients a connection error means that there was no connection. pyreqwest raises `ConnectError`
# also when the server took the whole request and closed the connection before its answer. Only the
# text of the causes tells the two apart.
#
# Seen:
#   nobody listens:                      ConnectError, cause 'client error (Connect)'
#   request received, then closed:       ConnectError, cause 'client error (SendRequest)'
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pyreqwest==0.15.1

"$work/venv/bin/python" - <<'PYTHON'
import asyncio
import socket

from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import ConnectError

received = []


async def take_and_close(reader, writer):
    received.append(await reader.readuntil(b"whole request"))
    writer.close()


async def cause_of(url):
    async with ClientBuilder().no_proxy().build() as client:
        try:
            await client.post(url).body_bytes(b"whole request").build().send()
        except ConnectError as error:
            return [cause["message"] for cause in error.details["causes"]][1]
    raise AssertionError("changed: no ConnectError")


async def main():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        unused = free.getsockname()[1]
    server = await asyncio.start_server(take_and_close, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    seen = [await cause_of(f"http://127.0.0.1:{port}/") for port in (unused, taken)]
    print("nobody listens:", seen[0])
    print("received, then closed:", seen[1], "after", len(received), "request")
    assert seen == ["client error (Connect)", "client error (SendRequest)"], "changed"
    assert len(received) == 1, "changed: it was sent again"


asyncio.run(main())
PYTHON
