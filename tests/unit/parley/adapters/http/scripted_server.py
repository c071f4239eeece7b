"""A server that says exactly what a test tells it to, and connections to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from parley.adapters.http.exchange import Outcome
from parley.adapters.http.kept_connections import KeptConnections

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
Say = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """Answers each body by ``say``; keeps the heads and bodies of what came."""

    say: Say
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                self.heads.append(head)
                self.bodies.append(body)
                await self.say(body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            self.ended.set()
            writer.close()


@asynccontextmanager
async def site(
    say: Say, *, limit: int = 4, timeout_seconds: float = 30.0, kept_seconds: float = 15.0
) -> AsyncIterator[tuple[KeptConnections, Server]]:
    server = Server(say)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    connections = KeptConnections(
        f"http://127.0.0.1:{port}",
        limit=limit,
        timeout_seconds=timeout_seconds,
        kept_seconds=kept_seconds,
    )
    try:
        yield connections, server
    finally:
        await connections.close()
        listening.close()
        await listening.wait_closed()


def saying(*parts: bytes, closes: bool = False) -> Say:
    async def say(body: bytes, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if closes:
            writer.close()

    return say


async def echo(body: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


async def post(connections: KeptConnections, *bodies: str) -> list[Outcome]:
    return await connections.post_each("/path", bodies, str.encode, {"X-Name": "value"})
