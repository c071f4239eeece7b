"""Answer plain creates from the bytes of the connection, and leave all else to aiohttp.

A create is what benchmarks and campaigns send by the ten thousand. The layers of a web framework
cost three times what deciding about it does, on the cores that the sender under test needs.
"""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from aiohttp.http import SERVER_SOFTWARE

from emulator.twilio.account import Account
from emulator.twilio.creates import Reply
from emulator.twilio.errors import Answer
from emulator.twilio.messages import API_VERSION

LONGEST_HEAD = 8_190
"""aiohttp's own limit for a line of it."""
LONGEST_BODY = 65_536

_UNUSUAL = frozenset({b"transfer-encoding", b"expect", b"upgrade", b"content-encoding"})


class QuickCreates(asyncio.Protocol):
    """One connection. Its first request that is no plain create passes it on for good.

    Plain: HTTP/1.1, our credentials, a length, and no header that changes how a request is read.
    """

    def __init__(
        self,
        account: Account,
        *,
        take: Callable[[bytes], Reply],
        others: Callable[[], asyncio.Protocol],
        open_connections: set[asyncio.Transport],
    ) -> None:
        path = f"/{API_VERSION}/Accounts/{account.sid}/Messages.json"
        self._line = f"POST {path} HTTP/1.1\r\n".encode()
        self._authorization = account.authorization.encode()
        self._take = take
        self._others = others
        self._open = open_connections
        self._received = b""
        self._is_waiting = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._open.add(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._answer()

    def _answer(self) -> None:
        """Answer what has come, in its order."""
        while self._received and not self._is_waiting:
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end:
                if not self._may_be_plain() or len(head) > LONGEST_HEAD:
                    self._pass_on()
                return
            length = self._length_of(head)
            if length is None:
                self._pass_on()
                return
            if len(rest) < length:
                return
            self._received = rest[length:]
            self._reply(self._take(rest[:length]))

    def _may_be_plain(self) -> bool:
        size = min(len(self._received), len(self._line))
        return self._received[:size] == self._line[:size]

    def _length_of(self, head: bytes) -> int | None:
        """Return the length of a plain create's body, None for any other request."""
        if not head.startswith(self._line):
            return None
        length, is_ours = b"", False
        for line in head[len(self._line) :].split(b"\r\n"):
            name, _, value = line.partition(b":")
            name, value = name.lower(), value.strip()
            if name == b"content-length":
                if length:
                    return None
                length = value
            elif name == b"authorization":
                is_ours = value == self._authorization
            elif name in _UNUSUAL or (name == b"connection" and value.lower() != b"keep-alive"):
                return None
        if not is_ours or not length.isdigit() or int(length) > LONGEST_BODY:
            return None
        return int(length)

    def _reply(self, reply: Reply) -> None:
        if reply.delay_seconds:
            self._is_waiting = True
            loop = asyncio.get_running_loop()
            loop.call_later(reply.delay_seconds, self._reply_late, reply)
        elif reply.is_dropped:
            self._transport.abort()
        else:
            self._transport.write(http_bytes(reply.answer))

    def _reply_late(self, reply: Reply) -> None:
        self._is_waiting = False
        self._reply(Reply(reply.answer, is_dropped=reply.is_dropped))
        self._answer()

    def _pass_on(self) -> None:
        self._open.discard(self._transport)
        behind = self._others()
        self._transport.set_protocol(behind)
        behind.connection_made(self._transport)
        behind.data_received(self._received)


def http_bytes(answer: Answer) -> bytes:
    """Return an answer as aiohttp writes it."""
    lines = [
        f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        f"Date: {_date(int(time.time()))}",
        f"Server: {SERVER_SOFTWARE}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode() + answer.body


@lru_cache(maxsize=4)
def _date(at: int) -> str:
    return formatdate(at, usegmt=True)


@lru_cache(maxsize=64)
def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
