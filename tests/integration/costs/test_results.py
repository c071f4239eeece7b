"""Results and recounts on the real store, with what they cost."""

from __future__ import annotations

from typing import Any

from parley.services.campaigns.record_results import RecordResults
from parley.services.upkeep.collect_results import CollectResults
from parley.services.upkeep.reconcile import Reconcile
from parley.store import SERVER_TIME, Update
from parley.store.counting import Counts
from schema import ids, paths
from tests.integration.costs.conftest import CountedWorld

PEOPLE = 1_000
CAMPAIGN = "0-summer_sale"
"""An id that a field path must quote."""


def chat_of(uid: str) -> str:
    return ids.case_chat_id(uid, "acme")


async def read_all(world: CountedWorld, uids: list[str]) -> None:
    """Everybody's app shows the campaign's message."""
    messages = await world.store.get_many(
        [paths.message(chat_of(uid), ids.campaign_message_id(CAMPAIGN, uid)) for uid in uids]
    )
    receipts: dict[str, dict[str, Any]] = {
        paths.read_receipt(chat_of(uid), uid): {
            "readTo": message.fields["createdAt"] if message is not None else None,
            "readAt": SERVER_TIME,
        }
        for uid, message in zip(uids, messages, strict=True)
    }
    await world.write(receipts)


async def test_a_thousand_receipts_and_an_answer_come_into_the_counts(world: CountedWorld) -> None:
    uids = await world.service(people=PEOPLE)
    await world.run_campaign(CAMPAIGN)
    app = world.app
    results = CollectResults(
        store=world.store,
        record=RecordResults(store=world.store, kinds=app.kinds, clock=app.clock),
        sms=app.campaign_sms,
        progress=app.campaign_progress,
        kinds=app.kinds,
    )

    async def collect() -> Counts:
        _, now = await world.store.get_timed(paths.service("acme"))
        before = world.store.counts
        await results.collect(now)
        return world.store.counts - before

    await read_all(world, uids[1:])
    cost = await collect()
    answer = await world.fan_out(chat_of(uids[0]), "m1", uids[0])
    await collect()

    (status,) = await world.store.get_many([paths.campaign_status(CAMPAIGN)])
    assert status is not None
    counts = {state: count for state, count in status.fields["counts"].items() if count}
    assert counts == {"read": PEOPLE - 1, "replied": 1}
    assert cost.of("writes", "campaignStatus/batches") == 10
    assert cost.reads <= PEOPLE + 40
    assert answer.of("writes", f"{paths.CAMPAIGN_STATUS}/{paths.REPLIES}") == 1
    (chat,) = await world.store.get_many([paths.chat(chat_of(uids[0]))])
    assert chat is not None
    assert "awaitingReply" not in chat.fields


async def test_a_recount_finds_and_corrects_what_drifted(world: CountedWorld) -> None:
    uids = await world.service(people=20)
    await world.run_campaign(CAMPAIGN)
    await world.fan_out(chat_of(uids[0]), "m1", uids[0])
    await world.post(chat_of(uids[1]), "waiting", uids[1])
    reconcile = Reconcile(store=world.store, clock=world.app.clock)
    assert (await reconcile.reconcile()).drift == {}

    await world.store.commit(
        [Update(paths.user_chat(uids[0], chat_of(uids[0])), {"messageCount": 7})]
    )
    await world.store.commit([Update(paths.campaign_status(CAMPAIGN), {"audienceCount": 7})])

    report = await reconcile.reconcile(service_id="acme", repair=True)
    assert dict(report.repaired) == {"unread": 1, "campaignCounts": 1}
    assert (await reconcile.reconcile()).drift == {}
