"""Opening chats: the callables' use cases. Idempotent, each one commit.

No read-write transactions: the chat's must-not-exist (or its ``update_time``) decides who was
first, and whoever was not reads what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from parley.domain.errors import CommitOutcomeUnknown, Conflict, Refused
from parley.domain.ports import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    IdFactory,
    Increment,
    Merge,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.domain.requests import CreateGroup
from schema import changes, ids, limits, paths
from schema.chats import (
    Chat,
    MemberRole,
    audit_fields,
    chat_fields,
    last_message,
    member_fields,
    row_fields,
)
from schema.messages import system_message_fields
from schema.reasons import CallableReason, SystemEvent
from schema.services import Staff
from schema.users import User, service_user_fields

_TRIES = 8
_OPENERS = frozenset({"owner", "admin", "agent"})


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
        created = await self._create(
            [
                Set(
                    paths.chat(chat_id),
                    chat_fields(
                        service_id="default", kind="direct", created_by=uid, created_at=SERVER_TIME
                    ),
                    MUST_NOT_EXIST,
                ),
                *(
                    Set(
                        paths.chat_member(chat_id, member),
                        member_fields(role="member", joined_at=SERVER_TIME),
                    )
                    for member in (uid, other_uid)
                ),
            ]
        )
        return OpenedChat(chat_id, created)

    async def create_group(self, *, uid: str, request: CreateGroup) -> OpenedChat:
        """A group of the caller and ``user_ids``; found again by ``unique_name``.

        A second call with the same unique name answers the group that is there, but only to one
        of its members: the name of somebody else's group is refused.
        """
        members = list(dict.fromkeys([uid, *request.user_ids]))
        if request.unique_name is not None:
            chat_id = ids.group_chat_id("default", request.unique_name)
        else:
            chat_id = self._ids.new_id()
        is_large = len(members) > limits.SMALL_GROUP
        created_message = f"created-{chat_id}"[:64]
        last = last_message(
            id=created_message, sender_id=ids.SYSTEM_SENDER, preview="", created_at=SERVER_TIME
        )
        writes: list[Write] = [
            Set(
                paths.chat(chat_id),
                chat_fields(
                    service_id="default",
                    kind="group",
                    created_by=uid,
                    created_at=SERVER_TIME,
                    title=request.title,
                    topic=request.topic,
                    attributes=request.attributes,
                    unique_name=request.unique_name,
                    member_ids=None if is_large else members,
                    member_count=len(members),
                    message_count=1,
                    last_message=last,
                    large=True if is_large else None,
                ),
                MUST_NOT_EXIST,
            ),
            Set(
                paths.message(chat_id, created_message),
                system_message_fields(
                    event=SystemEvent.CREATED, created_at=SERVER_TIME, by=uid, value=request.title
                ),
            ),
            Set(
                paths.chat_audit(chat_id, "created"),
                audit_fields(action="created", by=uid, at=SERVER_TIME),
            ),
        ]
        for member in members:
            role: MemberRole = "owner" if member == uid else "member"
            writes.append(
                Set(
                    paths.chat_member(chat_id, member),
                    member_fields(role=role, joined_at=SERVER_TIME),
                )
            )
            writes.append(
                Set(
                    paths.user_chat(member, chat_id),
                    row_fields(
                        service_id="default",
                        kind="group",
                        title=request.title,
                        last_message=last,
                        message_count=0,
                        read_count=0,
                        updated_at=SERVER_TIME,
                        large=True if is_large else None,
                    ),
                )
            )
        created = await self._create(writes)
        if not created:
            (member_of,) = await self._store.get_many([paths.chat_member(chat_id, uid)], select=())
            if member_of is None:
                raise Refused(
                    "already-exists",
                    CallableReason.UNIQUE_NAME_TAKEN,
                    f"uniqueName: {request.unique_name!r} names a group you are not in; "
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
            if chat is not None and _is_open(chat, service_id):
                return OpenedChat(chat_id, created=False)
            writes = _open_case(
                chat_id,
                chat,
                service_id=service_id,
                person=person,
                by=uid,
                audit=self._ids.new_id(),
            )
            writes += _join_service(service_id, person, user, service_user)
            try:
                await self._store.commit(writes)
            except (Conflict, CommitOutcomeUnknown):
                continue
            return OpenedChat(chat_id, created=chat is None)
        raise Refused(
            "aborted",
            CallableReason.CONTENDED,
            f"case {chat_id} is being changed by others; try again",
        )

    async def _create(self, writes: list[Write]) -> bool:
        """Whether this commit made the chat; False when it was there."""
        try:
            await self._store.commit(writes)
        except Conflict:
            return False
        except CommitOutcomeUnknown:
            # A second try meets our own first one if it was applied; either way the chat is there.
            return await self._create(writes)
        return True

    def _check_staff(self, staff: Snapshot | None, service_id: str) -> None:
        if staff is None or Staff.parse(staff.fields).role not in _OPENERS:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_STAFF,
                f"userId: only owners, admins and agents of {service_id!r} open a case "
                "with somebody",
            )


def _is_open(chat: Snapshot, service_id: str) -> bool:
    held = Chat.parse(chat.fields)
    return held.state == "open" and ids.service_member(service_id) in (held.member_ids or ())


def _open_case(
    chat_id: str, chat: Snapshot | None, *, service_id: str, person: str, by: str, audit: str
) -> list[Write]:
    """Open a case that does not exist yet, or is closed or asleep."""
    members = [person, ids.service_member(service_id)]
    message_id = f"opened-{audit}"
    last = last_message(
        id=message_id, sender_id=ids.SYSTEM_SENDER, preview="", created_at=SERVER_TIME
    )
    opening: Write
    if chat is None:
        opening = Set(
            paths.chat(chat_id),
            chat_fields(
                service_id=service_id,
                kind="case",
                created_by=by,
                created_at=SERVER_TIME,
                state="open",
                member_ids=members,
                member_count=len(members),
                message_count=1,
                last_message=last,
            ),
            MUST_NOT_EXIST,
        )
    else:
        opening = Update(
            paths.chat(chat_id),
            changes.chat_posted(
                last_message=last, message_count=Increment(1), updated_at=SERVER_TIME
            )
            | changes.case_opened(state="open", snoozed_until=DELETE_FIELD)
            | changes.chat_people(member_ids=members, member_count=len(members)),
            UpdatedAt(chat.update_time),
        )
    before = Chat.parse(chat.fields).state if chat is not None else None
    return [
        opening,
        Set(
            paths.message(chat_id, message_id),
            system_message_fields(event=SystemEvent.OPENED, created_at=SERVER_TIME, by=by),
        ),
        Set(
            paths.chat_audit(chat_id, message_id),
            audit_fields(
                action="opened",
                by=by,
                at=SERVER_TIME,
                before={"state": before} if before else None,
                after={"state": "open"},
            ),
        ),
        *(
            Merge(
                paths.chat_member(chat_id, member),
                dict(member_fields(role="member", joined_at=SERVER_TIME)),
            )
            for member in members
        ),
        *(
            Merge(
                paths.user_chat(member, chat_id),
                row_fields(
                    service_id=service_id,
                    kind="case",
                    last_message=last,
                    message_count=Increment(0),
                    read_count=Increment(0),
                    updated_at=SERVER_TIME,
                ),
            )
            for member in members
        ),
    ]


def _join_service(
    service_id: str, person: str, user: Snapshot | None, service_user: Snapshot | None
) -> list[Write]:
    """Whoever opens a case in a service becomes one of its users."""
    writes: list[Write] = []
    if service_user is None:
        writes.append(
            Set(
                paths.service_user(service_id, person),
                service_user_fields(
                    uid=person, user=user.fields if user else {}, created_at=SERVER_TIME
                ),
                MUST_NOT_EXIST,
            )
        )
    if user is not None and service_id not in (User.parse(user.fields).service_ids or ()):
        writes.append(
            Update(paths.user(person), changes.user_service_joined(ArrayUnion((service_id,))))
        )
    return writes
