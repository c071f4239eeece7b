"""A group in which anybody may try anything, and what stands of it in the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from parley.domain.access import UserCaller
from parley.domain.requests import (
    AcceptInvite,
    AddMembers,
    DeclineInvite,
    LeaveChat,
    RemoveMember,
    SetRole,
)
from parley.services.chats.change_members import Joined
from schema import paths
from schema.audit import AuditEntry
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message
from schema.user_chats import UserChat

if TYPE_CHECKING:
    from tests.unit.parley.services.conftest import TwinWorld


class Group:
    """One group, by its id."""

    def __init__(self, world: TwinWorld, chat_id: str) -> None:
        self.world = world
        self.id = chat_id

    @property
    def chat(self) -> Chat:
        return Chat.parse(self.world.at(paths.chat(self.id)))

    def role(self, uid: str) -> str | None:
        fields = self.world.store.document(paths.chat_member(self.id, uid))
        return None if fields is None else Member.parse(fields).role

    def row(self, uid: str) -> UserChat | None:
        fields = self.world.store.document(paths.user_chat(uid, self.id))
        return None if fields is None else UserChat.parse(fields)

    def messages(self) -> list[Message]:
        collection = paths.messages(self.id) + "/"
        found = [path for path in self.world.store.paths() if path.startswith(collection)]
        return [Message.parse(self.world.at(path)) for path in found]

    def told(self, event: str) -> list[tuple[str | None, str | None, str | None]]:
        """By whom, of whom and what, of every system message of this event."""
        return [(one.by, one.target, one.value) for one in self.messages() if one.event == event]

    def audit(self, action: str) -> AuditEntry:
        prefix = paths.chat_audit(self.id, "")
        entries = [
            AuditEntry.parse(self.world.at(path))
            for path in self.world.store.paths()
            if path.startswith(prefix)
        ]
        (entry,) = [entry for entry in entries if entry.action == action]
        return entry

    async def add(self, by: str, *uids: str) -> Joined:
        request = AddMembers(chat_id=self.id, user_ids=list(uids))
        return await self.world.app.change_members.add(caller=UserCaller(by), request=request)

    async def accept(self, uid: str) -> None:
        request = AcceptInvite(chat_id=self.id)
        await self.world.app.answer_invitations.accept(caller=UserCaller(uid), request=request)

    async def decline(self, uid: str) -> None:
        request = DeclineInvite(chat_id=self.id)
        await self.world.app.answer_invitations.decline(caller=UserCaller(uid), request=request)

    async def remove(self, by: str, uid: str) -> None:
        request = RemoveMember(chat_id=self.id, user_id=uid)
        await self.world.app.change_members.remove(caller=UserCaller(by), request=request)

    async def set_role(self, by: str, uid: str, role: Any) -> None:
        request = SetRole(chat_id=self.id, user_id=uid, role=role)
        await self.world.app.change_members.set_role(caller=UserCaller(by), request=request)

    async def leave(self, uid: str, **more: str) -> None:
        request = LeaveChat.model_validate({"chatId": self.id, **more})
        await self.world.app.change_members.leave(caller=UserCaller(uid), request=request)
