"""One request for each SMS, on connections that are kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from emulator.ports import free_port
from parley.adapters.twilio.account import connect_twilio
from parley.domain.delivery.job_answers import Lost, Temporary
from parley.testing.clock import FixedClock
from tests.unit.parley.adapters.twilio.twilio_recorder import Recorder, Site, serving, settings


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as found:
        yield found


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_post_is_never_repeated(site: Site, status: int) -> None:
    site.recorder.answer = lambda: web.json_response({"code": 20000 + status}, status=status)

    assert isinstance(await site.refusal(), Temporary)
    assert len(site.recorder.forms) == 1


async def test_a_dropped_connection_is_a_lost_answer_and_not_repeated(site: Site) -> None:
    await site.send()
    site.recorder.drops = True

    # The second goes out on the kept connection of the first.
    assert isinstance(await site.refusal(), Lost)
    assert len(site.recorder.forms) == 2


async def test_a_connection_that_twilio_closed_while_idle_is_replaced(site: Site) -> None:
    await site.send()
    await site.recorder.close_idle()

    await site.send()

    assert len(site.recorder.forms) == 2


async def test_a_redirect_is_not_followed_with_our_credentials(site: Site) -> None:
    site.recorder.answer = lambda: web.Response(status=307, headers={"Location": "/elsewhere"})

    assert isinstance(await site.refusal(), Temporary)
    assert len(site.recorder.forms) == 1


async def test_where_nobody_listens_nothing_was_sent() -> None:
    found = settings(f"http://127.0.0.1:{free_port()}")
    async with connect_twilio(found, clock=FixedClock()) as provider:
        answer = await Site(Recorder(), provider).refusal()

    assert isinstance(answer, Temporary)
    assert answer.code == "noConnection"


async def test_many_sms_go_out_side_by_side(site: Site) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(150):
            group.create_task(site.send(body=f"{number}"))

    assert {form["Body"] for form in site.recorder.forms} == {str(n) for n in range(150)}
