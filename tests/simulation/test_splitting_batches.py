"""Batches that one commit cannot carry: split, down to the person whom it concerns."""

from __future__ import annotations

from collections import Counter

import pytest

from parley.errors import (
    CommitOutcomeUnknown,
    CommitTooLarge,
    Conflict,
    PermanentError,
    StoreContended,
    StoreRejected,
)
from parley.testing.faults import StoreCall
from schema import ids, limits, paths
from schema.events import CampaignBatchReady
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    message_counts,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World

LONG = {
    "body": "語" * 9_950 + "{{ user.displayName }}",
    "attachments": [
        {"path": f"{n}" * 420, "contentType": "image/png", "size": 9, "name": f"{n}" * 250}
        for n in range(10)
    ],
}


def messages_in(call: StoreCall) -> int:
    return sum(write.path.startswith("chatMessages/") for write in call.writes)


def writes_to(call: StoreCall, uid: str) -> bool:
    chat_id = ids.case_chat_id(uid, "acme")
    return call.touches(paths.message(chat_id, ids.campaign_message_id("c1", uid)))


def assert_reached(world: World, uids: list[str]) -> None:
    """Each has one message that is counted once, and was pushed to once."""
    assert message_counts(world) == dict.fromkeys(uids, 1)
    tokens = Counter(one.device.token for one in world.sender.sent)
    assert tokens == dict.fromkeys((f"token-{uid}" for uid in uids), 1)


@pytest.mark.parametrize("fits", [99, 40, 7, 1])
async def test_a_batch_that_is_too_large_is_split_into_several_commits(
    world: World, fits: int
) -> None:
    uids = await world.service(people=100)
    await world.campaign()

    def too_large(call: StoreCall) -> None:
        if call.operation == "commit" and messages_in(call) > fits:
            raise CommitTooLarge("told to")

    world.store.faults.append(too_large)
    await world.app.run_campaigns.run("c1")
    await world.work()

    assert_reached(world, uids)
    assert status_of(world).state == "completed"
    assert_sums(world)


