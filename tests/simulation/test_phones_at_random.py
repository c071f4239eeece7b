"""Phones go from hand to hand; events come late, twice, out of order and side by side."""

from __future__ import annotations

import asyncio
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import Conflict
from parley.testing.faults import StoreCall, failing, lost_answer
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.phones import Event, Phones

PEOPLE = ("ann", "bob", "cat")
TOKENS = ("S", "T")

Act = Literal["register", "unregister", "deliver"]
Step = tuple[Act, str, str, str, list[int], str]
"""What is done, by whom, on which installation with which token, which events, and a fault."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register", "register", "unregister", "deliver", "deliver"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(["install1", "install2"]),
        st.sampled_from(TOKENS),
        st.lists(st.integers(0, 99), min_size=1, max_size=3),
        st.sampled_from(["none", "none", "conflict", "lost answer"]),
    ),
    max_size=20,
)


async def let_others_go_on(call: StoreCall) -> None:
    """Claims that are made side by side take turns at every call."""
    await asyncio.sleep(0)


async def play(steps: list[Step], order: list[int]) -> Phones:
    world = TwinWorld()
    phones = Phones(world)
    for act, who, installation_id, token, picks, fault in steps:
        if act == "register":
            await phones.register(who, installation_id, token)
        elif act == "unregister":
            await phones.unregister(who, installation_id)
        elif phones.events:
            world.store.faults = [let_others_go_on]
            if fault != "none":
                world.store.faults.append(
                    lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
                )
            some = [phones.events[pick % len(phones.events)] for pick in picks]
            await asyncio.gather(*(phones.deliver(event) for event in some))
            world.store.faults = []
    for event in in_order(phones.events, order):
        await phones.deliver(event)
    return phones


def in_order(events: list[Event], order: list[int]) -> list[Event]:
    """All of them, each once, in an order that the numbers tell."""
    left = list(events)
    picks = iter(order)
    return [left.pop(next(picks, 0) % len(left)) for _ in events]


@given(steps=STEPS, order=st.lists(st.integers(0, 99), max_size=20))
@settings(
    max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_a_token_ends_with_only_its_last_registration(steps: list[Step], order: list[int]) -> None:
    phones = asyncio.run(play(steps, order))
    for token in TOKENS:
        holders = [
            (device["updatedAt"], uid)
            for uid in PEOPLE
            for device in phones.devices(uid).values()
            if device["token"] == token
        ]
        people = {uid for _, uid in holders}
        assert len(people) <= 1, "a phone rings for one person"
        if holders:
            assert people == {phones.owner(token)}
        if token in phones.registered:
            assert max(holders) == phones.registered[token]
