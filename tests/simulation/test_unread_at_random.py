"""I5: a row's unread is what others said since its member's horizon, system messages aside.

Members come and go, talk, correct themselves and read in a drawn order, while messages are fanned
out late, out of order and more than once. The same steps are drawn at every run.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup, UpdateChat
from parley.errors import Conflict
from parley.store import SERVER_TIME
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.memberships import Member
from schema.messages import Message
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.group import Group

PEOPLE = ("ann", "bob", "cat", "dan", "eve")
"""Ann owns the group, bob and cat are in it from the beginning."""

Act = Literal[
    "post",
    "deliver",
    "edit",
    "delete",
    "read",
    "add",
    "accept",
    "decline",
    "remove",
    "leave",
    "role",
    "rename",
]
ACTS: tuple[Act, ...] = get_args(Act)
Step = tuple[Act, str, int, str]
"""An act, its person, its message, and a fault."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from([*ACTS, "post", "post", "deliver"]),
        st.sampled_from(PEOPLE),
        st.integers(0, 99),
        st.sampled_from(["none", "none", "none", "conflict", "lost answer"]),
    ),
    max_size=30,
)


@dataclass
class Talk:
    """One run: the group, what was posted in it, and how far each has read."""

    group: Group
    posted: list[str] = field(default_factory=list)
    read_to: dict[str, datetime] = field(default_factory=dict)

    @property
    def world(self) -> TwinWorld:
        return self.group.world

    async def step(self, act: Act, who: str, pick: int) -> None:
        is_in = self.group.role(who) is not None
        match act:
            case "post" if is_in:
                self.posted.append(f"m{len(self.posted):02d}")
                await self.world.post(self.group.id, self.posted[-1], who)
            case "deliver" if names := [*self.posted, *self.queued()]:
                some = [names[pick % len(names)], names[-1]]
                await self.world.app.fan_out_messages.fan_out(self.group.id, some)
            case "edit" if self.posted:
                await self.change(pick, body=f"edited {pick}", editedAt=SERVER_TIME)
            case "delete" if self.posted:
                await self.change(pick, deletedAt=SERVER_TIME)
            case "read" if is_in:
                await self.read(who)
            case "add":
                await self.group.add("ann", who)
            case "accept":
                await self.group.accept(who)
            case "decline":
                await self.group.decline(who)
            case "remove" if who != "ann":
                await self.group.remove("ann", who)
            case "leave" if who != "ann":
                await self.group.leave(who)
            case "role" if is_in and who != "ann":
                role = "admin" if self.group.role(who) == "member" else "member"
                await self.group.set_role("ann", who, role)
            case "rename":
                request = UpdateChat.model_validate({"chatId": self.group.id, "title": f"t{pick}"})
                await self.world.app.update_chats.update_chat(
                    caller=UserCaller("ann"), request=request
                )

    def queued(self) -> list[str]:
        """What stands in the outbox, the system messages among it."""
        return [
            self.world.at(path)["messageId"]
            for path in self.world.store.paths()
            if path.startswith(f"{paths.MESSAGE_QUEUE}/")
        ]

    async def change(self, pick: int, **fields: Any) -> None:
        """What the sender's app writes; the lists follow at some time, as the others do."""
        name = self.posted[pick % len(self.posted)]
        path = paths.message(self.group.id, name)
        held = self.world.at(path)
        if "deletedAt" in held:
            return
        kept = {key: value for key, value in held.items() if key != "body"}
        await self.world.write({path: kept | fields})
        if pick % 2:
            await self.world.app.fan_out_messages.follow_changes(self.group.id, [name])

    async def read(self, who: str) -> None:
        """Somebody sees all there is in a list that is up to date."""
        await self.settle()
        path = paths.user_chat(who, self.group.id)
        row = self.world.at(path)
        await self.world.write({path: row | {"readCount": row["messageCount"]}})
        self.read_to[who] = self.world.clock.now()

    async def settle(self) -> None:
        """Everything was delivered, some of it twice and out of order."""
        for name in [*reversed(self.posted), *self.posted, *self.queued()]:
            await self.world.app.fan_out_messages.fan_out(self.group.id, [name])
            await self.world.app.fan_out_messages.follow_changes(self.group.id, [name])

    def unread_of(self, who: str) -> int:
        """By the definition, from the messages themselves."""
        member = Member.parse(self.world.at(paths.chat_member(self.group.id, who)))
        horizon = self.read_to.get(who)
        return sum(
            message.sender_id not in (who, "system")
            and message.created_at >= member.joined_at
            and (horizon is None or message.created_at > horizon)
            for message in self.group.messages()
        )


async def play(steps: list[Step]) -> Talk:
    world = TwinWorld()
    # Anybody may add bob and cat; dan and eve are strangers.
    await world.people(*PEOPLE[:3])
    await world.people("dan", "eve", adds="contacts")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat"])
    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    talk = Talk(Group(world, opened.chat_id))
    for act, who, pick, fault in steps:
        world.clock.advance(1)
        # A post is the client's own; what it meets there is not the server's to mend.
        if fault != "none" and act not in ("post", "read", "edit", "delete"):
            world.store.faults = [
                lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
            ]
        places = {who: row.updated_at for who in PEOPLE if (row := talk.group.row(who))}
        try:
            await talk.step(act, who, pick)
        except Refused:
            assert act in ("role", "rename", "add", "accept", "remove", "leave")
        world.store.faults = []
        if act in ("edit", "delete"):
            after = {who: row.updated_at for who in PEOPLE if (row := talk.group.row(who))}
            assert after == places, "a correction leaves each chat in its place"
    await talk.settle()
    return talk


def assert_invitation(talk: Talk, who: str, row: UserChat | None) -> None:
    """A row belongs to a member, or to an invitation that waits: never to both, never to nobody."""
    group = talk.group
    held = talk.world.store.document(paths.invitations(who)) or {}
    is_pending = group.id in held.get("pending", {})
    is_invited = row is not None and bool(row.invited)
    is_in = group.role(who) is not None
    assert is_pending == is_invited
    assert (row is not None) == (is_in or is_invited)
    assert not (is_in and is_invited)
    assert (who in (group.chat.member_ids or ())) == is_in
    if is_invited:
        assert row is not None
        assert (row.message_count, row.read_count, row.invited_by) == (0, 0, "ann")


@given(steps=STEPS)
@settings(
    max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_unread_counts_the_messages_of_others_since_the_horizon(steps: list[Step]) -> None:
    talk = asyncio.run(play(steps))
    group = talk.group
    messages: list[Message] = group.messages()
    said_last = max(message.created_at for message in messages)
    last = group.chat.last_message

    assert group.chat.message_count == len(messages)
    assert last is not None
    assert last.created_at == said_last
    for who in PEOPLE:
        row = group.row(who)
        is_in = group.role(who) is not None
        assert_invitation(talk, who, row)
        if is_in:
            assert row is not None
            assert row.message_count - row.read_count == talk.unread_of(who)
            assert row.updated_at == said_last
            assert row.last_message == last
