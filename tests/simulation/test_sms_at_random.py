"""SMS under crashes, lost answers, repeats, opt-outs and limits.

The steps are drawn, the same at every run. What the provider accepted is the judge.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parley.domain.delivery.job_answers import Accepted
from parley.domain.delivery.sms import sms_job_id
from parley.domain.delivery.sms_limits import day_of
from parley.domain.people.opt_outs import Texted
from parley.errors import ParleyError
from parley.services.upkeep.sweep_jobs import CAMPAIGN_SMS, SMS, SweepJobs
from parley.store import Update
from parley.testing.faults import StoreCall
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_sms import SmsFate
from schema import paths
from schema.events import SmsQueued
from schema.patches import PathPatch
from tests.simulation.test_deliveries_at_random import FaultName, fault_at
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.sms_written import (
    delivery,
    job_fields,
    person,
    service,
)

ANN, BOB = "ann", "bob"
PHONES = {ANN: "+12025550123", BOB: "+13105550199"}
NOBODY = "+12025550150"
PER_DAY = 3
CAP = 0.0415
"""Five US segments."""

JOBS = {
    paths.non_chat_sms("a1"): {"userId": ANN},
    paths.non_chat_sms("a2"): {"phone": PHONES[ANN]},
    paths.campaign_sms("c1", ANN): {"userId": ANN},
    paths.non_chat_sms("a3"): {"userId": ANN},
    paths.non_chat_sms("b1"): {"userId": BOB},
    paths.campaign_sms("c1", BOB): {"userId": BOB},
    paths.non_chat_sms("n1"): {"phone": NOBODY},
}
PATHS = list(JOBS)

Action = Literal["deliver", "both", "all", "sweep", "retry", "delivered", "stop", "restart"]
Step = tuple[Action, FaultName, int, float, int]
"""What happens; what the store does to it, at which of its calls; the time that passes before, in
seconds; and which job, person or process it is about."""

ACTIONS: list[Action] = [
    *("deliver", "deliver", "both", "both", "all", "sweep", "retry", "delivered", "restart"),
    "stop",
]
FAULTS: list[FaultName] = ["none", "none", "conflict", "lost", "away", "die before", "die after"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(FAULTS),
        st.integers(0, 9),
        st.sampled_from([0.0, 1.0, 30.0, 400.0, 4_000.0, 90_000.0]),
        st.integers(0, 13),
    ),
    max_size=16,
)
FATES: st.SearchStrategy[list[SmsFate]] = st.lists(
    st.sampled_from(
        ["accept", "busy", "away", "refuse", "loseAnswer", "loseCall", "dieBefore", "dieAfter"]
    ),
    max_size=8,
)


@dataclass
class Play:
    """One run on two processes; ``stopped`` has how much a number got before it opted out."""

    world: TwinWorld
    turns: random.Random
    stopped: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.processes = [self.world.new_process() for _ in range(2)]
        self.sweeps = [
            SweepJobs(store=self.world.store, publisher=self.world.publisher, inbox=inbox)
            for inbox in (SMS, CAMPAIGN_SMS)
        ]

    async def step(self, step: Step) -> None:
        action, fault, position, seconds, pick = step
        self.world.clock.advance(seconds)
        self.world.store.faults = [*fault_at(fault, position), self.let_others_go_on]
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
        path = PATHS[pick % len(PATHS)]
        match action:
            case "deliver":
                await self.deliver(path, pick % 2)
            case "both":
                await self.together([(path, 0), (path, 1)])
            case "all":
                await self.together([(one, self.turns.randrange(2)) for one in PATHS])
            case "sweep":
                await self.sweep()
            case "retry":
                await self.press_retry(path)
            case "restart":
                self.processes[pick % 2] = self.world.new_process()
            case "delivered":
                for sms in self.world.sms.sent:
                    await self.processes[0].sms_jobs.settle(
                        sms_job_id(sms.path),
                        Accepted({"messageSid": sms.sid, "status": "delivered"}),
                        sms.attempt.attempt,
                    )
            case "stop":
                await self.stop(PHONES[ANN] if pick % 2 else NOBODY)

    async def deliver(self, path: str, process: int) -> None:
        await self.processes[process].sms_jobs.deliver(path, "acme")

    async def together(self, work: list[tuple[str, int]]) -> None:
        await asyncio.gather(*(self.deliver(*one) for one in work), return_exceptions=True)

    async def sweep(self) -> None:
        for sweep in self.sweeps:
            await sweep.sweep(self.world.clock.now())
        for process in self.processes:
            await process.due_jobs.publish_due()
        for payload in dict.fromkeys(self.world.publisher.take()):
            assert isinstance(payload, SmsQueued)
            try:
                await self.world.handle(payload)
            except (WorkerDied, ParleyError):
                # The queue delivers it again.
                self.world.publisher.published.append(payload)

    async def press_retry(self, path: str) -> None:
        job = self.world.store.document(path) or {}
        if job.get("delivery", {}).get("state") == "ERROR":
            pressed: PathPatch = {("delivery", "state"): "RETRY"}
            await self.world.store.commit([Update(path, pressed)])

    async def stop(self, phone: str) -> None:
        """Let a number opt out, once this is recorded for sure."""
        texted = Texted(f"SM{len(self.stopped)}", phone, "+12025550100", "STOP")
        self.world.store.faults = []
        await self.world.app.consents.stop("acme", texted)
        self.stopped.setdefault(phone, len(self.world.sms.sent_to(phone)))

    async def settle(self) -> None:
        """Let time pass until every job has ended, for three days at most."""
        for _ in range(3 * 24):
            if all(self.state(path) in ("SUCCESS", "ERROR") for path in PATHS):
                return
            self.world.clock.advance(3_600)
            await self.sweep()

    def state(self, path: str) -> object:
        """Where a job stands, None if nobody has looked at it."""
        return ((self.world.store.document(path) or {}).get("delivery") or {}).get("state")


async def play(steps: list[Step], fates: list[SmsFate], seed: int) -> Play:
    world = TwinWorld()
    world.sms.fates = fates
    await service(world, maxPerPersonPerDay=PER_DAY, dailySpendCap=CAP, maxPerPrefixPerHour=4)
    for uid, phone in PHONES.items():
        await person(world, uid, phone)
    await world.write({path: job_fields(world, to=to) for path, to in JOBS.items()})
    run = Play(world, random.Random(seed))
    for step in steps:
        await run.step(step)
    await run.settle()
    return run


def check_every_job_ends(run: Play) -> None:
    states = {path: delivery(run.world, path).state for path in PATHS}
    assert set(states.values()) <= {"SUCCESS", "ERROR"}, states


def check_no_job_is_sent_twice(run: Play) -> None:
    sent = Counter(sms.path for sms in run.world.sms.sent)
    assert set(sent.values()) <= {1}, sent


def check_answers_are_true(run: Play) -> None:
    sent = {sms.path for sms in run.world.sms.sent}
    for path in PATHS:
        answer = delivery(run.world, path)
        if answer.state == "SUCCESS":
            assert path in sent
        else:
            assert path not in sent, answer


def check_limits_hold(run: Play) -> None:
    for uid, phone in (*PHONES.items(), (None, NOBODY)):
        days = Counter(day_of(sms.attempt.started_at) for sms in run.world.sms.sent_to(phone))
        assert max(days.values(), default=0) <= PER_DAY, (uid, days)
    spent = Counter(day_of(sms.attempt.started_at) for sms in run.world.sms.sent)
    assert max(spent.values(), default=0) * 0.0083 <= CAP + 1e-9


def check_nothing_follows_an_opt_out(run: Play) -> None:
    for phone, before in run.stopped.items():
        assert len(run.world.sms.sent_to(phone)) == before


@settings(
    max_examples=60,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=STEPS, fates=FATES, seed=st.integers(0, 9))
def test_sms_are_sent_once_within_limits_and_never_after_an_opt_out(
    steps: list[Step], fates: list[SmsFate], seed: int
) -> None:
    run = asyncio.run(play(steps, fates, seed))
    check_every_job_ends(run)
    check_no_job_is_sent_twice(run)
    check_answers_are_true(run)
    check_limits_hold(run)
    check_nothing_follows_an_opt_out(run)
