"""Creates on one connection of the stand-in for Twilio, byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.faults import FAULTS
from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn

ACCOUNT = Account()
PATH = f"/2010-04-01/Accounts/{ACCOUNT.sid}/Messages.json"
CHUNKED = {"Transfer-Encoding": "chunked"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Connection:
    """A connection of a client that decides itself which bytes it writes when."""

    stand_in: TwilioStandIn
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def answer(self) -> Answer:
        async with asyncio.timeout(60):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            line, *fields = head.strip().split("\r\n")
            headers = dict(field.split(": ", 1) for field in fields)
            body = await self.reader.readexactly(int(headers["Content-Length"]))
            return Answer(int(line.split()[1]), headers, json.loads(body))

    async def call(self, request: bytes) -> Answer:
        self.writer.write(request)
        return await self.answer()

    def texts(self) -> list[str]:
        found = [message.body for message in self.stand_in.messages.newest_first()]
        return found[::-1]


@pytest.fixture
async def connection() -> AsyncIterator[Connection]:
    stand_in = TwilioStandIn(ACCOUNT)
    async with stand_in.serving() as url:
        host, _, port = url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        yield Connection(stand_in, reader, writer)
        writer.close()


def create(text: str, *, line: str = f"POST {PATH} HTTP/1.1", **others: str) -> bytes:
    form = urlencode({"To": "+12125550123", "From": "+12025550100", "Body": text}).encode()
    headers = {"Host": "api", "Authorization": ACCOUNT.authorization}
    headers |= {name.replace("_", "-"): value for name, value in others.items()}
    if headers.get("Transfer-Encoding") == "chunked":
        form = b"%x\r\n%b\r\n0\r\n\r\n" % (len(form), form)
    else:
        headers["Content-Length"] = str(len(form))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{line}\r\n{head}\r\n".encode() + form


async def test_a_quick_answer_has_the_headers_and_fields_of_the_framework(
    connection: Connection,
) -> None:
    quick = await connection.call(create("quick"))
    slow = await connection.call(create("slow", Transfer_Encoding="chunked"))

    assert (quick.status, slow.status) == (201, 201)
    assert list(quick.headers) == list(slow.headers)
    assert quick.headers["Content-Type"] == slow.headers["Content-Type"] == "application/json"
    assert quick.headers["Server"] == slow.headers["Server"]
    assert quick.body.keys() == slow.body.keys()
    assert connection.texts() == ["quick", "slow"]


async def test_a_create_may_come_in_any_pieces(connection: Connection) -> None:
    request = create("pieces")

    for at in range(len(request)):
        connection.writer.write(request[at : at + 1])
        await connection.writer.drain()

    assert (await connection.answer()).body["body"] == "pieces"


async def test_creates_that_come_at_once_are_answered_in_their_order(
    connection: Connection,
) -> None:
    connection.stand_in.plan.replace(
        FAULTS.validate_python([{"delayMs": 20, "match": {"body": "^1$"}}])
    )
    connection.writer.write(b"".join(create(str(number)) for number in range(4)))

    answers = [await connection.answer() for _ in range(4)]

    assert [answer.body["body"] for answer in answers] == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (create("x", Authorization="Basic bm86bm8="), 401, 20003),
        (create("x", line="POST /2010-04-01/Accounts/AC1/Messages.json HTTP/1.1"), 404, 20404),
        (create("x", line=f"PUT {PATH} HTTP/1.1"), 405, 20004),
        (create(""), 400, 21602),
        (create("x" * 1601), 400, 21617),
    ],
)
async def test_what_is_refused_leaves_the_connection_as_good_as_before(
    connection: Connection, request_: bytes, status: int, code: int
) -> None:
    refused = await connection.call(request_)
    accepted = await connection.call(create("after"))

    assert (refused.status, refused.body["code"]) == (status, code)
    assert (accepted.status, connection.texts()) == (201, ["after"])


async def test_a_fault_is_answered_with_its_wait(connection: Connection) -> None:
    faults = [{"status": 429, "retryAfter": 3}]
    connection.stand_in.plan.replace(FAULTS.validate_python(faults))

    answer = await connection.call(create("x"))

    assert (answer.status, answer.headers["Retry-After"]) == (429, "3")


async def test_a_caller_that_closes_gets_its_answer_first(connection: Connection) -> None:
    answer = await connection.call(create("last", Connection="close"))

    assert answer.status == 201
    async with asyncio.timeout(60):
        assert await connection.reader.read() == b""


async def test_a_head_without_end_is_not_kept_for_ever(connection: Connection) -> None:
    connection.writer.write(f"POST {PATH} HTTP/1.1\r\nX: ".encode() + b"x" * 20_000)

    async with asyncio.timeout(60):
        head = await connection.reader.readuntil(b"\r\n")

    assert b" 400 " in head
