"""Opening chats: the callables' use cases. Idempotent, each one commit.

No read-write transactions: the chat's must-not-exist (or its ``update_time``) decides who was
first, and whoever was not reads what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.domain.access import Refused
from parley.domain.chats.chat import AGENTS
from parley.domain.chats.opening import (
    direct_chat,
    group_chat,
    is_open_case,
    joined_service,
    opened_case,
)
from parley.domain.ports import IdFactory
from parley.domain.requests import CreateGroup
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.services.decided_commits import commit_first
from parley.store import Snapshot, Store
from schema import ids, paths
from schema.reasons import CallableReason
from schema.services import Service, Staff

_TRIES = 8


@dataclass(frozen=True, slots=True)
class OpenedChat:
    """The chat, and whether this call made it."""

    chat_id: str
    created: bool


class OpenChats:
    """Opens direct, case and group chats."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self._store = store
        self._ids = new_ids

    async def open_direct(self, *, uid: str, other_uid: str) -> OpenedChat:
        """The one chat of two people; refused with oneself, or when the other has blocked one."""
        if uid == other_uid:
            raise Refused(
                "invalid-argument",
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
                "permission-denied",
                CallableReason.BLOCKED,
                f"{other_uid} does not take new chats from you",
            )
        writes = direct_chat(chat_id, by=uid, members=(uid, other_uid))
        created = await commit_first(self._store, writes)
        return OpenedChat(chat_id, created)

    async def create_group(self, *, uid: str, request: CreateGroup) -> OpenedChat:
        """A group of the caller and ``user_ids``; found again by ``unique_name``.

        A second call with the same unique name answers the group that is there, but only to one
        of its members: the name of somebody else's group is refused.
        """
        if request.unique_name is not None:
            chat_id = ids.group_chat_id(ids.DEFAULT_SERVICE, request.unique_name)
        else:
            chat_id = self._ids.new_id()
        created = await commit_first(self._store, group_chat(chat_id, owner=uid, request=request))
        # Nobody else can have drawn this call's own id.
        created = created or request.unique_name is None
        if not created:
            (member_of,) = await self._store.get_many([paths.chat_member(chat_id, uid)], select=())
            if member_of is None:
                raise Refused(
                    "already-exists",
                    CallableReason.UNIQUE_NAME_TAKEN,
                    f"uniqueName: {request.unique_name!r} names a group you are not in",
                    "choose another name",
                )
        return OpenedChat(chat_id, created)

    async def open_case(
        self, *, uid: str, service_id: str, user_id: str | None = None
    ) -> OpenedChat:
        """The case chat of a person with a dashboard, open afterwards, with both as members.

        ``user_id`` is given by staff who open a case with one of their service's people.
        """
        person = user_id or uid
        chat_id = ids.case_chat_id(person, service_id)
        for _ in range(_TRIES):
            chat, service, staff, user, service_user = await self._store.get_many(
                [
                    paths.chat(chat_id),
                    paths.service(service_id),
                    paths.staff(service_id, uid),
                    paths.user(person),
                    paths.service_user(service_id, person),
                ]
            )
            if service is None:
                raise Refused(
                    "not-found",
                    CallableReason.UNKNOWN_SERVICE,
                    f"serviceId: there is no service {service_id!r}",
                )
            if person != uid:
                self._check_staff(staff, service_id)
                if service_user is None:
                    raise Refused(
                        "not-found",
                        CallableReason.UNKNOWN_USER,
                        f"userId: {person!r} is not a user of service {service_id!r}",
                    )
            if chat is not None and is_open_case(chat, service_id):
                return OpenedChat(chat_id, created=False)
            writes = opened_case(
                chat_id,
                chat,
                service_id=service_id,
                service_name=Service.parse(service.fields).name,
                person=person,
                by=uid,
                opening_id=self._ids.new_id(),
            )
            writes += joined_service(service_id, person, user, service_user)
            try:
                await self._store.commit(writes)
            except (Conflict, CommitOutcomeUnknown):
                continue
            return OpenedChat(chat_id, created=chat is None)
        raise Refused(
            "aborted",
            CallableReason.CONTENDED,
            f"case {chat_id} is being changed by others",
            "try again",
        )

    def _check_staff(self, staff: Snapshot | None, service_id: str) -> None:
        if staff is None or Staff.parse(staff.fields).role not in AGENTS:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_STAFF,
                f"userId: only owners, admins and agents of {service_id!r} open a case "
                "with somebody",
            )
