"""Messages of many chats that are fanned out together end as those that come one by one.

Together means side by side, whose calls join, and in one pass, as the worker does it.

Chats, copies, conflicts, lost answers, outages and a second worker are drawn; the same ones are
drawn at every run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.app import App
from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.errors import CommitTooLarge, Conflict, RetryableError, StoreUnavailable
from parley.testing.faults import Fault, StoreCall, failing, lost_answer
from schema import ids, limits, paths
from schema.events import MessageQueued
from tests.unit.parley.services.conftest import TwinWorld
from workers.handlers import MessageQueueHandler
from workers.runtime.handler import GoAlone, Work

PEOPLE = ("ann", "bob", "cat", "dan", "eve")
DIRECT = (("ann", "bob"), ("ann", "cat"), ("bob", "cat"), ("dan", "eve"))
CHATS = len(DIRECT) + 1
"""The last one is a group of everybody."""

_POSTS_OF_CHAT = limits.PUSHES_IN_A_WINDOW
_SECONDS_BETWEEN = 1.0 + limits.PUSH_WINDOW_SECONDS
"""Between two turns, so that no push is folded: what is folded depends on when it comes."""


@dataclass(frozen=True)
class Plan:
    """Posts by chat and sender, who delivers which of them at once, and what goes wrong.

    A turn names posts and the worker that has them.
    """

    posts: Sequence[tuple[int, int]]
    turns: Sequence[Sequence[tuple[int, bool]]]
    faults: Sequence[str]


Way = Literal["one by one", "side by side", "in a pass"]
WAYS: tuple[Way, ...] = get_args(Way)

PLANS = st.builds(
    Plan,
    st.lists(st.tuples(st.integers(0, CHATS - 1), st.integers(0, 4)), min_size=1, max_size=12),
    st.lists(
        st.lists(st.tuples(st.integers(0, 11), st.booleans()), min_size=1, max_size=12), max_size=5
    ),
    st.lists(
        st.sampled_from(["conflict", "lost answer", "away", "too large", "one chat"]), max_size=3
    ),
)


class Silo:
    """One run: the chats, and two workers."""

    def __init__(self) -> None:
        self.world = TwinWorld()
        self.other = self.world.new_process()
        self.chats: list[str] = []
        self.posted: list[tuple[str, str]] = []

    async def open(self) -> None:
        world = self.world
        await world.people(*PEOPLE)
        for uid in PEOPLE:
            await world.person(uid, f"token-{uid}")
        self.chats = [await world.direct_chat(*pair) for pair in DIRECT]
        request = CreateGroup(title="All", user_ids=list(PEOPLE[1:]), unique_name="all")
        group = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
        self.chats.append(group.chat_id)

    async def post(self, plan: Plan) -> None:
        for number, (place, who) in enumerate(plan.posts):
            chat_id = self.chats[place]
            if sum(chat == chat_id for chat, _ in self.posted) == _POSTS_OF_CHAT:
                continue
            members = ids.parse_chat_id(chat_id).uids or PEOPLE
            self.world.clock.advance(1)
            await self.world.post(chat_id, f"m{number:02d}", members[who % len(members)])
            self.posted.append((chat_id, f"m{number:02d}"))

    def work(self, turn: Sequence[tuple[int, bool]]) -> dict[tuple[int, str], list[str]]:
        """What each worker has, by chat."""
        work: dict[tuple[int, str], list[str]] = {}
        for pick, is_other in turn:
            chat_id, name = self.posted[pick % len(self.posted)]
            work.setdefault((int(is_other), chat_id), []).append(name)
        return work

    async def deliver(self, turn: Sequence[tuple[int, bool]], way: Way) -> None:
        self.world.clock.advance(_SECONDS_BETWEEN)
        workers: list[App] = [self.world.app, self.other]
        calls = [
            (workers[who], chat_id, names) for (who, chat_id), names in self.work(turn).items()
        ]
        if way == "side by side":
            await asyncio.gather(*(_fan_out(*call) for call in calls))
        elif way == "in a pass":
            await asyncio.gather(*(_in_a_pass(worker, calls) for worker in workers))
        else:
            for call in calls:
                await _fan_out(*call)

    async def run(self, plan: Plan, way: Way) -> dict[str, Any]:
        """Return what people see in the end."""
        await self.open()
        await self.post(plan)
        everything = [(pick, False) for pick in range(len(self.posted))]
        self.world.store.faults += [_fault(name, self.chats[0]) for name in plan.faults]
        for turn in [*plan.turns, everything]:
            await self.deliver(turn, way)
        self.world.store.faults.clear()
        await self.deliver(everything, way)
        return self.seen()

    def seen(self) -> dict[str, Any]:
        """Chats, rows and outbox, without times of the store, and which pushes came."""
        world = self.world
        shown = {
            path: {
                name: value
                for name, value in world.at(path).items()
                if name in ("lastMessage", "messageCount", "readCount", "otherUid", "memberIds")
            }
            for path in world.store.paths()
            if path.split("/")[0] in ("chats", "userChats", paths.MESSAGE_QUEUE)
        }
        pushes = {(one.device.token, one.data["messageId"]) for one in world.sender.sent}
        return {"documents": shown, "pushes": pushes}


async def _in_a_pass(worker: App, calls: Sequence[tuple[App, str, Sequence[str]]]) -> None:
    """Do what the runtime does with the calls of a worker."""
    handler = MessageQueueHandler(worker)
    mine = [
        [MessageQueued(chat_id=chat_id, message_id=name) for name in names]
        for who, chat_id, names in calls
        if who is worker
    ]
    joint = [payloads for payloads in mine if handler.joins(payloads)]
    alone: list[Work] = [
        partial(handler.handle, payloads, is_first=_never)
        for payloads in mine
        if payloads not in joint
    ]
    for outcome in await handler.handle_together(joint, [_never] * len(joint)):
        if isinstance(outcome, GoAlone):
            alone.append(outcome.work)
        else:
            assert outcome is None or isinstance(outcome, RetryableError), outcome
    await asyncio.gather(*map(_end, alone))


async def _end(work: Work) -> None:
    try:
        await work()
    except (Conflict, StoreUnavailable, CommitTooLarge):
        return


def _never() -> bool:
    return False


async def _fan_out(worker: App, chat_id: str, names: Sequence[str]) -> None:
    try:
        await worker.fan_out_messages.fan_out(chat_id, names)
    except (Conflict, StoreUnavailable, CommitTooLarge):
        # The queue delivers it again.
        return


def _fault(name: str, chat_id: str) -> Fault:
    def is_of_chat(call: StoreCall) -> bool:
        return call.touches(paths.chat(chat_id))

    match name:
        case "conflict":
            return failing(Conflict("told to conflict"))
        case "lost answer":
            return lost_answer()
        case "away":
            return failing(StoreUnavailable("told to be away"))
        case "too large":
            return failing(CommitTooLarge("told to be too large"), where=_is_joined)
    return failing(Conflict("told to conflict"), times=3, where=is_of_chat)


def _is_joined(call: StoreCall) -> bool:
    """Return whether a commit fans out several chats."""
    return len({write.path for write in call.writes if write.path.startswith("chats/")}) > 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLANS)
def test_together_or_one_by_one_people_see_the_same(plan: Plan) -> None:
    async def run(way: Way) -> tuple[Silo, dict[str, Any]]:
        silo = Silo()
        return silo, await silo.run(plan, way)

    (_, apart), (_, beside), (silo, together) = [asyncio.run(run(way)) for way in WAYS]

    assert beside == apart
    assert together == apart
    assert not [path for path in together["documents"] if path.startswith(paths.MESSAGE_QUEUE)]
    for chat_id in silo.chats:
        posts = [name for chat, name in silo.posted if chat == chat_id]
        chat = together["documents"][paths.chat(chat_id)]
        if posts:
            assert chat["lastMessage"]["id"] == posts[-1]
        said = {name for _, name in together["pushes"]}
        assert said.issuperset(posts)
