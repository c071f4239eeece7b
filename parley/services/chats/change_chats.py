"""Change a chat: load, decide, commit, and retry after a conflict.

The chat is read before everything else that decides, and the commit carries its ``update_time``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from parley.domain.access import AGENTS, Caller, not_found, not_in_chat, role_in
from parley.domain.chats.chat import Actor, check_kind
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.membership import RANK
from parley.domain.ports import IdFactory
from parley.store import Snapshot, Store, Write
from parley.store.commit_loop import commit_with_retry
from schema import ids, paths
from schema.chats import Chat
from schema.memberships import Member
from schema.reasons import CallableReason

Decide = Callable[[ChatState, str], Awaitable[list[Write]]]
"""Return the writes for a chat and the id of this change; none if nothing changes."""


class ChangeChats:
    """Commits changes to chats, one at a time per chat within a process."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self.store = store
        self._ids = new_ids
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def change(
        self, chat_id: str, decide: Decide, *kinds: str, change_id: str | None = None
    ) -> None:
        """Commit one change to a chat of these kinds.

        ``change_id``: the id of a change that another process may repeat. Raise ``Refused`` by the
        decision or for an unknown chat, ``Conflict`` when other processes keep winning.
        """
        check_kind(chat_id, *kinds)
        change_id = change_id or self._ids.new_id()

        async def load_and_decide() -> list[Write]:
            return await decide(await self._load(chat_id), change_id)

        async def was_applied() -> bool:
            audit = paths.chat_audit(chat_id, change_id)
            return (await self.store.get_many([audit], select=()))[0] is not None

        async with self._lanes.setdefault(chat_id, asyncio.Lock()):
            await commit_with_retry(
                self.store, load_and_decide, what=f"chat {chat_id}", was_applied=was_applied
            )

    async def actor(self, state: ChatState, caller: Caller) -> Actor:
        """Return the member a caller acts as: themselves, or a dashboard of a higher role."""
        actor = await self.find_actor(state, caller)
        if actor is None:
            raise not_in_chat(state.id)
        return actor

    async def find_actor(self, state: ChatState, caller: Caller) -> Actor | None:
        """Return the actor, None for a stranger."""
        dashboard = ids.service_member(state.service_id)
        wanted = [paths.chat_member(state.id, caller.id)]
        if state.may_have(dashboard):
            wanted.append(paths.chat_member(state.id, dashboard))
            wanted.append(paths.staff(state.service_id, caller.id))
        own, theirs, staff = [*await self.store.get_many(wanted), None, None][:3]
        is_staff = theirs is not None and role_in(caller, state.service_id, staff) in AGENTS
        actors = []
        if own is not None:
            actors.append(_actor(caller, caller.id, own, is_staff=is_staff))
        if theirs is not None and is_staff:
            actors.append(_actor(caller, dashboard, theirs, is_staff=True))
        return max(actors, key=lambda actor: RANK[actor.role], default=None)

    async def find_self(self, state: ChatState, caller: Caller) -> Actor | None:
        """Return the caller as a member in their own name, None if they are not one."""
        (own,) = await self.store.get_many([paths.chat_member(state.id, caller.id)])
        if own is None:
            return None
        return _actor(caller, caller.id, own)

    async def find_dashboard(self, state: ChatState, caller: Caller) -> Actor | None:
        """Return the dashboard as whom a caller acts, None if it is no member (any more).

        Raise ``Refused``, as for a chat that does not exist, if they are not on its staff.
        """
        dashboard = ids.service_member(state.service_id)
        theirs, staff = await self.store.get_many(
            [paths.chat_member(state.id, dashboard), paths.staff(state.service_id, caller.id)]
        )
        if role_in(caller, state.service_id, staff) not in AGENTS:
            raise not_in_chat(state.id)
        if theirs is None:
            return None
        return _actor(caller, dashboard, theirs)

    async def _load(self, chat_id: str) -> ChatState:
        (chat,) = await self.store.get_many([paths.chat(chat_id)])
        if chat is None and ids.parse_chat_id(chat_id).kind == "group":
            # Strangers get the same answer for a group that exists.
            raise not_in_chat(chat_id)
        if chat is None:
            raise not_found(CallableReason.UNKNOWN_CHAT, f"chatId: there is no chat {chat_id!r}")
        return ChatState(chat_id, Chat.parse(chat.fields), chat.update_time)


def _actor(caller: Caller, member: str, found: Snapshot, *, is_staff: bool = False) -> Actor:
    standing = Member.parse(found.fields)
    return Actor(caller.id, member, standing.role, standing, is_staff)
