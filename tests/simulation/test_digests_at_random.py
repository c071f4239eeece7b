"""Emails about unread messages, while a person reads now and then and commits fail.

Between two emails of a week the person has read something, and what stays unread is told.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.delivery.digests import FORGOTTEN_AFTER
from parley.errors import Conflict, RetryableError
from parley.testing.faults import failing, lost_answer
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.unread import CASE, WAIT, Digests, group

Act = Literal["case", "group", "read case", "read group", "look", "other process"]
Fault = Literal["none", "conflict", "lost answer"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*get_args(Act), "case", "look"]),
        st.sampled_from(["none", "none", *get_args(Fault)]),
        st.sampled_from([1, 60, 1_800, 3_600, 90_000]),
    ),
    max_size=25,
)
Step = tuple[Act, Fault, int]


@dataclass
class Run:
    digests: Digests
    group: str
    reads: list[datetime] = field(default_factory=list)
    said: dict[str, datetime] = field(default_factory=dict)
    """When the first unread message of each chat was written."""

    @property
    def now(self) -> datetime:
        return self.digests.world.clock.now()

    def told(self) -> list[datetime]:
        return sorted(job["createdAt"] for job in self.digests.jobs())

    async def say(self, chat_id: str, sender: str) -> None:
        await self.digests.answer(chat_id, sender)
        self.said.setdefault(chat_id, self.now)

    async def read(self, chat_id: str) -> None:
        if chat_id in self.said:
            await self.digests.read(chat_id)
            self.reads.append(self.now)
            del self.said[chat_id]

    async def act(self, act: Act) -> None:
        match act:
            case "case":
                await self.say(CASE, "service:acme")
            case "group":
                await self.say(self.group, "bob")
            case "read case":
                await self.read(CASE)
            case "read group":
                await self.read(self.group)
            case "look":
                await self.digests.look()
            case "other process":
                self.digests.world.app = self.digests.world.new_process()
                await self.digests.world.app.service_names.refresh()


async def play(steps: list[Step]) -> Run:
    world = TwinWorld()
    digests = Digests(world)
    await digests.open()
    run = Run(digests, await group(digests))
    for act, fault, seconds in steps:
        world.clock.advance(seconds)
        is_look = act == "look"
        if is_look and fault == "conflict":
            world.store.faults.append(failing(Conflict("somebody else was faster"), times=2))
        if is_look and fault == "lost answer":
            world.store.faults.append(lost_answer())
        with suppress(RetryableError):
            await run.act(act)
        world.store.faults.clear()
    return run


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_what_stays_unread_is_told_once(steps: list[Step]) -> None:
    async def main() -> None:
        run = await play(steps)
        # A message that nobody was told of, or that stands for one, comes last.
        run.digests.world.clock.advance(1)
        await run.act("case")
        last = run.now
        for _ in range(30):
            await run.digests.look(WAIT)
        told = run.told()
        for one, other in pairwise(told):
            was_read = any(one < read <= other for read in run.reads)
            assert was_read or other - one >= FORGOTTEN_AFTER, "two emails, and nothing was read"
        since = max([*run.reads, last - FORGOTTEN_AFTER])
        assert any(time > since for time in told), "what is unread was never told"

    asyncio.run(main())
