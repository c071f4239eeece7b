"""A server of HTTP whose answers each test decides."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from parley.adapters.kept_connections import KeptConnections
from parley.adapters.request_groups import Outcome

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Reply = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Calls ``reply`` with each body that came; ``bodies`` are in the order of their arrival."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def serving(reply: Reply, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                server.heads.append(head)
                server.bodies.append(body)
                await reply(body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    server.url = f"http{'s' if tls else ''}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    listening.close()


def answering(answer: bytes) -> Reply:
    async def reply(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return reply


@asynccontextmanager
async def connected(
    server: Server,
    *,
    most: int = 4,
    timeout: float = 30.0,
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
) -> AsyncIterator[KeptConnections]:
    connections = KeptConnections(server.url, most=most, timeout=timeout, tls=tls)
    try:
        yield connections
    finally:
        await connections.close()


async def post(connections: KeptConnections, *bodies: bytes) -> list[Outcome]:
    async with asyncio.timeout(60):
        return await connections.post("/send", {"X-Name": "value"}, iter(bodies), len(bodies))
