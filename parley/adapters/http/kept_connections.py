"""Post many small bodies to one server, on connections that are kept.

aiohttp's client costs some 140 calls of Python a request, which is more than all else that a push
costs (``docs/performance.md``). Here a request is one write and one read; the parser is llhttp,
Node's own. No redirects, cookies, proxies or compression, and nothing is ever sent twice.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from parley.adapters.http.exchange import Connection, NoAnswer, Outcome

KEPT_SECONDS = 15.0
"""How long an idle connection is kept. A long time makes it likelier that the server closes one at
the moment when we write to it, which leaves the outcome in doubt."""

_LOOKS_A_TIMEOUT = 10
"""How often, within the time of one request, connections are looked over for what has lasted too
long. One timer for all of them costs less than one for each request."""

_HAPPY_EYEBALLS_SECONDS = 0.25
"""How long one address family is tried before the other; RFC 8305 recommends this."""

T = TypeVar("T")


class KeptConnections:
    """Connections to one server. Make it within the event loop, and close it.

    ``timeout_seconds`` bounds a request from its first byte on, and the opening of a connection.
    """

    def __init__(
        self,
        url: str,
        *,
        limit: int,
        timeout_seconds: float,
        kept_seconds: float = KEPT_SECONDS,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"{url!r} is no address of a server; give http://host or https://host")
        self._tls = _tls() if parts.scheme == "https" else None
        self._host = parts.hostname
        self._port = parts.port or (443 if self._tls else 80)
        self._named = parts.netloc.rpartition("@")[2]
        self._limit = limit
        self._timeout = timeout_seconds
        self._kept = kept_seconds
        self._look_seconds = min(timeout_seconds, kept_seconds) / _LOOKS_A_TIMEOUT
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[_Batch[Any], int]] = deque()
        self._under_way: dict[Connection, tuple[_Batch[Any], int]] = {}
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._look: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def close(self) -> None:
        """Close the connections; requests under way are in doubt."""
        self._is_closed = True
        if self._look is not None:
            self._look.cancel()
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)
        while self._waiting:
            self._unanswered("Closed")
        for connection in list(self._open):
            connection.abort("Closed")
        while self._open:
            # Each is closed in the loop's next turn.
            await asyncio.sleep(0)

    async def post_each(
        self,
        target: str,
        items: Sequence[T],
        encode: Callable[[T], bytes],
        headers: Mapping[str, str],
    ) -> list[Outcome]:
        """Post each item to a path of the server; return their outcomes, in order.

        An item is encoded when a connection is free for it. An error of ``encode`` is raised.
        """
        if not items:
            return []
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"POST {target} HTTP/1.1\r\nHost: {self._named}\r\n{lines}Content-Length: "
        batch = _Batch(items, encode, head.encode("latin-1"), self._loop.create_future())
        self._waiting.extend((batch, at) for at in range(len(items)))
        self._assign()
        try:
            return await batch.done
        except BaseException:
            self._abandon(batch)
            raise

    def ended(self, connection: Connection, outcome: Outcome) -> None:
        """Settle a request, and give its connection the next one."""
        batch, at = self._under_way.pop(connection)
        batch.settle(at, outcome)
        if connection.is_usable:
            self._give(connection)

    def lost(self, connection: Connection) -> None:
        """Forget a closed connection."""
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._assign()

    def _assign(self) -> None:
        """Give what waits to idle connections, and open as many as are missing."""
        if self._is_closed:
            while self._waiting:
                self._unanswered("Closed")
            return
        while self._waiting and self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                self._give(connection)
        missing = len(self._waiting) - len(self._opening)
        for _ in range(min(missing, self._limit - len(self._open) - len(self._opening))):
            task = self._loop.create_task(self._connect())
            self._opening.add(task)
            task.add_done_callback(self._connected)

    def _give(self, connection: Connection) -> None:
        """Give a connection the next request, or let it rest."""
        while self._waiting:
            batch, at = self._waiting.popleft()
            if (request := batch.request(at)) is not None:
                self._under_way[connection] = batch, at
                connection.send(request)
                return
        self._idle.append(connection)

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                _, connection = await self._loop.create_connection(
                    lambda: Connection(self, self._loop),
                    self._host,
                    self._port,
                    ssl=self._tls,
                    happy_eyeballs_delay=_HAPPY_EYEBALLS_SECONDS,
                )
        except Exception as error:
            # Nothing was sent. Each request that waits tries to connect, or all wait for nothing.
            if self._waiting:
                self._unanswered(type(error).__name__)
            return
        self._open.add(connection)
        if connection.is_usable:
            self._give(connection)
        else:
            self._open.discard(connection)
            if self._waiting:
                self._unanswered("ConnectionLost")
        if self._look is None:
            self._look = self._loop.call_later(self._look_seconds, self._look_over)

    def _connected(self, task: asyncio.Task[None]) -> None:
        self._opening.discard(task)
        self._assign()

    def _unanswered(self, error: str) -> None:
        batch, at = self._waiting.popleft()
        batch.settle(at, NoAnswer(error, is_in_doubt=False))

    def _look_over(self) -> None:
        """End what has lasted too long."""
        now = self._loop.time()
        for connection in list(self._open):
            lasted = now - connection.since
            if connection.is_busy:
                if lasted >= self._timeout:
                    connection.abort(TimeoutError.__name__)
            elif lasted >= self._kept:
                connection.abort("Idle")
        self._look = (
            self._loop.call_later(self._look_seconds, self._look_over) if self._open else None
        )

    def _abandon(self, batch: _Batch[Any]) -> None:
        """Stop what is left of a batch that nobody waits for any more."""
        self._waiting = deque(one for one in self._waiting if one[0] is not batch)
        for connection, (of, _) in list(self._under_way.items()):
            if of is batch:
                connection.abort("Cancelled")


class _Batch(Generic[T]):
    """The requests of one call."""

    def __init__(
        self,
        items: Sequence[T],
        encode: Callable[[T], bytes],
        head: bytes,
        done: asyncio.Future[list[Outcome]],
    ) -> None:
        self._items = items
        self._encode = encode
        self._head = head
        self._outcomes: dict[int, Outcome] = {}
        self.done = done

    def request(self, at: int) -> bytes | None:
        """Return the bytes of a request, None if the call has ended."""
        if self.done.done():
            return None
        try:
            body = self._encode(self._items[at])
        except Exception as error:
            self.done.set_exception(error)
            return None
        return b"%b%d\r\n\r\n%b" % (self._head, len(body), body)

    def settle(self, at: int, outcome: Outcome) -> None:
        """Note an outcome; the call ends with the last."""
        self._outcomes[at] = outcome
        if len(self._outcomes) == len(self._items) and not self.done.done():
            self.done.set_result([self._outcomes[one] for one in range(len(self._items))])


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
