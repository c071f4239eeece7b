"""Deliveries under crashes, repeats, late callbacks and races.

The steps are drawn, the same at every run. The provider's own record is the judge.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.errors import Conflict, ParleyError, StoreUnavailable
from parley.testing.faults import Fault, StoreCall, failing, lost_answer
from parley.testing.in_memory_jobs import Fate, InMemoryJobProvider, WorkerDied
from tests.unit.parley.services.delivery.deliveries import JOB, Deliveries

Action = Literal["deliver", "deliver twice", "look up", "retry", "sent", "delivered", "undelivered"]
FaultName = Literal["none", "conflict", "lost", "away", "die before", "die after"]
Step = tuple[Action, FaultName, int, float, int]
"""What happens; what the store does to it, at which of its calls; the time that passes before, in
seconds; and which attempt a callback is about."""

FATES: st.SearchStrategy[list[Fate]] = st.lists(
    st.sampled_from(
        ["accept", "busy", "refuse", "loseAnswer", "loseCall", "dieBefore", "dieAfter"]
    ),
    max_size=6,
)
ACTIONS: list[Action] = [
    "deliver",
    "deliver",
    "deliver twice",
    "deliver twice",
    "look up",
    "retry",
    "sent",
    "delivered",
    "undelivered",
]
FAULTS: list[FaultName] = ["none", "none", "conflict", "lost", "away", "die before", "die after"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(FAULTS),
        st.integers(0, 6),
        st.sampled_from([0.0, 1.0, 30.0, 400.0, 4_000.0, 90_000.0]),
        st.integers(0, 5),
    ),
    max_size=14,
)


def fault_at(name: FaultName, position: int) -> list[Fault]:
    """Let this befall the store's call at ``position``, or the first commit from there on."""
    seen = 0

    def from_there_on(call: StoreCall) -> bool:
        nonlocal seen
        seen += 1
        return seen > position

    def die(call: StoreCall) -> None:
        moment = "before" if name == "die before" else "after"
        if call.operation == "commit" and call.moment == moment and from_there_on(call):
            faults.clear()
            raise WorkerDied

    match name:
        case "none":
            faults: list[Fault] = []
        case "conflict":
            faults = [failing(Conflict("outraced"), where=from_there_on)]
        case "lost":
            faults = [lost_answer(times=2, where=from_there_on)]
        case "away":
            faults = [failing(StoreUnavailable("away"), times=3, where=from_there_on)]
        case _:
            faults = [die]
    return faults


@dataclass
class Play:
    """One run, and which attempts the provider reported as failed."""

    world: Deliveries
    turns: random.Random
    failed: set[tuple[str, int]] = field(default_factory=set)

    async def step(self, step: Step) -> None:
        action, fault, position, seconds, pick = step
        self.world.clock.advance(seconds)
        faults = fault_at(fault, position)
        faults.append(self.let_others_go_on)
        self.world.store.faults = faults
        try:
            await self.act(action, pick)
        except (ParleyError, WorkerDied):
            pass  # The queue brings the job back.
        finally:
            self.world.store.faults = []

    async def let_others_go_on(self, call: StoreCall) -> None:
        for _ in range(self.turns.randrange(4)):
            await asyncio.sleep(0)

    async def act(self, action: Action, pick: int) -> None:
        world, worker = self.world, self.world.workers[pick % 2]
        match action:
            case "deliver":
                await world.deliver(JOB, pick % 2)
            case "deliver twice":
                both = [world.deliver(JOB, 0), world.deliver(JOB, 1)]
                await asyncio.gather(*both, return_exceptions=True)
            case "look up":
                await worker.look_up(JOB)
            case "retry":
                job = world.store.document(JOB) or {}
                if job.get("delivery", {}).get("state") == "ERROR":
                    await world.press_retry()
            case _ if world.provider.sent:
                sent = world.provider.sent[pick % len(world.provider.sent)]
                info = world.provider.info(world.provider.sent.index(sent) + 1, action)
                if action == "undelivered":
                    self.failed.add(sent)
                    await worker.settle(sent[0], Refused("30003", "off", info), attempt=sent[1])
                else:
                    await worker.settle(sent[0], Accepted(info), attempt=sent[1])


async def play(
    steps: list[Step], fates: list[Fate], seed: int, *, repeats: bool, can_look_up: bool
) -> Play:
    world = Deliveries(InMemoryJobProvider(*fates), repeats=repeats, can_look_up=can_look_up)
    await world.write()
    run = Play(world, random.Random(seed))
    for step in steps:
        await run.step(step)
    await world.deliver_until_settled()
    return run


def check_every_job_ends(run: Play) -> None:
    delivery = run.world.delivery()
    assert delivery.state in ("SUCCESS", "ERROR")
    assert delivery.end_time is not None
    assert delivery.lease_expire_time is None
    if delivery.state == "SUCCESS":
        assert (JOB, delivery.attempts) in run.world.provider.sent, "success without a send"
    else:
        assert delivery.error


DRAWN_ALIKE = settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@given(STEPS, FATES, st.integers(0, 99), st.booleans())
@DRAWN_ALIKE
def test_an_sms_is_sent_again_only_after_the_first_provably_failed(
    steps: list[Step], fates: list[Fate], seed: int, can_look_up: bool
) -> None:
    run = asyncio.run(play(steps, fates, seed, repeats=False, can_look_up=can_look_up))
    check_every_job_ends(run)
    assert set(run.world.provider.sent[:-1]) <= run.failed
    calls = [call.attempt for call in run.world.provider.calls]
    assert len(calls) == len(set(calls)), "an attempt is one call"
    delivery = run.world.delivery()
    if delivery.state == "ERROR" and not (delivery.error or "").startswith("unknown"):
        assert set(run.world.provider.sent) <= run.failed, "an error about an SMS that went out"


@given(STEPS, FATES, st.integers(0, 99))
@DRAWN_ALIKE
def test_an_email_is_sent_at_least_once_unless_it_is_refused(
    steps: list[Step], fates: list[Fate], seed: int
) -> None:
    run = asyncio.run(play(steps, fates, seed, repeats=True, can_look_up=False))
    check_every_job_ends(run)
    delivery = run.world.delivery()
    assert not (delivery.error or "").startswith("unknown")
    last = run.world.provider.calls[-1]
    if delivery.state == "ERROR" and not run.failed:
        assert last.fate in ("refuse", "busy", "loseCall", "loseAnswer")
