"""What the engine does with a channel's preparation of a job."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from parley.domain.delivery.job_preparation import (
    DraftJob,
    NotYet,
    Prepared,
    Ready,
    Unsendable,
)
from parley.errors import Conflict, StoreUnavailable
from parley.services.delivery.deliver_jobs import DeliverJobs
from parley.store import MUST_EXIST, Delete, Increment, Merge, Update
from parley.testing.faults import failing, lost_answer
from parley.testing.in_memory_jobs import Fate, InMemoryJobProvider
from schema.delivery import DeliveryReason
from schema.sms import SmsJob
from tests.unit.parley.services.delivery.deliveries import JOB, Deliveries

COUNT = "counts/c1"
COUNT_UP = Merge(COUNT, {"used": Increment(1)})
COUNT_DOWN = Update(COUNT, {"used": Increment(-1)}, MUST_EXIST)


@dataclass
class Preparation:
    """Answers as it is told, and remembers what it was asked and what was undone."""

    answers: list[Unsendable | NotYet] = field(default_factory=list)
    asked: list[DraftJob[SmsJob]] = field(default_factory=list)
    undone: int = 0
    recalled: int = 0

    async def prepare(self, job: DraftJob[SmsJob]) -> Prepared[SmsJob]:
        self.asked.append(job)
        if self.answers:
            return self.answers.pop(0)
        return Ready(
            job.draft.model_copy(update={"body": "prepared"}),
            info={"to": "+12025550123"},
            writes=() if job.is_counted else (COUNT_UP,),
            writes_if_refused=(COUNT_DOWN,),
            undo=self._undo,
        )

    async def recall(self, job: DraftJob[SmsJob]) -> SmsJob | None:
        self.recalled += 1
        return job.draft

    def _undo(self) -> None:
        self.undone += 1


class PreparedDeliveries(Deliveries):
    """Deliveries of a channel with a preparation."""

    def __init__(self, *fates: Fate) -> None:
        super().__init__(InMemoryJobProvider(*fates))
        self.preparation = Preparation()
        channel = replace(self.provider.channel(), preparation=self.preparation)
        self.workers = [
            DeliverJobs(
                channel, store=self.store, clock=self.clock, randomness=random.Random(number)
            )
            for number in range(2)
        ]

    @property
    def used(self) -> Any:
        """What the claims have counted."""
        return (self.store.document(COUNT) or {}).get("used")


async def written(*fates: Fate) -> PreparedDeliveries:
    world = PreparedDeliveries(*fates)
    await world.write()
    return world


async def test_what_is_prepared_is_sent_and_counted_with_the_claim() -> None:
    world = await written()
    await world.deliver()
    assert world.provider.requests[0].body == "prepared"
    assert (world.used, world.preparation.undone) == (1, 0)
    delivery = world.delivery()
    assert delivery.info is not None
    assert (delivery.state, delivery.info["to"]) == ("SUCCESS", "+12025550123")


async def test_an_unsendable_job_ends_with_its_reason_and_no_attempt() -> None:
    world = await written()
    world.preparation.answers = [Unsendable(DeliveryReason.NO_PHONE, "there is none; add one")]
    await world.deliver()
    delivery = world.delivery()
    assert (delivery.state, delivery.attempts) == ("ERROR", 0)
    assert delivery.error == "noPhone: there is none; add one"
    assert (world.provider.calls, world.used) == ([], None)


async def test_a_job_whose_turn_has_not_come_is_left_as_it_is() -> None:
    world = await written()
    until = world.clock.now() + timedelta(seconds=7)
    world.preparation.answers = [NotYet(until)]
    progress = await world.deliver()
    assert progress is not None
    assert (progress.delivery, progress.due_at) == (None, until)
    assert "delivery" not in (world.store.document(JOB) or {})


async def test_a_claim_that_was_outraced_is_prepared_anew_and_undone() -> None:
    world = await written()
    world.store.faults.append(failing(Conflict("outraced")))
    await world.deliver()
    assert (len(world.preparation.asked), world.preparation.undone, world.used) == (2, 1, 1)


async def test_a_claim_that_the_store_did_not_take_is_undone() -> None:
    world = await written()
    world.store.faults.append(failing(StoreUnavailable("away")))
    with pytest.raises(StoreUnavailable):
        await world.workers[0].deliver(JOB)
    assert (world.preparation.undone, world.used) == (1, None)


async def test_a_claim_whose_answer_was_lost_stands_and_is_called_once() -> None:
    world = await written()
    world.store.faults.append(lost_answer())
    await world.deliver()
    assert (len(world.provider.calls), world.used, world.preparation.undone) == (1, 1, 0)


async def test_two_workers_count_a_job_once() -> None:
    world = await written()
    await world.deliver_side_by_side()
    assert (len(world.provider.calls), world.used) == (1, 1)


async def test_a_refusal_gives_back_what_was_counted() -> None:
    world = await written("refuse")
    await world.deliver()
    assert (world.used, world.preparation.undone) == (0, 1)


async def test_what_cannot_be_given_back_does_not_hold_the_answer_up() -> None:
    world = await written("refuse")

    async def forget(call: Any) -> None:
        if call.operation == "commit" and call.moment == "before" and world.provider.calls:
            world.store.faults.clear()
            await world.store.commit([Delete(COUNT)])

    world.store.faults.append(forget)
    await world.deliver()
    assert (world.delivery().state, world.used) == ("ERROR", None)


async def test_further_attempts_of_a_run_are_not_counted_again() -> None:
    world = await written("busy", "busy", "accept")
    await world.deliver_until_settled()
    assert [job.is_counted for job in world.preparation.asked] == [False, True, True]
    assert (world.used, world.preparation.undone) == (1, 0)


async def test_a_provider_that_stays_away_gives_the_count_back_in_the_end() -> None:
    always: list[Fate] = ["busy"] * 200
    world = await written(*always)
    await world.deliver_until_settled()
    assert (world.delivery().state, world.used, world.preparation.undone) == ("ERROR", 0, 1)


async def test_a_lost_answer_keeps_what_was_noted_and_is_looked_up_by_it() -> None:
    world = await written("loseAnswer")
    await world.deliver()
    assert world.delivery().info == {"to": "+12025550123", "status": "unknown"}
    await world.deliver_until_settled()
    assert (world.delivery().state, world.preparation.recalled, world.used) == ("SUCCESS", 1, 1)
