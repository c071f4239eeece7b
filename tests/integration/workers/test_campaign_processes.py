"""Campaigns by real worker processes on the emulators, with real signals."""

from __future__ import annotations

import asyncio
import signal

import pytest

from schema import ids, paths
from schema.events import (
    CampaignBatchReady,
    CampaignBatchSent,
    CampaignQueued,
    MessageQueued,
    Payload,
)
from tests.integration.workers.conftest import Site

PEOPLE = 1_500


async def assert_once(site: Site, uids: list[str]) -> None:
    """Everybody has exactly one message, one row that counts it, and one notification."""
    recipients = await site.recipients("c1")
    assert sorted(recipients) == sorted(uids)
    assert {held["state"] for held in recipients.values()} == {"sent"}
    chats = {
        path: chat for path, chat in (await site.documents(paths.CHATS)).items() if "acme" in path
    }
    assert len(chats) == len(uids)
    assert {chat["messageCount"] for chat in chats.values()} == {1}
    expected = {
        (
            f"token-{uid}",
            ids.notification_tag(ids.case_chat_id(uid, "acme"), ids.campaign_message_id("c1", uid)),
        )
        for uid in uids
    }
    assert set(site.pushes()) == expected
    messages = await site.app.store.get_many(
        [
            paths.message(ids.case_chat_id(uid, "acme"), ids.campaign_message_id("c1", uid))
            for uid in uids
        ],
        select=(),
    )
    assert all(message is not None for message in messages)


async def wait_until_pushed(site: Site, seconds: float = 90) -> None:
    async def look() -> str | None:
        batches = await site.documents(paths.campaign_batches("c1"))
        states = {batch["state"] for batch in batches.values()}
        return None if states == {"done"} else f"pushes are still to do: batches are {states}"

    await site.until(look, seconds=seconds)


async def wait_until_at_rest(site: Site) -> None:
    """A campaign that ended before its pushes did is looked at once more, some 15 s later."""

    async def look() -> str | None:
        status = await site.read(paths.campaign_status("c1")) or {}
        return f"it is looked at again at {status['wakeAt']}" if "wakeAt" in status else None

    await site.until(look, seconds=60)


@pytest.mark.slow
async def test_a_worker_killed_in_mid_campaign_and_started_again_sends_each_message_once(
    site: Site,
) -> None:
    uids = await site.service(people=PEOPLE)
    await site.campaign()
    worker = site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))

    while len(await site.documents(paths.CHATS)) < 200:
        worker.require_running()
        await asyncio.sleep(0.02)
    worker.signal(signal.SIGKILL)
    worker.wait()
    begun = len(await site.documents(paths.CHATS))
    assert begun < PEOPLE, "the campaign was over before its worker was killed"
    site.start_worker()

    status = await site.wait_for(paths.campaign_status("c1"), state="completed", seconds=90)
    await wait_until_pushed(site)
    assert status["counts"]["sent"] == status["audienceCount"] == PEOPLE
    await assert_once(site, uids)


async def test_every_queue_message_repeated_in_any_order_changes_nothing(site: Site) -> None:
    uids = await site.service(people=300)
    await site.campaign()
    site.start_worker()
    site.start_worker()
    await site.publish(CampaignQueued(campaign_id="c1"))
    await site.wait_for(paths.campaign_status("c1"), state="completed")
    await wait_until_pushed(site)
    await wait_until_at_rest(site)
    chat_id = await site.direct_chat()
    before = await everything(site)

    await site.publish(*await every_payload(site), *reversed(await every_payload(site)))
    await site.publish(*await every_payload(site))
    await drained(site, chat_id)

    after = await everything(site)
    assert {path: fields for path, fields in after.items() if chat_id not in path} == {
        path: fields for path, fields in before.items() if chat_id not in path
    }
    assert set(site.pushes().values()) == {1}
    await assert_once(site, uids)


async def every_payload(site: Site) -> list[Payload]:
    """Everything that was ever on a queue for this campaign."""
    batches = await site.documents(paths.campaign_batches("c1"))
    named = [
        {"campaign_id": "c1", "batch_id": paths.last_segment(path), "service_id": "acme"}
        for path in batches
    ]
    return [
        *(CampaignBatchSent.model_validate(one) for one in named),
        *(CampaignBatchReady.model_validate(one) for one in named),
        CampaignQueued(campaign_id="c1"),
    ]


async def everything(site: Site) -> dict[str, object]:
    """Every document that a campaign writes."""
    found: dict[str, object] = {}
    for collection in (paths.CHATS, paths.CAMPAIGN_STATUS, paths.campaign_batches("c1")):
        found |= await site.documents(collection)
    for path in list(found):
        if path.startswith("chats/"):
            chat_id = paths.last_segment(path)
            uid = ids.parse_chat_id(chat_id).uids[0]
            for row in (paths.user_chat(uid, chat_id), paths.push_tokens(uid)):
                found[row] = await site.read(row)
    return found


async def drained(site: Site, chat_id: str) -> None:
    """A later message has come through, and every worker has finished what it held and ended."""
    await site.post(chat_id, "last", "ann")
    await site.publish(MessageQueued(chat_id=chat_id, message_id="last"))
    await site.wait_for(paths.user_chat("bob", chat_id), messageCount=1)
    for worker in site.workers:
        worker.ask_to_stop()
    for worker in site.workers:
        assert worker.wait(10) == 0
