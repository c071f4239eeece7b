"""Change the members of a group and their roles."""

from __future__ import annotations

from parley.domain.access import Caller, Refused, not_found, refuse_anonymous
from parley.domain.chats.fan_out import ChatState
from parley.domain.chats.membership import (
    Heir,
    add_members,
    choose_heir,
    leave_chat,
    remove_member,
    set_role,
)
from parley.domain.requests import AddMembers, LeaveChat, RemoveMember, SetRole
from parley.services.chats.change_chats import ChangeChats
from parley.store import Query, Snapshot, Where, Write
from schema import ids, limits, paths
from schema.chats import Member
from schema.reasons import CallableReason


class ChangeMembers:
    """``addMembers``, ``removeMember``, ``setRole``, ``leaveChat``. Idempotent, one commit each."""

    def __init__(self, *, chats: ChangeChats) -> None:
        self._chats = chats
        self._store = chats.store

    async def add(self, *, caller: Caller, request: AddMembers) -> None:
        """Add people to a group; a dashboard's group takes only users of its service."""
        refuse_anonymous(caller, "adding people to a group")

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, caller)
            names = list(dict.fromkeys(request.user_ids))
            found = await self._store.get_many(
                [paths.chat_member(state.id, name) for name in names], select=()
            )
            existing = {snapshot.id for snapshot in found if snapshot is not None}
            writes = add_members(state, actor, names, existing, change_id)
            if writes and state.service_id != ids.DEFAULT_SERVICE:
                await self._require_known(state, [name for name in names if name not in existing])
            return writes

        await self._chats.change(request.chat_id, decide, "group")

    async def remove(self, *, caller: Caller, request: RemoveMember) -> None:
        """Remove a member, who can no longer read the group."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, caller)
            standing = await self._standing(state, request.user_id)
            return remove_member(state, actor, request.user_id, standing, change_id)

        await self._chats.change(request.chat_id, decide, "group")

    async def set_role(self, *, caller: Caller, request: SetRole) -> None:
        """Change a member's role."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, caller)
            standing = await self._standing(state, request.user_id)
            current = None if standing is None else standing.role
            is_last = current == "owner" and await self._is_last_owner(state)
            return set_role(
                state,
                actor,
                request.user_id,
                current,
                request.role,
                is_last_owner=is_last,
                change_id=change_id,
            )

        await self._chats.change(request.chat_id, decide, "group")

    async def leave(self, *, caller: Caller, request: LeaveChat) -> None:
        """Remove the caller, or by name the dashboard; no-op for who is no member.

        A repeat of one's own leaving never takes the dashboard out.
        """

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            if request.as_service:
                actor = await self._chats.find_dashboard(state, caller)
            else:
                actor = await self._chats.find_self(state, caller)
            if actor is None:
                return []
            is_last = actor.role == "owner" and await self._is_last_owner(state)
            heir = await self._heir(state, actor.member) if is_last else None
            return leave_chat(state, actor, is_last_owner=is_last, heir=heir, change_id=change_id)

        try:
            await self._chats.change(request.chat_id, decide, "group")
        except Refused as refused:
            # A group that does not exist is left as one is that the caller is not in.
            if request.as_service or refused.reason != CallableReason.NOT_A_MEMBER:
                raise

    async def _standing(self, state: ChatState, member: str) -> Member | None:
        (found,) = await self._store.get_many([paths.chat_member(state.id, member)])
        return None if found is None else Member.parse(found.fields)

    async def _is_last_owner(self, state: ChatState) -> bool:
        return len(await self._members(state, "owner", 2)) == 1

    async def _heir(self, state: ChatState, leaving: str) -> Heir | None:
        """Choose among up to 100 admins, or else up to 100 members, however large the chat."""
        candidates = await self._members(state, "admin", limits.SMALL_GROUP)
        if not candidates:
            candidates = await self._members(state, None, limits.SMALL_GROUP)
        heirs = []
        for snapshot in candidates:
            member = Member.parse(snapshot.fields)
            if snapshot.id != leaving:
                heirs.append(Heir(snapshot.id, member.role, member.joined_at))
        return choose_heir(heirs)

    async def _members(self, state: ChatState, role: str | None, limit: int) -> list[Snapshot]:
        where = () if role is None else (Where("role", "==", role),)
        query = Query(paths.chat_members(state.id), where=where, limit=limit)
        return [snapshot async for page in self._store.stream(query) for snapshot in page]

    async def _require_known(self, state: ChatState, names: list[str]) -> None:
        found = await self._store.get_many(
            [paths.service_user(state.service_id, name) for name in names], select=()
        )
        unknown = [name for name, user in zip(names, found, strict=True) if user is None]
        if unknown:
            raise not_found(
                CallableReason.UNKNOWN_USER,
                f"userIds: {unknown[0]!r} is not a user of service {state.service_id!r}",
            )
