"""Posts over kept connections, to a server whose answers each test decides."""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from pathlib import Path

import pytest

from parley.adapters.http_connection import MOST_BODY, HttpAnswer
from parley.adapters.kept_connections import KeptConnections
from parley.adapters.request_groups import NoAnswer
from tests.unit.parley.adapters.answering_server import OK, answering, connected, post, serving


async def test_each_request_has_its_own_answer_in_order() -> None:
    async def echo(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    sent = [b"%d" % number for number in range(500)]
    async with serving(echo) as server, connected(server) as connections:
        outcomes = await post(connections, *sent)

    assert [one.body for one in outcomes if isinstance(one, HttpAnswer)] == sent
    assert server.connections <= 4
    assert server.heads[0].startswith(b"POST /send HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-Name: value\r\n" in server.heads[0]


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK, b"ok"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
            b"ok",
        ),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
    ],
    ids=["length", "chunked", "after news", "empty"],
)
async def test_an_answer_ends_where_http_says_and_its_connection_is_kept(
    answer: bytes, body: bytes
) -> None:
    async with serving(answering(answer)) as server, connected(server, most=1) as connections:
        outcomes = await post(connections, b"a", b"b", b"c")

    assert [one.body for one in outcomes if isinstance(one, HttpAnswer)] == [body] * 3
    assert server.connections == 1


async def test_an_answer_may_come_in_many_pieces() -> None:
    async def slowly(_: bytes, writer: asyncio.StreamWriter) -> None:
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(slowly) as server, connected(server) as connections:
        (outcome,) = await post(connections, b"a")

    assert isinstance(outcome, HttpAnswer)
    assert (outcome.status, outcome.body) == (200, b"ok")


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async def closing(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 Oops\r\nRetry-After: 7\r\n\r\npage")
        writer.close()

    async with serving(closing) as server, connected(server, most=1) as connections:
        outcomes = await post(connections, b"a", b"b")

    for outcome in outcomes:
        assert isinstance(outcome, HttpAnswer)
        assert (outcome.status, outcome.body) == (500, b"page")
        assert outcome.headers["Retry-After"] == "7"
    assert server.connections == 2


async def test_a_server_that_closes_after_an_answer_gets_a_new_connection() -> None:
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
    async with serving(answering(answer)) as server, connected(server, most=1) as connections:
        outcomes = await post(connections, b"a", b"b", b"c")

    assert all(isinstance(outcome, HttpAnswer) for outcome in outcomes)
    assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n",
        b"hello\r\n\r\n",
    ],
    ids=["none", "cut off", "cut off in its head", "not HTTP"],
)
async def test_a_request_without_a_whole_answer_is_in_doubt(answer: bytes) -> None:
    async def cut_off(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()

    async with serving(cut_off) as server, connected(server) as connections:
        (outcome,) = await post(connections, b"a")

    assert isinstance(outcome, NoAnswer)
    assert outcome.is_in_doubt


async def test_an_answer_that_does_not_end_is_not_read_on() -> None:
    async def endless(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (10 * MOST_BODY))
        while True:
            writer.write(bytes(MOST_BODY))
            await writer.drain()

    async with serving(endless) as server, connected(server) as connections:
        (outcome,) = await post(connections, b"a")

    assert isinstance(outcome, NoAnswer)


async def test_a_server_that_does_not_answer_in_time_leaves_the_request_in_doubt() -> None:
    async def silent(_: bytes, writer: asyncio.StreamWriter) -> None:
        pass

    async with serving(silent) as server, connected(server, timeout=0.2) as connections:
        (outcome,) = await post(connections, b"a")

    assert outcome == NoAnswer("TimeoutError", is_in_doubt=True)


async def test_nothing_is_in_doubt_where_nobody_listens() -> None:
    async with serving(answering(OK)) as server:
        pass
    async with connected(server) as connections:
        outcomes = await post(connections, *[b"a"] * 20)

    assert {type(outcome) for outcome in outcomes} == {NoAnswer}
    assert not any(one.is_in_doubt for one in outcomes if isinstance(one, NoAnswer))


async def test_a_large_request_is_sent_whole_to_a_server_that_reads_slowly() -> None:
    large = bytes(20 * MOST_BODY)
    async with serving(answering(OK)) as server, connected(server) as connections:
        (outcome,) = await post(connections, large)

    assert isinstance(outcome, HttpAnswer)
    assert server.bodies == [large]


async def test_one_request_does_not_wait_for_a_group_of_hundreds() -> None:
    async with serving(answering(OK)) as server, connected(server, most=1) as connections:
        many = asyncio.create_task(post(connections, *[b"many"] * 300))
        while not server.bodies:
            await asyncio.sleep(0)
        await post(connections, b"one")
        place = server.bodies.index(b"one")
        await many

    assert place < 100


async def test_a_caller_that_gives_up_sends_no_more() -> None:
    held = asyncio.Event()

    async def wait(_: bytes, writer: asyncio.StreamWriter) -> None:
        await held.wait()
        writer.write(OK)

    async with serving(wait) as server, connected(server, most=1) as connections:
        given_up = asyncio.create_task(post(connections, *[b"a"] * 50))
        while not server.bodies:
            await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        held.set()
        await post(connections, b"b")

    assert server.bodies == [b"a", b"b"]


async def test_a_body_that_cannot_be_made_is_told_to_its_caller_alone() -> None:
    async with serving(answering(OK)) as server, connected(server) as connections:
        with pytest.raises(ZeroDivisionError):
            await connections.post("/send", {}, (b"%d" % (1 // zero) for zero in (1, 0)), 2)
        (outcome,) = await post(connections, b"a")

    assert isinstance(outcome, HttpAnswer)


async def test_closing_answers_those_who_wait() -> None:
    async def silent(_: bytes, writer: asyncio.StreamWriter) -> None:
        pass

    async with serving(silent) as server:
        connections = KeptConnections(server.url, most=1, timeout=60.0)
        waiting = asyncio.create_task(post(connections, b"a", b"b"))
        while not server.bodies:
            await asyncio.sleep(0)
        await connections.close()
        first, second = await waiting

    assert (first, second) == (NoAnswer("Closed", True), NoAnswer("Closed", False))


async def test_large_and_small_posts_and_answers_go_encrypted(
    certificate: ssl.SSLContext, certificate_file: Path
) -> None:
    async def echo(body: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    sent = [b"%d" % number * (1 + 997 * (number % 100)) for number in range(300)]
    trusting = partial(ssl.create_default_context, cafile=str(certificate_file))
    async with (
        serving(echo, certificate) as server,
        connected(server, tls=trusting) as connections,
    ):
        outcomes = await post(connections, *sent)

    assert [one.body for one in outcomes if isinstance(one, HttpAnswer)] == sent
    assert server.connections <= 4


async def test_a_server_with_an_unsigned_certificate_gets_no_request(
    certificate: ssl.SSLContext,
) -> None:
    async with serving(answering(OK), certificate) as server, connected(server) as connections:
        (outcome,) = await post(connections, b"secret")

    assert outcome == NoAnswer("SSLCertVerificationError", is_in_doubt=False)
    assert server.bodies == []
