"""What people received, read and answered shows in the counts of a campaign, at a bounded cost."""

from __future__ import annotations

import random
from datetime import timedelta

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import DELETE_FIELD, SERVER_TIME, Update
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.events import CampaignBatchReady, MessageQueued
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.upkeep.results_seen import (
    answer,
    chat_of,
    collect,
    collector,
    finished,
    receipt,
    told,
)


async def test_receipts_and_answers_show_after_the_campaign_has_completed(world: World) -> None:
    results = await finished(world, people=4)
    await receipt(world, "p0001", read=False)
    await receipt(world, "p0002")
    await answer(world, "p0003")

    await collect(world, results)

    assert told(world) == {"sent": 1, "delivered": 1, "read": 1, "replied": 1}
    assert status_of(world).state == "completed"
    assert_sums(world)
    assert not [path for path in world.store.paths() if "/replies/" in path]


async def test_a_receipt_of_an_earlier_message_changes_nothing(world: World) -> None:
    results = await finished(world)
    long_ago = world.clock.now() - timedelta(days=1)
    await world.write(
        {paths.read_receipt(chat_of("p0001"), "p0001"): {"readTo": long_ago, "readAt": SERVER_TIME}}
    )

    await collect(world, results)

    assert told(world) == {"sent": 3}


async def test_a_message_from_before_the_campaign_is_no_answer_to_it(world: World) -> None:
    await world.service(people=2)
    await world.campaign("c0")
    await world.app.run_campaigns.run("c0")
    await world.work()
    world.clock.advance(1)
    await world.post(chat_of("p0001"), "early", "p0001")
    world.clock.advance(1)
    results = await finished(world, people=2)
    await world.handle(MessageQueued(chat_id=chat_of("p0001"), message_id="early"))

    await collect(world, results)
    assert told(world) == {"sent": 2}
    assert status_of(world, "c0").counts.replied == 1

    await answer(world, "p0001")
    await collect(world, results)
    assert told(world) == {"sent": 1, "replied": 1}


async def test_an_answer_counts_once_however_often_its_job_comes(world: World) -> None:
    results = await finished(world)
    await answer(world, "p0001", repeats=3)
    await answer(world, "p0001", "again", repeats=2)

    await collect(world, results)
    await collect(world, results)

    assert told(world) == {"sent": 2, "replied": 1}
    assert "awaitingReply" not in world.at(paths.chat(chat_of("p0001")))
    assert world.at(paths.chat(chat_of("p0001")))["messageCount"] == 3


async def test_an_answer_whose_commit_got_no_answer_is_marked_once(world: World) -> None:
    results = await finished(world)
    fence = paths.message_queue(chat_of("p0001"), "hello")
    await world.post(chat_of("p0001"), "hello", "p0001")
    world.store.faults.append(lost_answer(where=lambda call: call.touches(fence)))

    await world.handle(MessageQueued(chat_id=chat_of("p0001"), message_id="hello"))
    await collect(world, results)

    assert told(world) == {"sent": 2, "replied": 1}


async def test_what_the_dashboard_writes_is_no_answer(world: World) -> None:
    results = await finished(world)
    await world.post(chat_of("p0001"), "ours", "service:acme")
    await world.handle(MessageQueued(chat_id=chat_of("p0001"), message_id="ours"))

    await collect(world, results)

    assert told(world) == {"sent": 3}
    assert "c1" in world.at(paths.chat(chat_of("p0001")))["awaitingReply"]


async def test_an_answer_a_week_later_is_not_kept(world: World) -> None:
    await finished(world)
    world.clock.advance(timedelta(days=8).total_seconds())

    await answer(world, "p0001")

    assert not [path for path in world.store.paths() if "/replies/" in path]
    assert "awaitingReply" not in world.at(paths.chat(chat_of("p0001")))


async def test_a_chat_awaits_an_answer_to_its_ten_latest_campaigns(world: World) -> None:
    await world.service(people=1)
    for number in range(12):
        await world.campaign(f"c{number:02d}")
        await world.app.run_campaigns.run(f"c{number:02d}")
        await world.work()
        world.clock.advance(1)

    awaiting = world.at(paths.chat(chat_of("p0000")))["awaitingReply"]

    assert sorted(awaiting) == [f"c{number:02d}" for number in range(2, 12)]


