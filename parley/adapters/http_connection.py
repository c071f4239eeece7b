"""One connection to an HTTP server, kept open, with at most one request in flight.

Its socket does not block. llhttp, which also is Node's parser, reads the answers.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

MOST_BODY = 1024 * 1024
"""The longest answer that is read. Those to a push have a few hundred bytes."""

_CHUNK = 65_536
_MUST_WAIT = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


@dataclass(slots=True)
class HttpAnswer:
    """A server's answer to one request. ``lines``: its headers as they came."""

    status: int
    lines: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers; each name is spelled like ``Retry-After``."""
        return {
            name.decode("latin-1").title(): value.decode("latin-1") for name, value in self.lines
        }


def connect(url: str, seconds: float, tls: Callable[[], ssl.SSLContext]) -> socket.socket:
    """Connect to a server, and agree on TLS if its address says so. Blocks; raise ``OSError``."""
    server = urlsplit(url)
    is_secure = server.scheme == "https"
    host = server.hostname or ""
    connected = socket.create_connection(
        (host, server.port or (443 if is_secure else 80)), timeout=seconds
    )
    try:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return tls().wrap_socket(connected, server_hostname=host) if is_secure else connected
    except BaseException:
        connected.close()
        raise


class HttpConnection:
    """An open connection. Its methods raise ``OSError`` when it cannot be used any more."""

    __slots__ = (
        "_body",
        "_headers",
        "_is_complete",
        "_parser",
        "_size",
        "_socket",
        "_unsent",
        "is_reusable",
        "used_at",
    )

    def __init__(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        self._socket = connected
        self._parser = HttpResponseParser(self)
        self._unsent = memoryview(b"")
        self.is_reusable = True
        self.used_at = 0.0
        self._begin()

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self.is_reusable = False
        self._socket.close()

    @property
    def is_sent(self) -> bool:
        """Return whether the server may have the whole request."""
        return not self._unsent

    def send(self, request: bytes) -> bool:
        """Begin a request; return False if ``send_rest`` must go on when there is room."""
        self._unsent = memoryview(request)
        return self.send_rest()

    def send_rest(self) -> bool:
        """Send what is left of the request; return False if more is left."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except _MUST_WAIT:
            return False
        return True

    def receive(self) -> HttpAnswer | None:
        """Return the answer, None if it is not complete."""
        try:
            while not self._is_complete:
                data = self._socket.recv(_CHUNK)
                if not data:
                    return self._ended()
                self._parser.feed_data(data)
                if self._size > MOST_BODY:
                    raise OSError(f"an answer of more than {MOST_BODY} bytes")
        except _MUST_WAIT:
            return None
        except HttpParserError as wrong:
            raise OSError(f"no answer of HTTP: {wrong}") from wrong
        return self._answer()

    def _ended(self) -> HttpAnswer:
        """Return an answer that ends where the connection does."""
        self.is_reusable = False
        names = {name.lower() for name, _ in self._headers}
        is_cut_off = names & {b"content-length", b"transfer-encoding"}
        if is_cut_off or not names:
            raise ConnectionResetError("the server closed the connection before its answer ended")
        return self._answer()

    def _answer(self) -> HttpAnswer:
        answer = HttpAnswer(self._parser.get_status_code(), self._headers, b"".join(self._body))
        self._begin()
        return answer

    def _begin(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = 0
        self._is_complete = False

    # Called by the parser.

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_body(self, part: bytes) -> None:
        self._body.append(part)
        self._size += len(part)

    def on_message_complete(self) -> None:
        if self._parser.get_status_code() < 200:
            # Only news of the answer that follows.
            self._begin()
        else:
            self._is_complete = True
            self.is_reusable = self._parser.should_keep_alive()