async def test_a_batch_of_long_texts_and_attachments_is_split_before_it_is_sent(
    world: World,
) -> None:
    uids = await world.service(people=100)
    await world.campaign(message=LONG)
    sizes: list[int] = []

    def measure(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "after" and messages_in(call):
            sizes.append(sum(len(str(write).encode()) for write in call.writes))

    world.store.faults.append(measure)
    await world.app.run_campaigns.run("c1")
    before = world.store.counts
    await world.work()
    spent = world.store.counts - before

    assert len(sizes) == 2
    assert max(sizes) < 4 * 1024 * 1024
    assert_reached(world, uids)
    assert_sums(world)
    assert spent.reads / 100 <= 3.15, "nobody is read twice"
    assert spent.writes / 100 <= 4.05


async def test_a_person_whose_documents_the_store_refuses_fails_alone(world: World) -> None:
    uids = await world.service(people=100)
    await world.campaign()

    def refuse(call: StoreCall) -> None:
        if call.operation == "commit" and (writes_to(call, "p0042") or writes_to(call, "p0043")):
            raise StoreRejected("INVALID_ARGUMENT: the document is too deep")

    world.store.faults.append(refuse)
    await world.app.run_campaigns.run("c1")
    await world.work()

    bad = recipients_of(world)["p0042"]
    assert (bad["state"], bad["reason"]) == ("failed", "storeRejected")
    assert "too deep" in bad["detail"]
    assert_reached(world, [uid for uid in uids if uid not in ("p0042", "p0043")])
    status = status_of(world)
    assert (status.state, status.failed_by) == ("completedWithErrors", {"storeRejected": 2})
    assert_sums(world)


async def test_a_person_whose_writes_cannot_be_encoded_fails_alone(world: World) -> None:
    await world.service(people=10)
    await world.campaign()

    def refuse(call: StoreCall) -> None:
        if call.operation == "commit" and writes_to(call, "p0003"):
            raise ValueError("field body: what Firestore cannot hold")

    world.store.faults.append(refuse)
    await world.app.run_campaigns.run("c1")
    await world.work()

    assert recipients_of(world)["p0003"]["detail"] == "field body: what Firestore cannot hold"
    assert status_of(world).counts.sent == 9


async def test_a_batch_whose_people_all_fail_is_done(
    world: World,
) -> None:
    await world.service(people=30)
    await world.campaign()

    def refuse(call: StoreCall) -> None:
        if call.operation == "commit" and messages_in(call):
            raise StoreRejected("no")

    world.store.faults.append(refuse)
    await world.app.run_campaigns.run("c1")
    await world.work()

    status = status_of(world)
    assert (status.state, status.failed_by) == ("completedWithErrors", {"storeRejected": 30})
    assert status.error is not None
    assert status.error.code == "allFailed"
    assert "storeRejected" in status.error.message


async def test_a_refused_ledger_fails_no_person(world: World) -> None:
    await world.service(people=3)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    before = recipients_of(world)

    def refuse(call: StoreCall) -> None:
        if call.operation == "commit" and any("/batches/" in one.path for one in call.writes):
            raise StoreRejected("PERMISSION_DENIED: no")

    world.store.faults.append(refuse)
    with pytest.raises(PermanentError):
        await world.work()

    assert recipients_of(world) == before


@pytest.mark.parametrize("error", [Conflict, StoreContended, CommitOutcomeUnknown])
async def test_a_batch_that_keeps_losing_races_is_split(
    world: World, error: type[Exception]
) -> None:
    uids = await world.service(people=100)
    await world.campaign()

    def outrace(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "before" and messages_in(call) > 20:
            raise error("told to")

    world.store.faults.append(outrace)
    await world.app.run_campaigns.run("c1")
    await world.work()

    assert_reached(world, uids)
    assert status_of(world).state == "completed"


async def test_a_contended_chat_does_not_block_others(world: World) -> None:
    uids = await world.service(people=100)
    await world.campaign()
    is_busy = True

    def outrace(call: StoreCall) -> None:
        if is_busy and call.operation == "commit" and writes_to(call, "p0050"):
            raise StoreContended("told to")

    world.store.faults.append(outrace)
    await world.app.run_campaigns.run("c1")
    (ready,) = world.publisher.take()
    with pytest.raises(Conflict):
        await world.handle(ready)

    assert sorted(message_counts(world)) == [uid for uid in uids if uid != "p0050"]
    assert recipients_of(world)["p0050"]["state"] == "planned"
    is_busy = False
    await world.handle(ready)
    await world.work()
    assert_reached(world, uids)
    assert_sums(world)


@pytest.mark.parametrize("nth", range(1, 9))
@pytest.mark.parametrize("fault", ["conflict", "lost answer", "crash"])
async def test_a_failing_part_loses_and_duplicates_nothing(
    world: World, nth: int, fault: str
) -> None:
    uids = await world.service(people=100)
    await world.campaign()
    seen = 0

    def fail(call: StoreCall) -> None:
        nonlocal seen
        if call.operation != "commit" or not messages_in(call):
            return
        if messages_in(call) > 20:
            raise CommitTooLarge("told to")
        if call.moment == ("after" if fault == "lost answer" else "before"):
            seen += 1
            if seen == nth:
                errors = {
                    "conflict": Conflict("told to"),
                    "lost answer": CommitOutcomeUnknown("told to"),
                    "crash": RuntimeError("told to"),
                }
                raise errors[fault]

    world.store.faults.append(fail)
    await world.app.run_campaigns.run("c1")
    (ready,) = world.publisher.published
    try:
        await world.work()
    except RuntimeError:
        assert fault == "crash"
        await world.handle(ready)
        await world.work()

    assert seen >= nth or nth > 4
    assert_reached(world, uids)
    assert_sums(world)
    assert {batch.state for batch in batches_of(world).values()} == {"done"}


async def test_two_workers_on_a_batch_that_is_split_write_to_nobody_twice(world: World) -> None:
    uids = await world.service(people=100)
    await world.campaign()
    other_has_run = False

    async def run_another(call: StoreCall) -> None:
        nonlocal other_has_run
        if call.operation != "commit" or not messages_in(call):
            return
        if messages_in(call) > 30:
            raise CommitTooLarge("told to")
        if call.moment == "before" and not other_has_run:
            other_has_run = True
            await world.handle(ready)

    await world.app.run_campaigns.run("c1")
    ready = world.publisher.published[0]
    assert isinstance(ready, CampaignBatchReady)
    world.store.faults.append(run_another)
    await world.work()

    assert other_has_run
    assert_reached(world, uids)
    assert_sums(world)


def test_the_estimate_of_a_commit_stays_below_every_limit() -> None:
    assert limits.COMMIT_BYTES <= 0.8 * 4 * 1024 * 1024
