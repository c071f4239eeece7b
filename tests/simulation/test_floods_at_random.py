"""Nobody below the limits is ever muted, and everybody above is, whichever worker sees which post.

People post at drawn times; several workers take the posts in drawn parts and a drawn order, twice
now and then, and lose what they remember in a crash before, in or after a commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import Conflict
from parley.testing.faults import failing, lost_answer
from schema import limits, paths
from schema.memberships import Member
from tests.unit.parley.services.conftest import TwinWorld

PEOPLE = ("ann", "bob", "cat")
PATIENCE = timedelta(seconds=limits.FLOOD_MUTE_SECONDS)

BURSTS = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.integers(1, 9),
        st.one_of(st.sampled_from([0.0, 0.19, 0.2, 0.25]), st.floats(0.0, 0.4, allow_nan=False)),
        st.sampled_from([0.0, 0.0, 0.3, 1.0, 20.0]),
    ),
    min_size=1,
    max_size=8,
)
"""Who posts, how often, the time between two posts, and the time after the last."""


@dataclass(frozen=True)
class Hand:
    """What one worker is given: how many posts, which end of the queue, and what befalls it."""

    worker: int
    count: int
    takes_newest: bool
    fate: str
    again: bool


HANDS = st.lists(
    st.builds(
        Hand,
        st.integers(0, 2),
        st.integers(1, 9),
        st.booleans(),
        st.sampled_from(["well", "well", "conflict", "lost answer", "crash before", "crash after"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


class Crash(BaseException):
    """A process that is gone, whatever it was about to catch."""


def is_over(times: Sequence[datetime]) -> bool:
    """By the definition: more than the limit in some half-open second or minute."""
    for count, seconds in ((limits.POSTS_PER_SECOND, 1), (limits.POSTS_PER_MINUTE, 60)):
        length = timedelta(seconds=seconds)
        if any(sum(begin <= time < begin + length for time in times) > count for begin in times):
            return True
    return False


async def play(
    posts: list[tuple[str, float]], hands: list[Hand]
) -> tuple[TwinWorld, str, dict[str, list[datetime]]]:
    world = TwinWorld()
    chat_id = "group1"
    member = {"role": "member", "joinedAt": world.clock.now()}
    await world.write(
        {
            paths.chat(chat_id): {
                "serviceId": "default",
                "kind": "group",
                "createdBy": "ann",
                "createdAt": world.clock.now(),
                "title": "Hikers",
                "memberIds": list(PEOPLE),
                "memberCount": len(PEOPLE),
            },
            **{paths.chat_member(chat_id, uid): member for uid in PEOPLE},
        }
    )
    posted: dict[str, list[datetime]] = {uid: [] for uid in PEOPLE}
    waiting: list[str] = []
    for number, (uid, gap) in enumerate(posts):
        waiting.append(f"m{number:03d}")
        await world.post(chat_id, waiting[-1], uid)
        posted[uid].append(world.clock.now())
        world.clock.advance(gap)
    workers = [world.new_process() for _ in range(3)]
    last = Hand(0, len(posts), False, "well", True)
    everything = [f"m{number:03d}" for number in range(len(posts))]
    for hand in [*hands, last]:
        if not waiting:
            break
        taken = waiting[-hand.count :] if hand.takes_newest else waiting[: hand.count]
        match hand.fate:
            case "conflict":
                world.store.faults = [failing(Conflict("told to"))]
            case "lost answer":
                world.store.faults = [lost_answer()]
            case "crash before" | "crash after":
                moment = "before" if hand.fate == "crash before" else "after"
                world.store.faults = [failing(Crash(), moment=moment)]  # type: ignore[arg-type]
        try:
            await workers[hand.worker].fan_out_messages.fan_out(chat_id, taken)
        except Crash:
            workers[hand.worker] = world.new_process()
        else:
            waiting = [name for name in waiting if name not in taken]
        world.store.faults = []
        if hand.again:
            await workers[hand.worker].fan_out_messages.fan_out(chat_id, taken)
            waiting = [name for name in waiting if name not in taken]
    await workers[0].fan_out_messages.fan_out(chat_id, everything)
    return world, chat_id, posted


@given(bursts=BURSTS, hands=HANDS)
@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_who_is_over_a_limit_is_muted_once_and_nobody_else(
    bursts: list[tuple[str, int, float, float]], hands: list[Hand]
) -> None:
    posts = [
        (uid, apart if number < count - 1 else after)
        for uid, count, apart, after in bursts
        for number in range(count)
    ]
    world, chat_id, posted = asyncio.run(play(posts, hands))

    messages = [path for path in world.store.paths() if path.startswith(paths.messages(chat_id))]
    told = [fields["target"] for path in messages if "event" in (fields := world.at(path))]
    now = world.clock.now()
    for uid, times in posted.items():
        until = Member.parse(world.at(paths.chat_member(chat_id, uid))).muted_until
        recent = [time for time in times if time > now - PATIENCE]
        assert told.count(uid) == (until is not None), "told once, and only who is muted"
        if is_over(recent):
            assert until == now + PATIENCE
        if not is_over(times):
            assert until is None
    assert len(messages) == len(posts) + len(told), "nothing that was accepted is lost"
    queued = [path for path in world.store.paths() if path.startswith(paths.MESSAGE_QUEUE)]
    assert queued == []


def minutes(pace: float, count: int) -> list[tuple[str, float]]:
    return [("ann", pace)] * count


def test_a_minutes_posts_are_counted_across_workers_and_crashes() -> None:
    hands = [
        Hand(number % 3, 1, number % 4 == 1, "crash after" if number % 5 == 0 else "well", False)
        for number in range(70)
    ]
    for pace, count, is_muted in ((0.98, 61, True), (0.98, 60, False), (1.0, 70, False)):
        world, chat_id, _ = asyncio.run(play(minutes(pace, count), hands))
        until = Member.parse(world.at(paths.chat_member(chat_id, "ann"))).muted_until
        assert (until is not None) == is_muted, (pace, count)
