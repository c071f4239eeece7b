"""Open direct, case and group chats. Idempotent, one commit each."""

from __future__ import annotations

from dataclasses import dataclass

from parley.domain.access import (
    Caller,
    RefusalKind,
    Refused,
    not_found,
    refuse_anonymous,
    require_staff,
    require_user,
)
from parley.domain.chats.chat import Actor
from parley.domain.chats.opening import (
    direct_chat,
    group_chat,
    is_open_case,
    join_service,
    may_open_case,
    open_case,
)
from parley.domain.ports import IdFactory
from parley.domain.requests import CreateGroup
from parley.errors import Conflict
from parley.services.chats.change_members import Joined
from parley.services.chats.load_candidates import LoadCandidates, Place
from parley.store import Snapshot, Store, Write
from parley.store.commit_loop import ATTEMPTS, commit_with_retry, create_once
from schema import ids, paths
from schema.reasons import CallableReason
from schema.services import Service

_GENERATIONS = 100
"""How often one person may use a unique name again after everybody left its group."""
_LOOKED_AT_ONCE = 10
_COUNTED = ("memberCount", "memberIds")


@dataclass(frozen=True, slots=True)
class OpenedChat:
    """A chat, and whether this call created it."""

    chat_id: str
    created: bool


@dataclass(frozen=True, slots=True)
class CreatedGroup(OpenedChat):
    """A group, and who of the named people is in it, or invited."""

    joined: Joined