async def test_somebody_who_has_read_the_message_gets_no_push_for_it(world: World) -> None:
    await world.service(people=2)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    (batch,) = [one for one in world.publisher.published if isinstance(one, CampaignBatchReady)]
    await world.handle(batch)
    results = collector(world)
    await world.app.campaign_progress.refresh_marked()
    await receipt(world, "p0000")
    await receipt(world, "p0001", read=False)
    await collect(world, results)
    assert told(world) == {"sent": 1, "read": 1}

    await world.work()
    await collect(world, results)

    assert told(world) == {"delivered": 1, "read": 1}
    assert {one.device.token for one in world.sender.sent} == {"token-p0001"}
    assert recipients_of(world)["p0000"]["push"] == "alreadyRead"
    assert {one.state for one in batches_of(world).values()} == {"done"}


async def test_a_receipt_waits_while_the_pushes_of_its_batch_are_claimed(world: World) -> None:
    results = await finished(world)
    (path,) = [path for path in world.store.paths() if "/batches/" in path]
    claim = {"state": "sent", "pushClaimedAt": SERVER_TIME}
    await world.store.commit([Update(path, claim)])
    await receipt(world, "p0001")
    await answer(world, "p0002")
    await collect(world, results)
    assert told(world) == {"sent": 3}

    await world.store.commit([Update(path, {"state": "done", "pushClaimedAt": DELETE_FIELD})])
    await collect(world, results)

    assert told(world) == {"sent": 1, "read": 1, "replied": 1}


async def test_a_batch_that_others_change_meanwhile_is_decided_again(world: World) -> None:
    results = await finished(world)
    await receipt(world, "p0001")
    await answer(world, "p0002")
    world.store.faults.append(failing(Conflict("first"), times=2))
    world.store.faults.append(failing(CommitOutcomeUnknown("lost"), moment="after", times=1))

    await collect(world, results)
    await collect(world, results)

    assert told(world) == {"sent": 1, "read": 1, "replied": 1}


async def test_a_process_that_takes_over_finds_what_happened_between(world: World) -> None:
    await collect(world, await finished(world), 70)
    world.clock.advance(3_600)
    await receipt(world, "p0001")
    world.clock.advance(3_600)

    await collect(world, collector(world))

    assert told(world) == {"sent": 2, "read": 1}


async def test_a_campaign_that_was_not_listed_yet_loses_no_receipt(world: World) -> None:
    results = await finished(world)
    await world.campaign("c2")
    await world.app.run_campaigns.run("c2")
    await world.work()
    await receipt(world, "p0001", campaign="c2")

    for _ in range(3):
        await collect(world, results)

    assert status_of(world, "c2").counts.read == 1


async def test_events_in_any_order_and_repeated_end_in_the_same_counts(world: World) -> None:
    results = await finished(world, people=30)
    randomness = random.Random(7)
    expected: dict[str, str] = {}
    events: list[tuple[str, str]] = []
    for number in range(30):
        uid = f"p{number:04d}"
        kinds = randomness.sample(["received", "read", "answer"], randomness.randint(0, 3))
        events += [(uid, kind) for kind in kinds for _ in range(randomness.randint(1, 2))]
        best = [kind for kind in ("answer", "read", "received") if kind in kinds]
        names = {"answer": "replied", "read": "read", "received": "delivered"}
        expected[uid] = names[best[0]] if best else "sent"
    randomness.shuffle(events)
    for number, (uid, kind) in enumerate(events):
        world.clock.advance(0.1)
        if kind == "answer":
            await answer(world, uid, f"m{number}", repeats=randomness.randint(1, 2))
        else:
            await receipt(world, uid, read=kind == "read")
        if randomness.random() < 0.2:
            await collect(world, results, randomness.choice([1, 20, 70]))
        if randomness.random() < 0.05:
            results = collector(world)
    await collect(world, results)

    assert {uid: entry["state"] for uid, entry in recipients_of(world).items()} == expected
    assert_sums(world)
