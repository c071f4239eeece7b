"""The way that every change to a chat takes: load, decide, commit, and again if others were first.

No read-write transactions: the chat is read before anything else that decides, and the commit
carries its ``update_time``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from parley.domain.access import Refused
from parley.domain.chats.chat import AGENTS, Actor, check_kind
from parley.domain.chats.fan_out import ChatState
from parley.domain.chats.membership import RANK
from parley.domain.ports import IdFactory
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import Store, Write
from schema import ids, paths
from schema.chats import Chat, Member
from schema.reasons import CallableReason
from schema.services import Staff

_TRIES = 8
"""Conflicts come only from other processes: within one, a chat has one lane."""

Decide = Callable[[ChatState, str], Awaitable[list[Write]]]
"""From a chat and the id of this change to its writes; none where all is as it is asked for."""


class ChangeChats:
    """Carries out decisions on chats, one at a time for each chat."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self.store = store
        self._ids = new_ids
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def change(self, chat_id: str, decide: Decide, *kinds: str) -> None:
        """Decide and commit once, for a chat of these kinds.

        Raises ``Refused``: by the decision, when outraced, or for a chat that is not there.
        """
        check_kind(chat_id, *kinds)
        change_id = self._ids.new_id()
        lane = self._lanes.setdefault(chat_id, asyncio.Lock())
        async with lane:
            for _ in range(_TRIES):
                writes = await decide(await self._load(chat_id), change_id)
                if not writes:
                    return
                try:
                    await self.store.commit(writes)
                except Conflict:
                    continue
                except CommitOutcomeUnknown:
                    audit = paths.chat_audit(chat_id, change_id)
                    if (await self.store.get_many([audit], select=()))[0] is None:
                        continue
                return
        raise Refused(
            "aborted",
            CallableReason.CONTENDED,
            f"chat {chat_id} is being changed by others",
            "try again",
        )

    async def actor(self, state: ChatState, uid: str) -> Actor:
        """As whom somebody acts in a group: as themself, or as its dashboard if that may more."""
        actor = await self.found_actor(state, uid)
        if actor is None:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_A_MEMBER,
                f"chatId: you are not in {state.id}, nor on the staff of a dashboard in it",
            )
        return actor

    async def found_actor(
        self, state: ChatState, uid: str, *, prefers_self: bool = False
    ) -> Actor | None:
        """The same, None for a stranger; ``prefers_self``: a dashboard only for non-members."""
        dashboard = ids.service_member(state.service_id)
        own, theirs, staff = await self.store.get_many(
            [
                paths.chat_member(state.id, uid),
                paths.chat_member(state.id, dashboard),
                paths.staff(state.service_id, uid),
            ]
        )
        actors = []
        if own is not None:
            actors.append(Actor(uid, uid, Member.parse(own.fields).role))
        is_agent = staff is not None and Staff.parse(staff.fields).role in AGENTS
        if theirs is not None and is_agent and not (actors and prefers_self):
            actors.append(Actor(uid, dashboard, Member.parse(theirs.fields).role))
        return max(actors, key=lambda one: RANK[one.role], default=None)

    async def _load(self, chat_id: str) -> ChatState:
        (chat,) = await self.store.get_many([paths.chat(chat_id)])
        if chat is None:
            raise Refused(
                "not-found", CallableReason.UNKNOWN_CHAT, f"chatId: there is no chat {chat_id!r}"
            )
        return ChatState(chat_id, Chat.parse(chat.fields), chat.update_time)