class OpenChats:
    """``openDirectChat``, ``openCaseChat`` and ``createGroupChat``."""

    def __init__(self, *, store: Store, new_ids: IdFactory, candidates: LoadCandidates) -> None:
        self._store = store
        self._candidates = candidates
        self._ids = new_ids

    async def open_direct(self, *, caller: Caller, other_uid: str) -> OpenedChat:
        """Open the one chat of two people; refused with oneself or after a block."""
        uid = require_user(caller)
        if uid == other_uid:
            raise Refused(
                RefusalKind.INVALID,
                CallableReason.SELF_CHAT,
                "userId: a direct chat needs somebody else; this is your own id",
            )
        chat_id = ids.direct_chat_id(uid, other_uid)
        chat, block = await self._store.get_many(
            [paths.chat(chat_id), paths.user_block(other_uid, uid)]
        )
        if chat is not None:
            return OpenedChat(chat_id, created=False)
        if block is not None:
            raise Refused(
                RefusalKind.FORBIDDEN,
                CallableReason.BLOCKED,
                f"{other_uid} does not take new chats from you",
            )
        writes = direct_chat(chat_id, by=uid, members=(uid, other_uid))
        return OpenedChat(chat_id, await create_once(self._store, writes))

    async def create_group(self, *, caller: Caller, request: CreateGroup) -> CreatedGroup:
        """Create a group of the caller and ``user_ids``, or return their own of that name.

        Contacts are added; strangers are invited.

        A unique name is its creator's: the same name of somebody else is another group. A group
        that everybody has left gives its name back; one that only its creator has left does not.
        """
        refuse_anonymous(caller, "creating a group")
        uid = require_user(caller)
        name = request.unique_name
        if name is None:
            chat_id = self._ids.new_id()
            # A random id is this call's own, even if a lost answer hides who created it.
            _, joined = await self._create(chat_id, uid, request)
            return CreatedGroup(chat_id, created=True, joined=joined)
        generation = 0
        while generation < _GENERATIONS:
            chat_id = ids.named_group_id(uid, name, generation)
            is_new, joined = await self._create(chat_id, uid, request)
            if is_new:
                return CreatedGroup(chat_id, created=True, joined=joined)
            member, chat = await self._store.get_many(
                [paths.chat_member(chat_id, uid), paths.chat(chat_id)], select=_COUNTED
            )
            if member is not None:
                joined = await self._joined(chat_id, chat, _others(uid, request))
                return CreatedGroup(chat_id, created=False, joined=joined)
            if chat is None or chat.fields.get("memberCount") != 0:
                break
            generation = await self._next_generation(uid, name, generation + 1)
        raise Refused(
            RefusalKind.CONFLICT,
            CallableReason.UNIQUE_NAME_TAKEN,
            f"uniqueName: {name!r} names a group of yours that you have left",
            "choose another name",
        )

    async def _next_generation(self, uid: str, name: str, generation: int) -> int:
        """Return the first generation from this one on that not everybody has left.

        A read for each, so that nobody's people are looked up anew for each group that was left.
        """
        for first in range(generation, _GENERATIONS, _LOOKED_AT_ONCE):
            some = range(first, min(first + _LOOKED_AT_ONCE, _GENERATIONS))
            chats = await self._store.get_many(
                [paths.chat(ids.named_group_id(uid, name, one)) for one in some], select=_COUNTED
            )
            for one, chat in zip(some, chats, strict=True):
                if chat is None or chat.fields.get("memberCount") != 0:
                    return one
        return _GENERATIONS

    async def _create(self, chat_id: str, uid: str, request: CreateGroup) -> tuple[bool, Joined]:
        """Create a group under this id; return whether this call did, and who is in it.

        Raise ``Conflict`` when others keep inviting the same people.
        """
        names = _others(uid, request)
        actor = Actor(uid, uid, "owner")
        place = Place(chat_id, ids.DEFAULT_SERVICE)
        for _ in range(ATTEMPTS):
            adder, joiners = await self._candidates.decide(place, actor, names)
            writes = group_chat(chat_id, owner=uid, request=request, adder=adder, joiners=joiners)
            joined = Joined.of(names, frozenset(joiners.added))
            if await create_once(self._store, writes):
                return True, joined
            if not joiners.invites or await self._stands(chat_id):
                return False, joined
        raise Conflict(f"others keep inviting the people of group {chat_id}")

    async def _stands(self, chat_id: str) -> bool:
        (chat,) = await self._store.get_many([paths.chat(chat_id)], select=())
        return chat is not None

    async def _joined(self, chat_id: str, chat: Snapshot | None, names: list[str]) -> Joined:
        """Return who of these is in a group that stands."""
        listed = None if chat is None else chat.fields.get("memberIds")
        if isinstance(listed, list):
            return Joined.of(names, frozenset(listed))
        found = await self._store.get_many([paths.chat_member(chat_id, name) for name in names])
        return Joined.of(names, frozenset(one.id for one in found if one is not None))

    async def open_case(
        self, *, caller: Caller, service_id: str, user_id: str | None = None
    ) -> OpenedChat:
        """Open the case chat of a person with a dashboard, with both as members.

        Staff pass ``user_id`` to open a case with a user of their service. To strangers, a service
        for its users alone is as one that does not exist.
        """
        person = user_id or require_user(caller)
        chat_id = ids.case_chat_id(person, service_id)
        created = False

        async def decide() -> list[Write]:
            nonlocal created
            chat, service, staff, user, service_user = await self._store.get_many(
                [
                    paths.chat(chat_id),
                    paths.service(service_id),
                    paths.staff(service_id, caller.id),
                    paths.user(person),
                    paths.service_user(service_id, person),
                ]
            )
            is_own = person == caller.id
            if not is_own:
                require_staff(caller, service_id, staff, field="userId")
            if service is None or (is_own and not may_open_case(service, chat, service_user)):
                raise not_found(
                    CallableReason.UNKNOWN_SERVICE,
                    f"serviceId: there is no service {service_id!r}",
                )
            if not is_own and service_user is None:
                raise not_found(
                    CallableReason.UNKNOWN_USER,
                    f"userId: {person!r} is not a user of service {service_id!r}",
                )
            created = chat is None
            if chat is not None and is_open_case(chat, service_id):
                return []
            return [
                *open_case(
                    chat_id,
                    chat,
                    service_id=service_id,
                    service_name=Service.parse(service.fields).name,
                    person=person,
                    by=caller.id,
                    opening_id=self._ids.new_id(),
                ),
                *join_service(service_id, person, user, service_user),
            ]

        await commit_with_retry(self._store, decide, what=f"case {chat_id}")
        return OpenedChat(chat_id, created)


def _others(uid: str, request: CreateGroup) -> list[str]:
    """Return the named people beside the caller, without duplicates."""
    return [name for name in dict.fromkeys(request.user_ids) if name != uid]
