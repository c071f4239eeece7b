"""A case under every order of messages, repeats, staff, time and faults: what must hold of it.

The steps are drawn; the same ones at every run. Those of one turn run side by side.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.access import UserCaller
from parley.domain.requests import UpdateCase
from parley.errors import Conflict
from parley.store import SERVER_TIME, Delete
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import paths
from schema.audit import AuditEntry
from schema.chats import Chat
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import TwinWorld

PERSON = "p0000"
CASE = "p0000:service:acme"
DASHBOARD = "service:acme"
ROW = paths.user_chat(DASHBOARD, CASE)
SNOOZE = timedelta(minutes=30)

Step = Literal["person posts", "staff post", "deliver", "close", "open", "snooze", "wake", "ask"]
STEPS: tuple[Step, ...] = get_args(Step)
Turn = tuple[str, list[Step], list[int]]
"""A fault, what is done side by side, and which messages are delivered."""

TURNS = st.lists(
    st.tuples(
        st.sampled_from(["none", "none", "conflict", "lost answer"]),
        st.lists(st.sampled_from(STEPS), min_size=1, max_size=3),
        st.lists(st.integers(0, 99), min_size=1, max_size=4),
    ),
    max_size=12,
)


@dataclass
class Play:
    """One run: what was posted, and what the dashboard's row must count by the commits applied."""

    world: TwinWorld
    posted: list[str] = field(default_factory=list)
    by_person: set[str] = field(default_factory=set)
    counted_in_row: int = 0
    told: list[str] = field(default_factory=list)
    """Paths of the audit entries, in the order of their commits."""

    def watch(self, call: StoreCall) -> None:
        """Told of each commit once it is applied."""
        if call.operation != "commit" or call.moment != "after":
            return
        self.told += [
            write.path for write in call.writes if write.path.startswith(paths.chat_audit(CASE, ""))
        ]
        gone = {write.path for write in call.writes if isinstance(write, Delete)}
        if ROW in gone:
            self.counted_in_row = 0
        fanned_out = {name for name in self.posted if paths.message_queue(CASE, name) in gone}
        self.counted_in_row += len(fanned_out & self.by_person)
        if fanned_out:
            assert self.chat.state == "open", "a message opens the case"

    @property
    def chat(self) -> Chat:
        return Chat.parse(self.world.at(paths.chat(CASE)))

    async def step(self, step: Step, picks: list[int]) -> None:
        app = self.world.app
        match step:
            case "person posts":
                await self.post(PERSON)
            case "staff post":
                await self.post(DASHBOARD)
            case "deliver":
                names = [self.posted[pick % len(self.posted)] for pick in picks if self.posted]
                await app.fan_out_messages.fan_out(CASE, names)
            case "wake":
                await app.upkeep().run_once()
            case "ask":
                await app.open_chats.open_case(caller=UserCaller(PERSON), service_id="acme")
            case _:
                await app.update_chats.update_case(
                    caller=UserCaller("agent"), request=self.request(step)
                )

    def request(self, step: Step) -> UpdateCase:
        if step == "snooze":
            until = self.world.clock.now() + SNOOZE
            return UpdateCase(chat_id=CASE, state="snoozed", snoozed_until=until)
        return UpdateCase(chat_id=CASE, state="closed" if step == "close" else "open")

    async def post(self, sender: str) -> None:
        name = f"m{len(self.posted)}"
        self.posted.append(name)
        if sender == PERSON:
            self.by_person.add(name)
        await self.world.post(CASE, name, sender)


async def play(turns: list[Turn]) -> Play:
    world = TwinWorld()
    await world.service(people=1)
    await world.write({paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"}})
    await world.write({paths.user(PERSON): {"displayName": "P", "createdAt": SERVER_TIME}})
    run = Play(world)
    world.store.faults = [run.watch]
    opened = await world.app.open_chats.open_case(caller=UserCaller(PERSON), service_id="acme")
    assert opened.chat_id == CASE
    for fault, steps, picks in turns:
        world.clock.advance(SNOOZE.total_seconds() if "wake" in steps else 1)
        world.store.faults = [run.watch]
        # A post is the client's own; what it meets there is not the server's to mend.
        ours = [one for one in steps if "post" not in one]
        for step in (one for one in steps if "post" in one):
            await run.step(step, picks)
        if fault != "none":
            world.store.faults.append(
                lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
            )
        await asyncio.gather(*(run.step(step, picks) for step in ours))
    world.store.faults = [run.watch]
    for name in [*reversed(run.posted), *run.posted]:
        await world.app.fan_out_messages.fan_out(CASE, [name])
    return run


@given(turns=TURNS)
@settings(max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_a_case_opens_and_closes_exactly_as_often_as_announced(
    turns: list[Turn],
) -> None:
    run = asyncio.run(play(turns))
    world, chat = run.world, run.chat
    stored = world.store.paths()

    # The dashboard is in it, and lists it, while it is open and at no other time.
    is_open = chat.state == "open"
    assert (DASHBOARD in (chat.member_ids or ())) == is_open
    assert (paths.chat_member(CASE, DASHBOARD) in stored) == is_open
    assert (ROW in stored) == is_open
    assert chat.member_count == len(chat.member_ids or ())
    assert (chat.snoozed_until is not None) == (chat.state == "snoozed")

    # Each message is counted once, and none is left to do.
    messages = [path for path in stored if path.startswith(paths.message(CASE, ""))]
    assert chat.message_count == len(messages)
    assert not [path for path in stored if path.startswith(f"{paths.MESSAGE_QUEUE}/")]
    own = UserChat.parse(world.at(paths.user_chat(PERSON, CASE)))
    assert own.message_count == len(run.posted) - len(run.by_person)
    said_last = max(world.at(path)["createdAt"] for path in messages)
    assert own.updated_at == said_last
    if is_open:
        row = UserChat.parse(world.at(ROW))
        assert row.message_count == run.counted_in_row
        assert row.updated_at == said_last

    # Each change of state was made from another one, and told once.
    assert sorted(run.told) == [
        path for path in stored if path.startswith(paths.chat_audit(CASE, ""))
    ]
    audit = [AuditEntry.parse(world.at(path)) for path in run.told]
    states = [None, *(entry.after["state"] for entry in audit)]
    for entry, before in zip(audit, states, strict=False):
        assert (entry.before or {}).get("state") == before
        assert entry.action == "snoozed" or entry.after["state"] != before
    assert states[-1] == chat.state
    events = [world.at(path).get("event") for path in messages]
    actions = [entry.action for entry in audit]
    by_message = [path for path in stored if path.startswith(paths.chat_audit(CASE, "opened:"))]
    assert events.count("closed") == actions.count("closed")
    assert events.count("opened") == actions.count("opened") - len(by_message)
