"""Change the description of a chat, and the state and assignee of a case."""

from __future__ import annotations

from parley.domain.access import Caller, Refused, require_assignable, require_staff
from parley.domain.chats.cases import change_case
from parley.domain.chats.chat import Actor
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.describing import describe_chat
from parley.domain.ports import Clock
from parley.domain.requests import UpdateCase, UpdateChat
from parley.services.chats.change_chats import ChangeChats, Decide
from parley.store import Write
from schema import ids, paths
from schema.reasons import CallableReason


class UpdateChats:
    """``updateChat`` and ``updateCase``. Idempotent, one commit each."""

    def __init__(self, *, chats: ChangeChats, clock: Clock) -> None:
        self._chats = chats
        self._store = chats.store
        self._clock = clock

    async def update_chat(self, *, caller: Caller, request: UpdateChat) -> None:
        """Change a group as one of its owners or admins, or a case as its staff."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            if state.chat.kind == "case":
                actor = await self._agent(state, caller)
            else:
                actor = await self._chats.actor(state, caller)
            return describe_chat(state, actor, request, self._clock.now(), change_id)

        await self._change(request.chat_id, caller, decide, "group", "case")

    async def update_case(self, *, caller: Caller, request: UpdateCase) -> None:
        """Change the state or assignee of a case as its staff."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._agent(state, caller)
            assignee = request.assignee_id
            if assignee is not None and assignee != state.chat.assignee_id:
                (staff,) = await self._store.get_many([paths.staff(state.service_id, assignee)])
                require_assignable(state.service_id, staff, field="assigneeId")
            return change_case(state, actor, request, self._clock.now(), change_id)

        await self._change(request.chat_id, caller, decide, "case")

    async def _change(self, chat_id: str, caller: Caller, decide: Decide, *kinds: str) -> None:
        """Commit the change; reveal only to staff whether a case exists."""
        try:
            await self._chats.change(chat_id, decide, *kinds)
        except Refused as refused:
            service_id = ids.parse_chat_id(chat_id).service_id or ""
            if refused.reason == CallableReason.UNKNOWN_CHAT and ids.is_name(service_id):
                await self._require_agent(service_id, caller)
            raise

    async def _agent(self, state: ChatState, caller: Caller) -> Actor:
        await self._require_agent(state.service_id, caller)
        return Actor(caller.id, ids.service_member(state.service_id), "owner")

    async def _require_agent(self, service_id: str, caller: Caller) -> None:
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, field="chatId")
