"""Status callbacks settle jobs, in any order and repeated, and tell consents of a STOP."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from parley.domain.delivery.job_answers import Answer
from parley.domain.delivery.sms import sms_job_path
from parley.domain.delivery.sms_callbacks import SmsCallback
from parley.services.delivery.deliver_jobs import Progress
from parley.services.delivery.sms_status import SmsStatus
from parley.store import Update
from parley.testing.in_memory_jobs import InMemoryJobProvider
from schema import paths
from schema.patches import PathPatch
from tests.unit.parley.services.delivery.deliveries import Deliveries

SID = "SM" + "0" * 32
PHONE = "+12025550123"


class Withdrawals:
    """A twin of the consents that keeps who was withdrawn."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, str]] = []

    async def withdraw_by_provider(
        self, service_id: str, phone: str, at: datetime, code: str
    ) -> None:
        self.made.append((service_id, phone, code))


class World:
    """A job that was sent, and the callbacks about it."""

    def __init__(self) -> None:
        self.deliveries = Deliveries(InMemoryJobProvider())
        self.consents = Withdrawals()
        self.status = SmsStatus(
            store=self.deliveries.store,
            jobs=self,
            consents=self.consents,
            clock=self.deliveries.clock,
        )

    async def settle(self, job_id: str, answer: Answer, attempt: int) -> Progress:
        worker = self.deliveries.workers[0]
        return await worker.settle(sms_job_path(job_id), answer, attempt=attempt)

    async def call(
        self, status: str, code: str | None = None, *, job_id: str = "job1", attempt: int = 1
    ) -> None:
        callback = SmsCallback(SID, status, PHONE, code)
        await self.status.apply(job_id, callback, attempt=attempt)


@pytest.fixture
async def world() -> World:
    world = World()
    await world.deliveries.write()
    await world.deliveries.deliver()
    return world


def seen(world: World) -> tuple[str, object]:
    delivery = world.deliveries.delivery()
    return delivery.state, (delivery.info or {})["status"]


async def test_callbacks_move_a_job_forward(world: World) -> None:
    await world.call("sent")
    assert seen(world) == ("SUCCESS", "sent")
    await world.call("delivered")
    assert seen(world) == ("SUCCESS", "delivered")


@pytest.mark.parametrize("order", [*itertools.permutations(["queued", "sent", "delivered"])])
async def test_callbacks_in_any_order_and_twice_end_in_the_same_state(
    world: World, order: tuple[str, ...]
) -> None:
    for status in (*order, *reversed(order)):
        await world.call(status)

    assert seen(world) == ("SUCCESS", "delivered")


async def test_a_failure_ends_the_job_with_code_and_way_out(world: World) -> None:
    await world.call("undelivered", "30005")

    delivery = world.deliveries.delivery()
    assert delivery.state == "ERROR"
    assert delivery.error is not None
    assert delivery.error.startswith("providerError:30005: ")
    assert "correct the person's phone number" in delivery.error


async def test_a_later_segments_success_does_not_hide_a_failure(world: World) -> None:
    await world.call("undelivered", "30009")
    await world.call("delivered")
    await world.call("sent")

    assert world.deliveries.delivery().state == "ERROR"


async def test_a_callback_of_another_attempt_changes_nothing(world: World) -> None:
    before = world.deliveries.delivery()
    await world.call("failed", "30003", attempt=2)

    assert world.deliveries.delivery() == before


@pytest.mark.parametrize("job_id", ["nobody", "campaign:nobody"])
async def test_a_callback_for_an_unknown_job_changes_nothing(world: World, job_id: str) -> None:
    before = world.deliveries.store.paths()
    await world.call("delivered", job_id=job_id)
    await world.call("failed", "21610", job_id=job_id)

    assert world.deliveries.store.paths() == before
    assert world.consents.made == []


async def test_a_repeat_commits_nothing(world: World) -> None:
    await world.call("delivered")
    before = world.deliveries.store.counts
    await world.call("delivered")

    after = world.deliveries.store.counts
    assert (after.reads - before.reads, after.writes - before.writes) == (1, 0)


async def test_a_refusal_after_stop_withdraws_the_consent_of_the_jobs_service(
    world: World,
) -> None:
    await world.call("failed", "21610")

    assert world.consents.made == [("acme", PHONE, "21610")]
    assert world.deliveries.delivery().state == "ERROR"


async def test_a_replayed_refusal_withdraws_nothing_again(world: World) -> None:
    await world.call("failed", "21610")
    await world.call("failed", "21610")

    assert len(world.consents.made) == 1


async def test_an_old_attempts_refusal_withdraws_nothing(world: World) -> None:
    await world.call("failed", "21610", attempt=7)

    assert world.consents.made == []


async def test_a_campaigns_job_is_found_by_its_two_names() -> None:
    world = World()
    path = paths.campaign_sms("c1", "ann lee")
    await world.deliveries.write(path)
    await world.deliveries.deliver(path)
    wider: PathPatch = {("batchId",): "0001"}
    await world.deliveries.store.commit([Update(path, wider)])
    await world.call("failed", "21610", job_id="c1:ann lee")

    assert world.consents.made == [("acme", PHONE, "21610")]
