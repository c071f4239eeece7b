"""People who talk, at random, and what must hold of their chats when everything is quiet again."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import AddMembers, CreateGroup, LeaveChat, UpdateCase
from parley.errors import Conflict
from parley.store import DELETE_FIELD, SERVER_TIME, Query, Snapshot, Update, UpdatedAt
from schema import ids, paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message
from schema.user_chats import UserChat
from tests.integration.workers.conftest import Site
from tests.world import fire_triggers

PEOPLE = ("ann", "bob", "cat", "dan", "eve", "fay")
AGENT, SERVICE = "agent", "acme"
DASHBOARD = ids.service_member(SERVICE)


@dataclass
class Found:
    """One chat as it stands."""

    chat: Chat
    members: dict[str, Member]
    messages: dict[str, Message]
    rows: dict[str, UserChat]


@dataclass
class Traffic:
    """Two direct chats, two groups and two cases, and random acts in them."""

    site: Site
    drawn: random.Random
    chats: list[str] = field(default_factory=list)
    posted: dict[str, list[str]] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)

    async def begin(self) -> None:
        site, app = self.site, self.site.app
        for uid in PEOPLE:
            await site.person(uid, uid)
        await site.people(*PEOPLE)
        await site.service(SERVICE)
        await site.write({paths.staff(SERVICE, AGENT): {"role": "owner", "displayName": "Al"}})
        for one, other in (("ann", "bob"), ("cat", "dan")):
            opened = await app.open_chats.open_direct(caller=UserCaller(one), other_uid=other)
            self.chats.append(opened.chat_id)
        for title in ("Hikers", "Bakers"):
            group = CreateGroup(title=title, user_ids=list(PEOPLE[1:4]))
            self.chats.append(
                (await app.open_chats.create_group(caller=UserCaller("ann"), request=group)).chat_id
            )
        for uid in ("eve", "fay"):
            opened = await app.open_chats.open_case(caller=UserCaller(uid), service_id=SERVICE)
            self.chats.append(opened.chat_id)
        self.posted = {chat_id: [] for chat_id in self.chats}

    async def act(self) -> None:
        """One random act of somebody; who is refused, or too late, lets it be."""
        chat_id = self.drawn.choice(self.chats)
        acts = [self._post] * 6 + [self._change]
        match ids.parse_chat_id(chat_id).kind:
            case "group":
                acts.append(self._join_or_leave)
            case "case":
                acts.append(self._close_or_open)
        with suppress(Conflict, Refused):
            await self.drawn.choice(acts)(chat_id)

    async def _post(self, chat_id: str) -> None:
        chat = Chat.parse((await self._snapshots(paths.chat(chat_id)))[0].fields)
        people = chat.member_ids or list(ids.parse_chat_id(chat_id).uids)
        message_id = f"m{sum(map(len, self.posted.values()))}"
        self.posted[chat_id].append(message_id)
        sender = self.drawn.choice(people)
        await self.site.post(chat_id, message_id, sender, f"{message_id} of {sender}")
        entry = await self.site.read(paths.message_queue(chat_id, message_id))
        # A trigger is lost now and then, or runs twice.
        for _ in range(self.drawn.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])):
            await fire_triggers(
                self.site.app, paths.message_queue(chat_id, message_id), None, entry
            )

    async def _change(self, chat_id: str) -> None:
        message_id = self.drawn.choice(self.posted[chat_id][-3:] or ["none"])
        for held in await self._snapshots(paths.message(chat_id, message_id)):
            if "deletedAt" not in held.fields:
                self.changed.add((chat_id, message_id))
                edit: dict[str, object] = {"body": "edited", "editedAt": SERVER_TIME}
                delete: dict[str, object] = {"body": DELETE_FIELD, "deletedAt": SERVER_TIME}
                change = self.drawn.choice([edit, delete])
                await self.site.app.store.commit(
                    [Update(held.path, change, UpdatedAt(held.update_time))]
                )
                after = await self.site.read(held.path)
                await fire_triggers(self.site.app, held.path, held.fields, after)

    async def _join_or_leave(self, chat_id: str) -> None:
        members, uid = self.site.app.change_members, self.drawn.choice(PEOPLE[1:])
        if self.drawn.random() < 0.5:
            await members.add(
                caller=UserCaller("ann"), request=AddMembers(chat_id=chat_id, user_ids=[uid])
            )
        else:
            await members.leave(caller=UserCaller(uid), request=LeaveChat(chat_id=chat_id))

    async def _close_or_open(self, chat_id: str) -> None:
        state = self.drawn.choice(["closed", "open"])
        request = UpdateCase.model_validate({"chatId": chat_id, "state": state})
        await self.site.app.update_chats.update_case(caller=UserCaller(AGENT), request=request)

    def waiting_above(self, most: int) -> Callable[[], Awaitable[int]]:
        """A look at how many messages wait to be fanned out, while they are more than that."""

        async def look() -> int:
            waiting = len(await self.site.documents(paths.MESSAGE_QUEUE))
            return waiting if waiting > most else 0

        return look

    async def amiss(self) -> list[str]:
        """What does not hold, in words; nothing, when all is done as it should be."""
        found = [f"{path} still waits" for path in await self.site.documents(paths.MESSAGE_QUEUE)]
        found += [f"{path} is parked" for path in await self.site.documents(paths.DEAD_LETTERS)]
        for chat_id in self.chats:
            found += [f"{chat_id}: {what}" for what in wrong(chat_id, await self._found(chat_id))]
        return [*found, *self._unheard()]

    def _unheard(self) -> Iterator[str]:
        """Messages of direct chats that stand as they were posted, and that nobody was told of.

        Each rang on a device, or a summary of its chat counted it.
        """
        rung = {tag for _, tag in self.site.pushes()}
        folded = self.site.folded()
        for chat_id, message_ids in self.posted.items():
            if ids.parse_chat_id(chat_id).kind == "direct":
                unheard = [
                    message_id
                    for message_id in message_ids
                    if (chat_id, message_id) not in self.changed
                    and ids.notification_tag(chat_id, message_id) not in rung
                ]
                if len(unheard) > folded[chat_id]:
                    yield f"{chat_id}: of {unheard}, {folded[chat_id]} were told"

    async def _found(self, chat_id: str) -> Found:
        (chat,) = await self._snapshots(paths.chat(chat_id))
        members = await self._all(paths.chat_members(chat_id))
        everybody = {*PEOPLE, DASHBOARD}
        rows = await self._snapshots(*(paths.user_chat(uid, chat_id) for uid in everybody))
        return Found(
            Chat.parse(chat.fields),
            {one.id: Member.parse(one.fields) for one in members},
            {one.id: Message.parse(one.fields) for one in await self._all(paths.messages(chat_id))},
            {one.path.split("/")[1]: UserChat.parse(one.fields) for one in rows},
        )

    async def _all(self, collection: str) -> list[Snapshot]:
        pages = self.site.app.store.stream(Query(collection))
        return [snapshot async for page in pages for snapshot in page]

    async def _snapshots(self, *wanted: str) -> list[Snapshot]:
        found = await self.site.app.store.get_many(wanted)
        return [snapshot for snapshot in found if snapshot is not None]


def wrong(chat_id: str, found: Found) -> Iterator[str]:
    """What does not hold of a chat in which all is done: I2 and I5, and that lists are whole."""
    chat, members = found.chat, found.members
    if chat.member_ids is not None and set(chat.member_ids) != members.keys():
        yield f"has {chat.member_ids} as members, and documents of {sorted(members)}"
    if chat.message_count != len(found.messages):
        yield f"counts {chat.message_count} of {len(found.messages)} messages"
    # To add somebody who has left only invites them. They are no member until they accept.
    rows = {uid: row for uid, row in found.rows.items() if not row.invited or uid in members}
    if rows.keys() != members.keys():
        yield f"stands in the lists of {sorted(rows)}, and has {sorted(members)}"
    if invited := [uid for uid in members if uid in rows and rows[uid].invited]:
        yield f"shows an invitation to its members {sorted(invited)}"
    if chat.kind == "case" and (DASHBOARD in members) != (chat.state == "open"):
        yield f"is {chat.state}, with {sorted(members)} in it"
    last_id, last = max(found.messages.items(), key=lambda one: (one[1].created_at, one[0]))
    lists = {uid: row.last_message for uid, row in rows.items()}
    for place, shown in {"chat": chat.last_message, **lists}.items():
        if shown is None or (shown.id, shown.preview or None) != (last_id, last.body):
            yield f"{place} shows {shown}, and the last is {last_id}: {last.body}"
    for uid in members.keys() & rows.keys():
        by_others = [
            message
            for message in found.messages.values()
            if message.event is None
            and message.sender_id != uid
            and (uid == DASHBOARD or message.created_at >= members[uid].joined_at)
        ]
        if uid != DASHBOARD and rows[uid].message_count != len(by_others):
            yield f"{uid} has {rows[uid].message_count} of {len(by_others)} messages"
