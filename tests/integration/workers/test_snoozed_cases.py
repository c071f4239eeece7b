"""Cases that sleep, and worker processes of which each would wake them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import UpdateCase
from schema import ids, paths
from tests.integration.workers.conftest import Site


@pytest.mark.slow
async def test_snoozed_cases_are_opened_once_each_when_their_time_has_come(site: Site) -> None:
    await site.service(people=1)
    await site.write({paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"}})
    chat_id = (
        await site.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    ).chat_id
    due = await many_that_are_due(site)
    until = site.app.clock.now() + timedelta(seconds=3)
    asked = UpdateCase(chat_id=chat_id, state="snoozed", snoozed_until=until)
    await site.app.update_chats.update_case(caller=UserCaller("agent"), request=asked)
    for _ in range(2):
        site.start_worker("message-queue")

    chat = await site.wait_for(paths.chat(chat_id), state="open")
    assert site.app.clock.now() >= until
    assert "snoozedUntil" not in chat
    audit = (await site.documents(paths.chat_audits(chat_id))).values()
    assert sorted((entry["action"], entry["by"]) for entry in audit) == [
        ("opened", "p0000"),
        ("opened", "system"),
        ("snoozed", "agent"),
    ]

    for case in due:
        await site.wait_for(paths.chat(case), state="open")
        assert len(await site.documents(paths.chat_audits(case))) == 1
        assert len(await site.documents(paths.messages(case))) == 1
    rows = await site.documents(paths.user_chats(ids.service_member("acme")))
    assert len(rows) == len(due) + 1


async def many_that_are_due(site: Site) -> list[str]:
    """A hundred cases whose time came while no worker ran."""
    past = site.app.clock.now() - timedelta(hours=1)
    people = {ids.case_chat_id(f"q{number}", "acme"): f"q{number}" for number in range(100)}
    asleep = {
        "serviceId": "acme",
        "kind": "case",
        "createdBy": "agent",
        "createdAt": past,
        "state": "snoozed",
        "snoozedUntil": past,
        "memberCount": 1,
    }
    await site.write(
        {paths.chat(case): asleep | {"memberIds": [person]} for case, person in people.items()}
    )
    return list(people)
