"""Everybody who failed gets another attempt, once, whatever crashes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import RetryFailed
from parley.errors import StoreUnavailable
from parley.services.campaigns.plan_again import Retried
from parley.store import FieldPath, Update
from parley.testing.faults import failing, lost_answer
from schema import ids, paths
from schema.reasons import RecipientState
from tests.unit.parley.services.campaigns_driven import command, pass_time
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    message_counts,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World


async def retry(world: World, caller: str = "staff1") -> int:
    """Retry everybody who failed, when no push is open any more."""
    retried = await retry_now(world, caller)
    assert retried.waiting == 0
    return retried.people


async def retry_now(world: World, caller: str = "staff1") -> Retried:
    request = RetryFailed(campaign_id="c1")
    return await world.app.retry_failed.retry(caller=UserCaller(caller), request=request)


async def set_names(world: World, uids: list[str], name: object) -> None:
    await world.store.commit(
        [Update(paths.service_user("acme", uid), {"displayName": name}) for uid in uids]
    )


async def failed(world: World, people: int = 250, wrong: int = 30) -> list[str]:
    """A campaign that has ended, in which the first people failed; return these."""
    uids = (await world.service(people=people))[: wrong * 2 : 2]
    await set_names(world, uids, 5)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert status_of(world).state == "completedWithErrors"
    assert status_of(world).counts.failed == wrong
    return uids


async def test_people_whose_record_was_mended_get_the_message_once_in_the_same_batch(
    world: World,
) -> None:
    uids = await failed(world)
    before = {batch_id: batch.uids for batch_id, batch in batches_of(world).items()}
    await set_names(world, uids, "Mended")
    world.clock.advance(60)

    assert await retry(world) == 30
    assert status_of(world).state == "running"
    await world.work()

    status = status_of(world)
    assert (status.state, status.counts.sent, status.counts.failed) == ("completed", 250, 0)
    assert status.error is None
    assert_sums(world)
    assert set(message_counts(world).values()) == {1}
    assert {batch_id: batch.uids for batch_id, batch in batches_of(world).items()} == before
    for uid in uids:
        entry = recipients_of(world)[uid]
        assert (entry["attempt"], entry["state"]) == (2, "sent")
        assert [one["result"] for one in entry["attempts"]] == ["invalidUser"]
    others = [entry for uid, entry in recipients_of(world).items() if uid not in uids]
    assert all("attempt" not in entry for entry in others)
    tokens = [one.device.token for one in world.sender.sent]
    assert len(tokens) == len(set(tokens)) == 250


async def test_a_second_call_while_it_runs_changes_nothing(world: World) -> None:
    uids = await failed(world)
    await set_names(world, uids, "Mended")
    assert await retry(world) == 30
    before = world.store.counts

    assert await retry(world) == 0

    assert (world.store.counts - before).writes == 0
    await world.work()
    assert set(message_counts(world).values()) == {1}


async def test_who_fails_again_may_be_tried_again(world: World) -> None:
    uids = await failed(world, people=3, wrong=1)
    for attempt in (2, 3):
        assert await retry(world) == 1
        await world.work()
        entry = recipients_of(world)[uids[0]]
        assert (entry["state"], entry["attempt"]) == ("failed", attempt)
        assert len(entry["attempts"]) == attempt - 1
        assert status_of(world).state == "completedWithErrors"
        assert_sums(world)


async def test_nobody_whose_result_is_unknown_is_tried_again(world: World) -> None:
    await failed(world, people=3, wrong=1)
    (batch_id,) = batches_of(world)
    path = paths.campaign_batch("c1", batch_id)
    unknown = {"state": str(RecipientState.UNKNOWN), "at": world.clock.now(), "channel": "chat"}
    changes: dict[FieldPath, Any] = {("recipients", "p0001"): unknown}
    await world.store.commit([Update(path, changes)])

    assert await retry(world) == 1
    await world.work()

    assert recipients_of(world)["p0001"]["state"] == "unknown"
    assert "attempt" not in recipients_of(world)["p0001"]


async def test_a_record_whose_id_is_no_uid_stays_failed(world: World) -> None:
    await world.service(people=2)
    await world.write({paths.service_user("acme", "a:b"): {"displayName": "X"}})
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert status_of(world).counts.failed == 1

    assert await retry(world) == 0
    await pass_time(world, 60)

    assert status_of(world).state == "completedWithErrors"
    assert recipients_of(world)["a:b"]["state"] == "failed"
    assert paths.chat(ids.case_chat_id("a:b", "acme")) not in world.store.paths()


@pytest.mark.parametrize("crash", range(6))
@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_crash_at_any_commit_leaves_nobody_planned_for_ever(
    world: World, crash: int, is_lost: bool
) -> None:
    uids = await failed(world)
    await set_names(world, uids, "Mended")
    seen = 0

    def is_nth(_call: object) -> bool:
        nonlocal seen
        seen += 1
        return seen > crash

    moment: Literal["before", "after"] = "after" if is_lost else "before"
    error = StoreUnavailable("the process died here")
    fault = failing(error, moment=moment, times=10_000, where=is_nth)
    world.store.faults.append(fault)
    try:
        await retry(world)
    except StoreUnavailable:
        # A process that died published nothing more either.
        world.publisher.published.clear()
    world.store.faults.remove(fault)

    await pass_time(world, 60)
    status = status_of(world)
    assert status.counts.planned == 0
    assert status.state in ("completed", "completedWithErrors")
    await retry(world)
    await pass_time(world, 60)

    assert status_of(world).state == "completed"
    assert status_of(world).counts.sent == 250
    assert set(message_counts(world).values()) == {1}
    assert_sums(world)


async def test_lost_answers_change_neither_the_count_nor_the_result(world: World) -> None:
    uids = await failed(world)
    await set_names(world, uids, "Mended")
    world.store.faults.append(lost_answer(times=4))

    assert await retry(world) == 30
    await world.work()

    assert status_of(world).counts.sent == 250
    assert set(message_counts(world).values()) == {1}


async def test_while_it_is_paused_people_are_planned_and_go_when_it_resumes(world: World) -> None:
    uids = (await world.service(people=150))[:10]
    await set_names(world, uids, 5)
    await world.campaign(throttle={"perMinute": 6_000})
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert status_of(world).counts.failed == 10
    world.publisher.published.clear()
    await command(world, "pause")
    await set_names(world, uids, "Mended")

    assert await retry(world) == 10
    assert status_of(world).state == "paused"
    assert status_of(world).counts.failed == 0
    await pass_time(world, 5)
    assert len(message_counts(world)) == 90

    await command(world, "resume")
    await pass_time(world, 20)
    assert status_of(world).state == "completed"
    assert status_of(world).counts.sent == 150


@pytest.mark.parametrize("state", ["cancelled", "failed"])
async def test_a_campaign_that_is_over_cannot_be_retried(world: World, state: str) -> None:
    await failed(world)
    await world.store.commit([Update(paths.campaign_status("c1"), {"state": state})])

    with pytest.raises(Refused, match=f"is {state}, so nobody can be retried") as refused:
        await retry(world)
    assert refused.value.reason == "wrongState"


async def test_a_campaign_that_has_expired_cannot_be_retried(world: World) -> None:
    await world.service(people=1)
    await set_names(world, ["p0000"], 5)
    await world.campaign(schedule={"expireAt": world.clock.now() + timedelta(minutes=1)})
    await world.app.run_campaigns.run("c1")
    await world.work()
    world.clock.advance(61)

    with pytest.raises(Refused, match="has expired, so nobody can be retried"):
        await retry(world)
    assert recipients_of(world)["p0000"]["state"] == "failed"


async def test_people_beside_open_pushes_are_counted_as_waiting_and_retried_later(
    world: World,
) -> None:
    uids = (await world.service(people=250))[:3]
    await set_names(world, uids, 5)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    sent = []
    for payload in world.publisher.take():
        await world.handle(payload)
        sent += world.publisher.take()
    await world.app.campaign_progress.refresh_marked()
    assert status_of(world).state == "completedWithErrors"

    assert await retry_now(world) == Retried(0, waiting=3)
    assert status_of(world).state == "completedWithErrors"

    for payload in sent:
        await world.handle(payload)
    assert await retry_now(world) == Retried(3, waiting=0)


async def test_before_anything_has_failed_there_is_nobody_to_retry(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    assert await retry(world) == 0
    await world.app.run_campaigns.run("c1")
    assert await retry(world) == 0
    await world.work()
    assert await retry(world) == 0
    assert status_of(world).state == "completed"


@pytest.mark.parametrize("role", ["agent", "viewer"])
async def test_only_owners_and_admins_may_retry(world: World, role: str) -> None:
    await failed(world)
    await world.write({paths.staff("acme", "al"): {"role": role, "displayName": "Al"}})

    with pytest.raises(Refused, match="requires the role admin or owner"):
        await retry(world, caller="al")
    assert status_of(world).counts.failed == 30
