from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import pytest

from parley.domain.delivery.push import PushFate
from parley.errors import (
    CommitOutcomeUnknown,
    Conflict,
    RetryableError,
    StoreUnavailable,
)
from parley.services.delivery.push_orders import PushIncomplete
from parley.testing.faults import StoreCall
from schema import ids, limits, paths
from schema.batches import Batch
from schema.campaign_status import CampaignStatus
from tests.unit.parley.services.conftest import TwinWorld as World


def status_of(world: World, campaign_id: str = "c1") -> CampaignStatus:
    return CampaignStatus.parse(world.at(paths.campaign_status(campaign_id)))


def batches_of(world: World, campaign_id: str = "c1") -> list[Batch]:
    prefix = f"{paths.campaign_batches(campaign_id)}/"
    return [Batch.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)]


def messages_of(world: World, campaign_id: str = "c1") -> list[str]:
    return [
        path
        for path in world.store.paths()
        if path.startswith("chatMessages/") and world.at(path).get("campaignId") == campaign_id
    ]


@pytest.mark.parametrize("repeats", [1, 3])
async def test_everybody_gets_one_message_and_one_push_despite_repeats(
    world: World, repeats: int
) -> None:
    uids = await world.service(people=250)
    await world.campaign()

    for _ in range(repeats):
        await world.app.run_campaigns.run("c1")
    await world.work(repeats)

    assert status_of(world).state == "completed"
    assert status_of(world).counts.sent == status_of(world).audience_count == 250
    assert len(messages_of(world)) == 250
    assert Counter(one.device.token for one in world.sender.sent) == dict.fromkeys(
        (f"token-{uid}" for uid in uids), 1
    )
    message = world.at(paths.message("p0007:service:acme", ids.campaign_message_id("c1", "p0007")))
    assert message["body"] == "Hello Person 7"
    row = world.at(paths.user_chat("p0007", "p0007:service:acme"))
    assert (row["messageCount"], row["readCount"]) == (1, 0)
    assert {batch.state for batch in batches_of(world)} == {"done"}
    assert max(batch.count for batch in batches_of(world)) == limits.CAMPAIGN_BATCH


async def test_a_campaign_costs_what_the_budget_allows(world: World) -> None:
    await world.service(people=1_000)
    for campaign_id, writes in (("first", 4.05), ("second", 3.05)):
        await world.campaign(campaign_id)
        before = world.store.counts
        await world.app.run_campaigns.run(campaign_id)
        await world.work()
        world.publisher.published.clear()
        spent = world.store.counts - before
        assert spent.writes / 1_000 <= writes
        assert spent.reads / 1_000 <= 4.05
        assert spent.deletes == 0


async def test_a_filter_chooses_exactly_its_people(world: World) -> None:
    await world.service(people=20)
    where = {"field": "attributes.plan", "op": "==", "value": "pro"}
    await world.campaign(audience={"where": where})

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert sorted(uid for batch in batches_of(world) for uid in batch.uids) == [
        f"p{n:04d}" for n in range(20) if n % 2
    ]


async def test_unknown_ids_are_skipped_with_a_reason(world: World) -> None:
    await world.service(people=3)
    await world.campaign(audience={"userIds": ["p0001", "stranger", "p0001"]})

    await world.app.run_campaigns.run("c1")
    await world.work()

    status = status_of(world)
    assert (status.audience_count, status.counts.sent, status.counts.skipped) == (2, 1, 1)
    assert status.skipped_by == {"notInService": 1}
    assert status.state == "completed"


async def test_a_campaign_to_nobody_completes(world: World) -> None:
    await world.service(people=0)
    await world.campaign()

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).state == "completed"


async def test_a_rendering_error_fails_only_that_person(world: World) -> None:
    await world.service(people=3)
    broken = world.at(paths.service_user("acme", "p0001"))
    await world.write(
        {
            paths.service_user("acme", "p0001"): {
                **broken,
                "attributes": {"visits": "many"},
            }
        }
    )
    await world.campaign(message={"body": "{{ user.attributes.visits | divided_by: 0 }}!"})

    await world.app.run_campaigns.run("c1")
    await world.work()

    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.failed_by == {"templateError": 3}
    assert messages_of(world) == []


async def test_people_without_consent_are_skipped_with_a_reason(world: World) -> None:
    await world.service(people=2)
    person = world.at(paths.service_user("acme", "p0000"))
    refusal = {"granted": False, "at": world.clock.now(), "source": "app"}
    person["consents"] = {"chat": {"marketing": refusal}}
    other = world.at(paths.service_user("acme", "p0001"))
    other["consents"] = {"push": {"marketing": refusal}}
    await world.write(
        {
            paths.service_user("acme", "p0000"): person,
            paths.service_user("acme", "p0001"): other,
        }
    )
    await world.campaign()

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).skipped_by == {"noConsent": 1}
    assert len(messages_of(world)) == 1
    assert world.sender.sent == []


