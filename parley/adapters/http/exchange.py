"""One connection of HTTP/1.1, with one request at a time on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

LARGEST_ANSWER = 1_048_576
"""Bytes of an answer's body. One that is larger ends its connection."""

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
"""An answer with neither header ends when the server closes the connection."""


class Headers(Mapping[str, str]):
    """The headers of an answer by name, in any case; decoded when asked for."""

    def __init__(self, raw: list[tuple[bytes, bytes]]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        wanted = name.lower().encode("latin-1")
        for raw_name, value in self._raw:
            if raw_name.lower() == wanted:
                return value.decode("latin-1")
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({name.decode("latin-1").lower() for name, _ in self._raw})

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._raw})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes
    headers: Headers


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A request without an answer, and the name of the error.

    ``is_in_doubt``: it may have reached the server, which may have acted on it.
    """

    error: str
    is_in_doubt: bool


Outcome = Answer | NoAnswer


class Owner(Protocol):
    """What a connection reports to."""

    def ended(self, connection: Connection, outcome: Outcome) -> None:
        """The request has its outcome; the connection may have closed before or after."""
        ...

    def lost(self, connection: Connection) -> None:
        """The connection is closed, and its last request has been reported."""
        ...


class Connection(asyncio.Protocol):
    """A connection, whose owner gives it one request after another.

    ``since`` is the loop's time at which the present request, or the present rest, began.
    """

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop) -> None:
        self._owner = owner
        self._loop = loop
        self._parser = HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = 0
        self._has_headers = self._is_complete = self._is_kept = self._is_busy = False
        self.since = loop.time()

    @property
    def is_busy(self) -> bool:
        """A request waits for its answer."""
        return self._is_busy

    @property
    def is_usable(self) -> bool:
        """It may carry another request."""
        return (
            not self._is_busy and self._transport is not None and not self._transport.is_closing()
        )

    def send(self, request: bytes) -> None:
        """Begin a request; the owner hears its outcome once."""
        assert self._transport is not None
        self._begin_answer()
        self._is_busy = True
        self.since = self._loop.time()
        self._transport.write(request)

    def abort(self, error: str) -> None:
        """Close at once. A request without an answer is in doubt."""
        if self._transport is not None:
            self._transport.abort()
        self._fail(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if not self._is_busy:
            # Nothing was asked, so it answers nothing.
            self.abort("UnexpectedData")
            return
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._is_complete:
                self.abort(type(error).__name__)
                return
            # What follows the answer is not part of it.
            self._close()
        if self._is_complete:
            if not self._is_kept:
                self._close()
            self._finish(Answer(self._status, b"".join(self._body), Headers(self._headers)))
        elif self._size > LARGEST_ANSWER:
            self.abort("AnswerTooLarge")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_busy and exc is None and self._has_headers and self._ends_with_connection():
            self._finish(Answer(self._status, b"".join(self._body), Headers(self._headers)))
        self._fail("ConnectionLost" if exc is None else type(exc).__name__)
        self._owner.lost(self)

    def on_message_begin(self) -> None:
        if self._is_complete:
            # A second answer to one request: the server and we no longer agree on the first.
            raise ValueError("two answers to one request")
        self._begin_answer()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        self._has_headers = True

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size <= LARGEST_ANSWER:
            self._body.append(body)

    def on_message_complete(self) -> None:
        # An interim answer (100, 103) only announces the answer.
        self._is_complete = self._status >= 200
        # The parser knows it only here: it has forgotten the answer afterwards.
        self._is_kept = self._parser.should_keep_alive()

    def _begin_answer(self) -> None:
        self._headers, self._body, self._size = [], [], 0
        self._has_headers = self._is_complete = self._is_kept = False

    def _ends_with_connection(self) -> bool:
        return self._status >= 200 and not any(
            name.lower() in _FRAMING for name, _ in self._headers
        )

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _fail(self, error: str) -> None:
        if self._is_busy:
            self._finish(NoAnswer(error, is_in_doubt=True))

    def _finish(self, outcome: Outcome) -> None:
        self._is_busy = False
        self.since = self._loop.time()
        self._owner.ended(self, outcome)
