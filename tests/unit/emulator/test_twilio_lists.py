"""Lists at the stand-in for Twilio, by the official client as it comes."""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from twilio.rest import Client

from emulator.twilio.account import Account
from tests.twilio_client import TWILIO
from tests.unit.emulator.twilio_site import FROM, SERVICE, TO, Twilio, serving


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    async with serving() as running:
        yield running


async def test_a_list_is_paged_newest_first_without_gaps_or_repeats(twilio: Twilio) -> None:
    sids = [(await twilio.create(body=f"message {number}")).sid for number in range(7)]

    for size in (1, 3, 7, 50):
        found = await twilio.call(functools.partial(list_all, page_size=size))
        assert [message.sid for message in found] == sids[::-1]


async def test_a_page_has_twilios_keys_and_no_other(twilio: Twilio) -> None:
    for _ in range(2):
        await twilio.create()
    url = f"{TWILIO}/2010-04-01/Accounts/{Account().sid}/Messages.json?PageSize=1"

    answer = await twilio.call(lambda client: client.request("GET", url))

    page = json.loads(answer.text)
    assert page.keys() == {
        "start",
        "end",
        "page",
        "page_size",
        "uri",
        "first_page_uri",
        "next_page_uri",
        "previous_page_uri",
        "messages",
    }
    assert (page["start"], page["end"], page["page"], page["page_size"]) == (0, 0, 0, 1)
    assert page["next_page_uri"].startswith("/2010-04-01/")
    assert page["previous_page_uri"] is None


async def test_a_new_message_moves_nobody_to_another_page(twilio: Twilio) -> None:
    sids = [(await twilio.create()).sid for _ in range(4)]
    first = await twilio.call(lambda client: client.messages.page(page_size=2))
    shown = [message.sid for message in first]

    await twilio.create()
    second = await twilio.call(lambda client: first.next_page())

    assert shown + [message.sid for message in second] == sids[::-1]
    back = await twilio.call(lambda client: second.previous_page())
    assert [message.sid for message in back] == shown


async def test_a_page_above_1000_is_refused(twilio: Twilio) -> None:
    assert await twilio.call(lambda client: client.messages.list(limit=1000)) == []
    with pytest.raises(Exception, match="20007"):
        await twilio.call(lambda client: client.messages.list(limit=1001))


async def test_a_list_is_filtered_by_recipient_and_sender(twilio: Twilio) -> None:
    ours = await twilio.create()
    await twilio.create(to="+12125550124")
    await twilio.create(from_="+12025550101")

    found = await twilio.call(lambda client: client.messages.list(to=TO, from_=FROM))

    assert [message.sid for message in found] == [ours.sid]


async def test_a_list_is_filtered_by_the_day_in_utc(twilio: Twilio) -> None:
    message = await twilio.create()
    await twilio.settled(message.sid)
    today = datetime.now(UTC).date()
    before, after = today - timedelta(days=1), today + timedelta(days=1)

    async def found(**filters: date | datetime) -> int:
        return len(await twilio.call(lambda client: client.messages.list(**filters)))

    assert await found(date_sent=today) == 1
    assert await found(date_sent=before) == 0
    assert await found(date_sent_after=today) == 1
    assert await found(date_sent_after=after) == 0
    assert await found(date_sent_before=today) == 1
    assert await found(date_sent_before=before) == 0
    assert await found(date_sent_after=before, date_sent_before=after) == 1


async def test_a_message_that_waits_has_no_day(twilio: Twilio) -> None:
    await twilio.create(
        from_=None,
        messaging_service_sid=SERVICE,
        schedule_type="fixed",
        send_at=datetime.now(UTC) + timedelta(minutes=6),
    )

    today = datetime.now(UTC).date()
    assert await twilio.call(lambda client: client.messages.list(date_sent=today)) == []
    assert len(await twilio.call(lambda client: client.messages.list())) == 1


@pytest.mark.parametrize(
    "value", ["2020-01-02", "2020-01-02T00:00:00Z", "Thu, 02 Jan 2020 00:00:00 +0000"]
)
async def test_dates_are_read_in_each_documented_form(twilio: Twilio, value: str) -> None:
    await twilio.settled((await twilio.create()).sid)

    found = await twilio.call(lambda client: client.messages.list(date_sent_after=value))

    assert len(found) == 1


def list_all(client: Client, **options: Any) -> list[Any]:
    found: list[Any] = client.messages.list(**options)
    return found