@pytest.mark.parametrize(
    ("changed", "code", "told"),
    [
        ({"kind": "individual", "channels": ["sms"]}, "invalidJob", "SMS is for oneWay"),
        ({"schedule": {"window": {"from": "9", "to": "20:00"}}}, "invalidJob", "schedule"),
        ({"audience": {"all": True, "userIds": []}}, "invalidJob", "audience"),
        ({"audience": {"where": {"field": "x", "op": "==", "value": 1}}}, "invalidJob", "where"),
        ({"message": {"body": "{{ user."}}, "templateError", "message.body"),
        ({"message": {"body": ""}}, "invalidJob", "message.body"),
        ({"name": 7}, "invalidJob", "name"),
        ({"surprise": 1}, "invalidJob", "surprise"),
    ],
)
async def test_a_job_that_cannot_run_fails_with_a_reason_that_names_the_field(
    world: World, changed: dict[str, Any], code: str, told: str
) -> None:
    await world.service(people=1)
    await world.campaign(**changed)

    await world.app.run_campaigns.run("c1")

    status = status_of(world)
    assert status.state == "failed"
    assert status.error is not None
    assert status.error.code == code
    assert told in status.error.message
    assert world.publisher.published == []


@pytest.mark.parametrize("nth", range(1, 11))
@pytest.mark.parametrize("fault", ["conflict", "unavailable", "lost answer"])
async def test_a_failing_commit_loses_and_duplicates_nothing(
    world: World, nth: int, fault: str
) -> None:
    await world.service(people=120)
    await world.campaign()
    errors = {
        "conflict": Conflict("told to"),
        "unavailable": StoreUnavailable("told to"),
        "lost answer": CommitOutcomeUnknown("told to"),
    }
    seen = 0

    def fail_the_nth(call: StoreCall) -> None:
        nonlocal seen
        moment = "after" if fault == "lost answer" else "before"
        if call.operation == "commit" and call.moment == moment:
            seen += 1
            if seen == nth:
                raise errors[fault]

    world.store.faults.append(fail_the_nth)
    for _ in range(3):
        with suppress(Conflict, RetryableError):
            await world.app.run_campaigns.run("c1")
            await world.work()
    await world.app.campaign_progress.refresh_marked()

    assert len(messages_of(world)) == 120
    assert status_of(world).state == "completed"
    assert status_of(world).counts.sent == 120
    assert {one.tag for one in world.sender.sent} == {
        ids.notification_tag(f"p{n:04d}:service:acme", f"c1:p{n:04d}") for n in range(120)
    }


async def test_a_second_planner_shuts_the_first_out(world: World) -> None:
    await world.service(people=2_500)
    await world.campaign()
    other_has_run = False

    async def run_another(call: StoreCall) -> None:
        nonlocal other_has_run
        plans_a_page = any("/batches/" in write.path for write in call.writes)
        if plans_a_page and call.moment == "after" and not other_has_run:
            other_has_run = True
            await world.app.run_campaigns.run("c1")

    world.store.faults.append(run_another)
    await world.app.run_campaigns.run("c1")
    await world.work()

    uids = [uid for batch in batches_of(world) for uid in batch.uids]
    assert other_has_run
    assert len(uids) == len(set(uids)) == 2_500
    assert status_of(world).audience_count == 2_500


async def test_dead_devices_are_removed_in_one_write_a_person(world: World) -> None:
    await world.person("bob", "dead-1", "dead-2", "alive")
    await world.service(people=0)
    bob = {"uid": "bob", "displayName": "Bob", "createdAt": world.clock.now()}
    await world.write({paths.service_user("acme", "bob"): bob})
    for token in ("dead-1", "dead-2"):
        world.sender.give(token, PushFate.DEAD_TOKEN)
    await world.campaign()

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert list(world.at(paths.push_tokens("bob"))["devices"]) == ["device-alive"]


async def test_only_postponed_pushes_are_retried(
    world: World,
) -> None:
    await world.service(people=3)
    await world.campaign()
    world.sender.give("token-p0001", PushFate.RETRY, PushFate.ACCEPTED, retry_after=7.0)
    await world.app.run_campaigns.run("c1")

    with pytest.raises(PushIncomplete) as waited:
        await world.work()
    assert waited.value.retry_after == 7.0
    await world.handle(world.publisher.published[-1])

    assert Counter(one.device.token for one in world.sender.sent) == {
        "token-p0000": 1,
        "token-p0001": 2,
        "token-p0002": 1,
    }
    (batch,) = batches_of(world)
    assert batch.state == "done"
    assert {held.push for held in batch.recipients.values()} == {"handedOver"}
