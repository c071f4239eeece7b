"""Posts on kept connections: which connection, how many, and what ends them."""

from __future__ import annotations

import asyncio

import pytest

from parley.adapters.http.exchange import Answer, NoAnswer
from parley.adapters.http.kept_connections import KeptConnections
from tests.unit.parley.adapters.http.scripted_server import OK, echo, post, saying, site


async def test_each_answer_belongs_to_its_request_whatever_connection_it_took() -> None:
    bodies = [f"body {number}" for number in range(200)]
    async with site(echo) as (connections, server):
        outcomes = await post(connections, *bodies)

    assert [one.body.decode() for one in outcomes if isinstance(one, Answer)] == bodies
    assert sorted(server.bodies) == sorted(body.encode() for body in bodies)


async def test_connections_are_kept_for_later_calls_and_never_exceed_the_limit() -> None:
    async with site(echo) as (connections, server):
        for _ in range(3):
            await post(connections, *["x"] * 20)

    assert server.connections <= 4
    assert server.most_open <= 4
    assert len(server.bodies) == 60


async def test_a_connection_that_rests_too_long_is_closed_and_replaced() -> None:
    async with site(echo, kept_seconds=0.1) as (connections, server):
        await post(connections, "one")
        await asyncio.wait_for(server.ended.wait(), 10)
        (second,) = await post(connections, "two")

    assert isinstance(second, Answer)
    assert server.connections == 2


async def test_a_request_names_host_headers_and_length() -> None:
    async with site(echo) as (connections, server):
        await post(connections, "grüße")

    lines = server.heads[0].split(b"\r\n")
    assert lines[0] == b"POST /path HTTP/1.1"
    assert lines[1].startswith(b"Host: 127.0.0.1:")
    assert b"X-Name: value" in lines
    assert b"Content-Length: 7" in lines


async def test_no_item_makes_no_request() -> None:
    async with site(echo) as (connections, server):
        assert await post(connections) == []

    assert server.connections == 0


async def test_a_connection_that_speaks_unasked_is_not_used_again() -> None:
    writers: list[asyncio.StreamWriter] = []

    async def say(body: bytes, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(OK)

    async with site(say, limit=1) as (connections, server):
        await post(connections, "one")
        writers[0].write(b"HTTP/1.1 408 Late\r\n\r\n")
        await asyncio.wait_for(server.ended.wait(), 10)
        (second,) = await post(connections, "two")

    assert isinstance(second, Answer)
    assert second.status == 200
    assert server.connections == 2


async def test_a_server_that_does_not_answer_in_time_leaves_the_request_in_doubt() -> None:
    async with site(saying(), timeout_seconds=0.1) as (connections, _):
        async with asyncio.timeout(10):
            (outcome,) = await post(connections, "one")

    assert outcome == NoAnswer("TimeoutError", is_in_doubt=True)


async def test_a_server_that_is_not_there_got_nothing() -> None:
    connections = KeptConnections("http://127.0.0.1:1", limit=2, timeout_seconds=5)
    outcomes = await post(connections, *["x"] * 5)
    await connections.close()

    assert {(type(one), getattr(one, "is_in_doubt", None)) for one in outcomes} == {
        (NoAnswer, False)
    }
    assert len(outcomes) == 5


async def test_a_server_that_hangs_up_at_once_is_not_asked_for_ever() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    listening = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    connections = KeptConnections(f"http://127.0.0.1:{port}", limit=2, timeout_seconds=5)
    async with asyncio.timeout(10):
        outcomes = await post(connections, *["x"] * 5)
    await connections.close()
    listening.close()

    assert [type(one) for one in outcomes] == [NoAnswer] * 5


async def test_a_cancelled_call_sends_no_more_and_others_go_on() -> None:
    begun, answers = asyncio.Event(), asyncio.Event()

    async def say(body: bytes, writer: asyncio.StreamWriter) -> None:
        begun.set()
        if body == b"slow":
            await answers.wait()
        writer.write(OK)

    async with site(say, limit=1) as (connections, server):
        slow = asyncio.create_task(post(connections, "slow", "never sent"))
        await asyncio.wait_for(begun.wait(), 10)
        other = asyncio.create_task(post(connections, "other"))
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        (outcome,) = await asyncio.wait_for(other, 10)
        answers.set()

    assert isinstance(outcome, Answer)
    assert b"never sent" not in server.bodies


async def test_an_item_that_cannot_be_encoded_fails_its_call_alone() -> None:
    def encode(item: str) -> bytes:
        if item == "bad":
            raise ValueError("bad")
        return item.encode()

    async with site(echo, limit=1) as (connections, _):
        with pytest.raises(ValueError, match="bad"):
            await connections.post_each("/", ["good", "bad", "good"], encode, {})
        (outcome,) = await post(connections, "next")

    assert isinstance(outcome, Answer)
    assert outcome.body == b"next"


async def test_closing_settles_what_is_under_way_and_what_waits() -> None:
    begun = asyncio.Event()

    async def say(body: bytes, writer: asyncio.StreamWriter) -> None:
        begun.set()

    async with site(say, limit=1) as (connections, _):
        call = asyncio.create_task(post(connections, "under way", "waits"))
        await asyncio.wait_for(begun.wait(), 10)
        await connections.close()
        outcomes = await asyncio.wait_for(call, 10)
        (late,) = await post(connections, "late")

    assert outcomes == [NoAnswer("Closed", True), NoAnswer("Closed", False)]
    assert late == NoAnswer("Closed", False)


@pytest.mark.parametrize("url", ["fcm.googleapis.com", "ftp://host", "http://"])
async def test_an_address_without_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is no address of a server"):
        KeptConnections(url, limit=1, timeout_seconds=1)
