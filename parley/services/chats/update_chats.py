"""Chats and cases, as their members and the staff of a dashboard change what they say of them."""

from __future__ import annotations

from parley.domain.access import Refused
from parley.domain.chats.cases import changed_case
from parley.domain.chats.chat import AGENTS, Actor
from parley.domain.chats.fan_out import ChatState
from parley.domain.chats.membership import described
from parley.domain.ports import Clock
from parley.domain.requests import UpdateCase, UpdateChat
from parley.services.chats.change_chats import ChangeChats, Decide
from parley.store import Write
from schema import ids, paths
from schema.reasons import CallableReason
from schema.services import Staff


class UpdateChats:
    """``updateChat`` and ``updateCase``. Each is idempotent and one commit."""

    def __init__(self, *, chats: ChangeChats, clock: Clock) -> None:
        self._chats = chats
        self._store = chats.store
        self._clock = clock

    async def update_chat(self, *, uid: str, request: UpdateChat) -> None:
        """A group by its owners and admins, a case by its staff."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            by_staff = state.chat.kind == "case"
            actor = (
                await self._agent(state, uid) if by_staff else await self._chats.actor(state, uid)
            )
            return described(state, actor, request.wanted, change_id)

        await self._change(request.chat_id, uid, decide, "group", "case")

    async def update_case(self, *, uid: str, request: UpdateCase) -> None:
        """State and assignee of a case, by the staff of its service."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._agent(state, uid)
            if request.assignee_id is not None and request.assignee_id != state.chat.assignee_id:
                await self._check_agent(state.service_id, request.assignee_id, "assigneeId")
            return changed_case(state, actor, request, self._clock.now(), change_id)

        await self._change(request.chat_id, uid, decide, "case")

    async def _change(self, chat_id: str, uid: str, decide: Decide, *kinds: str) -> None:
        """Whether somebody has a case with a service, its staff alone are told."""
        try:
            await self._chats.change(chat_id, decide, *kinds)
        except Refused as refused:
            service_id = ids.parse_chat_id(chat_id).service_id or ""
            if refused.reason == CallableReason.UNKNOWN_CHAT and ids.is_name(service_id):
                await self._check_agent(service_id, uid, "chatId")
            raise

    async def _agent(self, state: ChatState, uid: str) -> Actor:
        await self._check_agent(state.service_id, uid, "chatId")
        return Actor(uid, ids.service_member(state.service_id), "owner")

    async def _check_agent(self, service_id: str, uid: str, field: str) -> None:
        (staff,) = await self._store.get_many([paths.staff(service_id, uid)])
        if staff is None or Staff.parse(staff.fields).role not in AGENTS:
            raise Refused(
                "permission-denied" if field == "chatId" else "failed-precondition",
                CallableReason.NOT_STAFF,
                f"{field}: {uid} is no owner, admin or agent of service {service_id!r}",
            )
