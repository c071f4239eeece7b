"""Groups after their creation: who is in them, in which role, and what they are called."""

from __future__ import annotations

from parley.domain.access import Refused
from parley.domain.chats.fan_out import ChatState
from parley.domain.chats.membership import Heir, added, given_role, heir_of, left, removed
from parley.domain.requests import AddMembers, RemoveMember, SetRole
from parley.services.chats.change_chats import ChangeChats
from parley.store import Query, Snapshot, Where, Write
from schema import ids, limits, paths
from schema.chats import Member, MemberRole
from schema.reasons import CallableReason


class ChangeMembers:
    """Adds, removes, promotes, lets go. Each is idempotent and one commit."""

    def __init__(self, *, chats: ChangeChats) -> None:
        self._chats = chats
        self._store = chats.store

    async def add(self, *, uid: str, request: AddMembers) -> None:
        """People join a group; in the group of a dashboard, only those its service knows."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, uid)
            names = list(dict.fromkeys(request.user_ids))
            found = await self._store.get_many(
                [paths.chat_member(state.id, name) for name in names], select=()
            )
            there = {snapshot.id for snapshot in found if snapshot is not None}
            writes = added(state, actor, names, there, change_id)
            if writes and state.service_id != ids.DEFAULT_SERVICE:
                await self._check_known(state, [name for name in names if name not in there])
            return writes

        await self._chats.change(request.chat_id, decide, "group")

    async def remove(self, *, uid: str, request: RemoveMember) -> None:
        """Somebody is out of a group; from then on they read nothing of it."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, uid)
            role = await self._role(state, request.user_id)
            return removed(state, actor, request.user_id, role, change_id)

        await self._chats.change(request.chat_id, decide, "group")

    async def set_role(self, *, uid: str, request: SetRole) -> None:
        """A member of a group has this role from now on."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, uid)
            held = await self._role(state, request.user_id)
            is_last = held == "owner" and await self._is_last_owner(state)
            return given_role(
                state,
                actor,
                request.user_id,
                held,
                request.role,
                is_last_owner=is_last,
                change_id=change_id,
            )

        await self._chats.change(request.chat_id, decide, "group")

    async def leave(self, *, uid: str, chat_id: str) -> None:
        """The caller is out of a group; a stranger is out already."""

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.found_actor(state, uid, prefers_self=True)
            if actor is None:
                return []
            is_last = actor.role == "owner" and await self._is_last_owner(state)
            heir = await self._heir(state, actor.member) if is_last else None
            return left(state, actor, is_last_owner=is_last, heir=heir, change_id=change_id)

        await self._chats.change(chat_id, decide, "group")

    async def _role(self, state: ChatState, member: str) -> MemberRole | None:
        (found,) = await self._store.get_many([paths.chat_member(state.id, member)])
        return None if found is None else Member.parse(found.fields).role

    async def _is_last_owner(self, state: ChatState) -> bool:
        return len(await self._members(state, "owner", 2)) == 1

    async def _heir(self, state: ChatState, leaving: str) -> Heir | None:
        """Bounded however large the chat: a hundred admins, or else a hundred of the others."""
        candidates = await self._members(state, "admin", limits.SMALL_GROUP)
        if not candidates:
            candidates = await self._members(state, None, limits.SMALL_GROUP)
        heirs = []
        for snapshot in candidates:
            member = Member.parse(snapshot.fields)
            if snapshot.id != leaving:
                heirs.append(Heir(snapshot.id, member.role, member.joined_at))
        return heir_of(heirs)

    async def _members(self, state: ChatState, role: str | None, limit: int) -> list[Snapshot]:
        where = () if role is None else (Where("role", "==", role),)
        query = Query(paths.chat_members(state.id), where=where, limit=limit)
        return [snapshot async for page in self._store.stream(query) for snapshot in page]

    async def _check_known(self, state: ChatState, names: list[str]) -> None:
        found = await self._store.get_many(
            [paths.service_user(state.service_id, name) for name in names], select=()
        )
        unknown = [name for name, user in zip(names, found, strict=True) if user is None]
        if unknown:
            raise Refused(
                "not-found",
                CallableReason.UNKNOWN_USER,
                f"userIds: {unknown[0]!r} is not a user of service {state.service_id!r}",
            )
