"""A real worker, and a provider that refuses it: nobody's push is lost, and it is told once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from schema import paths
from schema.events import CampaignQueued, MessageQueued
from tests import patient_http
from tests.integration.workers.conftest import Site

CREW = [f"u{number}" for number in range(7)]

REFUSALS = [
    (401, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    (403, "SERVICE_DISABLED", "SERVICE_DISABLED"),
    (404, "HTML", "HTTP_404"),
    (403, "SENDER_ID_MISMATCH", "SENDER_ID_MISMATCH"),
]
"""What is ordered from the stand-in, and what the worker calls it."""


def order(site: Site, *faults: dict[str, Any]) -> None:
    url = f"{site.environment['PARLEY_FCM_URL']}/_/faults"
    assert patient_http.put(url, json=list(faults)).status_code == 200


def answered(site: Site, status: int) -> list[dict[str, Any]]:
    """The notifications that the provider answered so."""
    log = patient_http.get(f"{site.environment['PARLEY_FCM_URL']}/_/messages").json()
    return [entry["request"]["message"] for entry in log if entry["status"] == status]


async def until_answered(site: Site, status: int, count: int) -> list[dict[str, Any]]:
    async def look() -> str | None:
        found = len(answered(site, status))
        return None if found >= count else f"{found} of {count} were answered {status}"

    await site.until(look)
    return answered(site, status)


def errors(site: Site) -> list[tuple[int, str]]:
    """Status and code of each refusal that the worker told."""
    (worker,) = site.workers
    lines = [json.loads(line) for line in worker.log.read_text().splitlines() if line[:1] == "{"]
    refusals = [line for line in lines if line["action"] == "push.refused"]
    assert {line["severity"] for line in refusals} <= {"ERROR"}
    return [(line["status"], line["code"]) for line in refusals]


def sounds(messages: Sequence[dict[str, Any]]) -> set[str | None]:
    return {message["apns"]["payload"]["aps"].get("sound") for message in messages}


@pytest.mark.slow
async def test_what_is_refused_for_our_sake_comes_when_that_is_mended(site: Site) -> None:
    for uid in CREW:
        await site.person(uid, uid)
    await site.people(*CREW)
    site.start_worker("message-queue")

    for number, (status, code, _) in enumerate(REFUSALS):
        # A group of its own: the fourth message of a chat in ten seconds is folded.
        opened = await site.app.open_chats.create_group(
            caller=UserCaller("ann"), request=CreateGroup(title=f"Crew {number}", user_ids=CREW)
        )
        order(site, {"status": status, "code": code})
        httpx.delete(f"{site.environment['PARLEY_FCM_URL']}/_/messages")
        await site.post(opened.chat_id, f"m{number}", "ann")
        await site.publish(MessageQueued(chat_id=opened.chat_id, message_id=f"m{number}"))
        await until_answered(site, status, 2 * len(CREW))
        order(site)
        told = await until_answered(site, 200, len(CREW))

        assert sorted(message["token"] for message in told) == CREW
        assert sounds(told) == {"default"}, "nobody had heard of it"
    for uid in CREW:
        assert ((await site.read(paths.push_tokens(uid))) or {})["devices"].keys() == {
            f"device-{uid}"
        }
    assert errors(site) == [(status, word) for status, _, word in REFUSALS]


@pytest.mark.parametrize(("status", "code", "word"), [REFUSALS[0], REFUSALS[3]])
async def test_a_campaigns_pushes_wait_for_what_is_mended(
    site: Site, status: int, code: str, word: str
) -> None:
    uids = await site.service(people=250)
    order(site, {"status": status, "code": code})
    await site.campaign()
    site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))
    await until_answered(site, status, len(uids))
    order(site)

    told = await until_answered(site, 200, len(uids))

    async def look() -> str | None:
        pushed = {held.get("push") for held in (await site.recipients("c1")).values()}
        return None if pushed == {"handedOver"} else f"pushes are {pushed}"

    await site.until(look)
    assert sorted(message["token"] for message in told) == sorted(f"token-{uid}" for uid in uids)
    assert errors(site) == [(status, word)]


async def test_a_push_whose_answer_was_lost_is_repeated_without_a_sound(site: Site) -> None:
    await site.person("bob", "bob-phone")
    chat_id = await site.direct_chat()
    order(site, {"dropAnswer": True})
    site.start_worker("message-queue")
    await site.post(chat_id, "m1", "ann")
    await site.publish(MessageQueued(chat_id=chat_id, message_id="m1"))
    await until_answered(site, 200, 1)
    order(site)

    first, *repeats = await until_answered(site, 200, 2)

    assert sounds([first]) == {"default"}
    assert sounds(repeats) == {None}
    assert len({one["android"]["notification"]["tag"] for one in (first, *repeats)}) == 1
