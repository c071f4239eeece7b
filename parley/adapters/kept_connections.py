"""Post many small requests to one server, over kept connections, at little cost.

Each answer that wakes a task costs more than sending and reading it. So requests are given in
groups, and a group's caller is woken once. All connections are watched by one selector of their
own, which the event loop watches: however many answers have come, the loop makes one call.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from parley.adapters.http_connection import HttpConnection, connect
from parley.adapters.request_groups import InFlight, NoAnswer, Outcome, RequestGroup

IDLE_SECONDS = 60.0
"""Servers and their proxies close a connection that was not used for some minutes."""

CONNECTING = 4
"""Connections that are opened at once; each takes a thread until it stands."""

REFUSED_SECONDS = 1.0
"""After a connection was refused, how long those that stand serve alone."""

_TICK_SECONDS = 0.5
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


@dataclass(slots=True, eq=False)
class KeptConnections:
    """Connections to the server of ``url``: at most ``most``, one request in flight on each.

    Groups take turns, so one request does not wait for a group of hundreds. ``tls`` makes the
    context of encrypted connections. Use it within one event loop, and close it.
    """

    url: str
    most: int
    timeout: float
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    _waiting: deque[RequestGroup] = field(default_factory=deque, init=False)
    _free: list[HttpConnection] = field(default_factory=list, init=False)
    _busy: dict[HttpConnection, InFlight] = field(default_factory=dict, init=False)
    _open_after: float = field(default=0.0, init=False)
    _opening: int = field(default=0, init=False)
    _selector: selectors.DefaultSelector | None = field(default=None, init=False)
    _tick: asyncio.TimerHandle | None = field(default=None, init=False)
    _threads: ThreadPoolExecutor | None = field(default=None, init=False)
    _tls: ssl.SSLContext | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)

    async def post(
        self, path: str, headers: dict[str, str], bodies: Iterator[bytes], count: int
    ) -> list[Outcome]:
        """Post ``count`` bodies; return the outcome of each, in order. A body is made when sent."""
        if self._closed:
            raise RuntimeError("the connections are closed")
        if not count:
            return []
        loop = asyncio.get_running_loop()
        group = RequestGroup(
            self._head(path, headers), bodies, [None] * count, loop.create_future()
        )
        self._waiting.append(group)
        self._serve()
        try:
            await group.done
        finally:
            if group.waiting and group in self._waiting:
                self._waiting.remove(group)
        return [outcome for outcome in group.outcomes if outcome is not None]

    async def close(self) -> None:
        """Close all connections; requests in flight are in doubt."""
        self._closed = True
        self._fail_waiting("Closed")
        for connection in [*self._free, *self._busy]:
            self._drop(connection, "Closed")
        if self._tick is not None:
            self._tick.cancel()
        if self._selector is not None:
            asyncio.get_running_loop().remove_reader(self._selector.fileno())
            self._selector.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _head(self, path: str, headers: dict[str, str]) -> bytes:
        host = urlsplit(self.url).netloc
        lines = [f"POST {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\nContent-Length: ").encode("latin-1")

    # Sending.

    def _serve(self) -> None:
        """Send waiting requests over the free connections, the groups in turn."""
        while self._waiting and self._free:
            group = self._waiting.popleft()
            index = group.begun
            try:
                body = next(group.bodies)
            except Exception as error:
                if not group.done.done():
                    group.done.set_exception(error)
                continue
            group.begun += 1
            if group.waiting:
                self._waiting.append(group)
            connection = self._free.pop()
            self._busy[connection] = InFlight(group, index, _now() + self.timeout)
            try:
                if not connection.send(b"%b%d\r\n\r\n%b" % (group.head, len(body), body)):
                    self._watch(connection, _READ | _WRITE)
            except OSError as error:
                self._drop(connection, type(error).__name__)
        if self._waiting:
            self._open_more()
        if self._tick is None and not self._closed:
            self._tick = asyncio.get_running_loop().call_later(_TICK_SECONDS, self._look_at_times)

    def _on_ready(self) -> None:
        assert self._selector is not None
        for key, events in self._selector.select(0):
            connection: HttpConnection = key.fileobj  # type: ignore[assignment]  # only those
            try:
                if events & _WRITE and connection.send_rest():
                    self._watch(connection, _READ)
                if events & _READ:
                    self._receive(connection)
            except OSError as error:
                self._drop(connection, type(error).__name__)
        self._serve()

    def _receive(self, connection: HttpConnection) -> None:
        flight = self._busy.get(connection)
        answer = connection.receive()
        if answer is None:
            return
        if flight is None:
            raise ConnectionResetError("an answer that nobody asked for")
        is_kept = connection.is_reusable and connection.is_sent
        del self._busy[connection]
        flight.group.settle(flight.index, answer)
        if is_kept:
            connection.used_at = _now()
            self._free.append(connection)
        else:
            self._forget(connection)

    # Connections.

    def _open_more(self) -> None:
        """Open connections for what waits, a few at a time."""
        room = self.most - len(self._busy) - len(self._free) - self._opening
        if room <= 0 or ((self._busy or self._free) and _now() < self._open_after):
            return
        wanted = sum(group.waiting for group in self._waiting) - self._opening
        for _ in range(min(wanted, room, CONNECTING - self._opening)):
            self._opening += 1
            if self._threads is None:
                self._threads = ThreadPoolExecutor(CONNECTING, thread_name_prefix="push-connect")
            opened = asyncio.get_running_loop().run_in_executor(self._threads, self._connect)
            opened.add_done_callback(self._opened)

    def _connect(self) -> socket.socket:
        """Connect, in a thread: names are looked up and TLS is agreed on with a time limit."""
        return connect(self.url, self.timeout, self._tls_context)

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = self.tls()
        return self._tls

    def _opened(self, opened: asyncio.Future[socket.socket]) -> None:
        self._opening -= 1
        if opened.cancelled():
            return
        error = opened.exception()
        if error is not None:
            self._open_after = _now() + REFUSED_SECONDS
            if not (self._opening or self._free or self._busy):
                # The server cannot be reached at all.
                self._fail_waiting(type(error).__name__)
            return
        connected = opened.result()
        if self._closed:
            connected.close()
            return
        connection = HttpConnection(connected)
        connection.used_at = _now()
        if self._selector is None:
            self._selector = selectors.DefaultSelector()
            asyncio.get_running_loop().add_reader(self._selector.fileno(), self._on_ready)
        self._selector.register(connection, _READ)
        self._free.append(connection)
        self._serve()

    def _watch(self, connection: HttpConnection, events: int) -> None:
        assert self._selector is not None
        self._selector.modify(connection, events)

    def _drop(self, connection: HttpConnection, code: str) -> None:
        """Close a connection; the request on it has no answer."""
        flight = self._busy.pop(connection, None)
        if flight is not None:
            flight.group.settle(flight.index, NoAnswer(code, connection.is_sent))
        else:
            self._free.remove(connection)
        self._forget(connection)

    def _forget(self, connection: HttpConnection) -> None:
        assert self._selector is not None
        self._selector.unregister(connection)
        connection.close()

    def _fail_waiting(self, code: str) -> None:
        groups = list(self._waiting)
        self._waiting.clear()
        for group in groups:
            group.fail_waiting(code)

    def _look_at_times(self) -> None:
        """End requests whose time is over, and connections that nobody needed for long."""
        self._tick = None
        now = _now()
        for connection in [one for one, it in self._busy.items() if it.deadline <= now]:
            self._drop(connection, "TimeoutError")
        for connection in [one for one in self._free if one.used_at <= now - IDLE_SECONDS]:
            self._drop(connection, "Idle")
        if self._busy or self._free or self._waiting:
            self._serve()


def _now() -> float:
    return asyncio.get_running_loop().time()
