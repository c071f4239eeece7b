"""Answers of HTTP/1.1 in every form, whole and broken."""

from __future__ import annotations

import pytest

from parley.adapters.http.exchange import LARGEST_ANSWER, Answer, NoAnswer
from tests.unit.parley.adapters.http.scripted_server import OK, post, saying, site


@pytest.mark.parametrize(
    "parts",
    [
        (b"HTTP/1.1 200 OK\r\ncontent-LENGTH: 2\r\n\r\nhi",),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n",
            b"1\r\ni\r\n0\r\n\r\n",
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\n", OK),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK,),
        (b"HTT", b"P/1.1 200 OK\r\nContent-", b"Length: 2\r\n", b"\r\nh", b"i"),
    ],
    ids=["length", "chunked", "interim", "interim at once", "in pieces"],
)
async def test_an_answer_is_read_in_every_form(parts: tuple[bytes, ...]) -> None:
    async with site(saying(*parts)) as (connections, server):
        outcomes = [*await post(connections, "one"), *await post(connections, "two")]

    assert [(one.status, one.body) for one in outcomes if isinstance(one, Answer)] == [
        (200, b"hi"),
        (200, b"hi"),
    ]
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\n\r\nhi",
    ],
    ids=["told to close", "old protocol", "without a length"],
)
async def test_an_answer_that_ends_its_connection_counts_and_the_next_gets_another(
    answer: bytes,
) -> None:
    async with site(saying(answer, closes=True), limit=1) as (connections, server):
        outcomes = await post(connections, "one", "two", "three")

    assert {one.body for one in outcomes if isinstance(one, Answer)} == {b"hi"}
    assert server.connections == 3


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-",),
        (b"nothing like HTTP\r\n\r\n",),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n" + b"x" * (LARGEST_ANSWER + 1),),
    ],
    ids=["nothing", "cut body", "cut chunks", "cut head", "garbage", "upgrade", "too large"],
)
async def test_a_request_whose_answer_is_lost_is_in_doubt_and_sent_once(
    parts: tuple[bytes, ...],
) -> None:
    async with site(saying(*parts, closes=True)) as (connections, server):
        (outcome,) = await post(connections, "one")

    assert isinstance(outcome, NoAnswer)
    assert outcome.is_in_doubt
    assert server.bodies == [b"one"]


async def test_a_second_answer_to_one_request_is_no_answer_to_the_next() -> None:
    wrong = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    async with site(saying(OK + wrong), limit=1) as (connections, server):
        outcomes = await post(connections, "one", "two")

    assert [one.status for one in outcomes if isinstance(one, Answer)] == [200, 200]
    assert server.connections == 2


async def test_headers_are_found_in_any_case() -> None:
    answer = b"HTTP/1.1 429 Slow\r\nretry-AFTER: 7\r\nContent-Length: 0\r\n\r\n"
    async with site(saying(answer)) as (connections, _):
        (outcome,) = await post(connections, "one")

    assert isinstance(outcome, Answer)
    assert outcome.headers["Retry-After"] == "7"
    assert outcome.headers.get("Date") is None
    assert dict(outcome.headers) == {"retry-after": "7", "content-length": "0"}
    assert len(outcome.headers) == 2
