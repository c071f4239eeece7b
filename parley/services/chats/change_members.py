"""Change the members of a group and their roles."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from parley.domain.access import Caller, Refused, refuse_anonymous
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.invitations import end_invitation
from parley.domain.chats.membership import (
    add_members,
    leave_chat,
    remove_member,
    require_admin,
    set_role,
)
from parley.domain.requests import AddMembers, LeaveChat, RemoveMember, SetRole
from parley.services.chats.answer_invitations import decline_writes
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.find_heirs import FindHeirs
from parley.services.chats.load_candidates import LoadCandidates, Place
from parley.store import Query, Where, Write
from schema import paths
from schema.invitations import Invitations
from schema.memberships import Member
from schema.reasons import CallableReason


@dataclass(frozen=True, slots=True)
class Joined:
    """Who of the named people is a member now, and who is not."""

    added: Sequence[str] = ()
    invited: Sequence[str] = ()

    @classmethod
    def of(cls, names: Sequence[str], members: AbstractSet[str]) -> Joined:
        """Return the named people by whether they are members."""
        return cls(
            [name for name in names if name in members],
            [name for name in names if name not in members],
        )


class ChangeMembers:
    """``addMembers``, ``removeMember``, ``setRole``, ``leaveChat``. Idempotent, one commit each."""

    def __init__(self, *, chats: ChangeChats, candidates: LoadCandidates) -> None:
        self._chats = chats
        self._store = chats.store
        self._candidates = candidates
        self._heirs = FindHeirs(store=chats.store)

    async def add(self, *, caller: Caller, request: AddMembers) -> Joined:
        """Add people to a group or invite them; a service's group takes only users of it."""
        refuse_anonymous(caller, "adding people to a group")
        names = list(dict.fromkeys(request.user_ids))
        joined = Joined()

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            nonlocal joined
            actor = await self._chats.actor(state, caller)
            require_admin(actor, "add members")
            existing = await self._existing(state, names)
            new = [name for name in names if name not in existing]
            if not new:
                joined = Joined.of(names, existing)
                return []
            adder, joiners = await self._candidates.decide(Place.of(state), actor, new)
            joined = Joined.of(names, existing.union(joiners.added))
            return add_members(state, actor, adder, joiners, change_id)

        await self._chats.change(request.chat_id, decide, "group")
        return joined

    async def remove(self, *, caller: Caller, request: RemoveMember) -> None:
        """Remove a member, who can no longer read the group, or take an invitation back."""
        uid = request.user_id

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            actor = await self._chats.actor(state, caller)
            standing = await self._standing(state, uid)
            if standing is None and state.chat.has_invited:
                require_admin(actor, "remove members")
                (held,) = await self._store.get_many([paths.invitations(uid)])
                waiting = None if held is None else Invitations.parse_or_none(held.fields)
                if waiting is not None and state.id in {*waiting.pending, *waiting.hidden}:
                    return end_invitation(state, uid, actor, change_id)
            return remove_member(state, actor, uid, standing, change_id)

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
        """Remove the caller, or by name the dashboard; who was invited declines.

        A repeat of one's own leaving never takes the dashboard out.
        """

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            if request.as_service:
                actor = await self._chats.find_dashboard(state, caller)
            else:
                actor = await self._chats.find_self(state, caller)
            if actor is None:
                return await self._declined(state, caller.id, change_id, request)
            is_last = actor.role == "owner" and await self._is_last_owner(state)
            heir = await self._heirs.first(state, actor.member) if is_last else None
            return leave_chat(state, actor, is_last_owner=is_last, heir=heir, change_id=change_id)

        try:
            await self._chats.change(request.chat_id, decide, "group")
        except Refused as refused:
            # A group that does not exist is left as one is that the caller is not in.
            if request.as_service or refused.reason != CallableReason.NOT_A_MEMBER:
                raise

    async def _declined(
        self, state: ChatState, uid: str, change_id: str, request: LeaveChat
    ) -> list[Write]:
        """Return the writes with which a person leaves who was invited; none for strangers."""
        if request.as_service or not state.chat.has_invited:
            return []
        (row,) = await self._store.get_many([paths.user_chat(uid, state.id)])
        return decline_writes(state, uid, row, change_id)

    async def _standing(self, state: ChatState, member: str) -> Member | None:
        (found,) = await self._store.get_many([paths.chat_member(state.id, member)])
        return None if found is None else Member.parse(found.fields)

    async def _is_last_owner(self, state: ChatState) -> bool:
        is_owner = (Where("role", "==", "owner"),)
        query = Query(paths.chat_members(state.id), where=is_owner, limit=2)
        return len([one async for page in self._store.stream(query) for one in page]) == 1

    async def _existing(self, state: ChatState, names: Sequence[str]) -> frozenset[str]:
        """Return who of these is a member; a small group lists its members."""
        if not state.is_large and state.chat.member_ids is not None:
            return frozenset(names).intersection(state.members)
        found = await self._store.get_many(
            [paths.chat_member(state.id, name) for name in names], select=()
        )
        return frozenset(snapshot.id for snapshot in found if snapshot is not None)
