"""What opening a chat writes: the one commit of each kind, with rows, system message and audit.

Pure. The chat's must-not-exist, or its ``update_time`` where it is there, decides who was first.
"""

from __future__ import annotations

from parley.domain.requests import CreateGroup
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    Increment,
    Merge,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from schema import changes, ids, limits, paths
from schema.audit import audit_fields
from schema.chats import Chat, MemberRole, chat_fields, last_message, member_fields, row_fields
from schema.messages import system_message_fields
from schema.reasons import SystemEvent
from schema.users import User, service_user_fields


def direct_chat(chat_id: str, *, by: str, members: tuple[str, str]) -> list[Write]:
    """A direct chat, just as a client writes one; rows come with its first message."""
    return [
        Set(
            paths.chat(chat_id),
            chat_fields(
                service_id=ids.DEFAULT_SERVICE, kind="direct", created_by=by, created_at=SERVER_TIME
            ),
            MUST_NOT_EXIST,
        ),
        *(_member(chat_id, member, "member") for member in members),
    ]


def group_chat(chat_id: str, *, owner: str, request: CreateGroup) -> list[Write]:
    """A group of its owner and those whom the request names, each once."""
    members = list(dict.fromkeys([owner, *request.user_ids]))
    is_large = len(members) > limits.SMALL_GROUP
    large = True if is_large else None
    message_id = f"created-{chat_id}"
    last = _system_last_message(message_id)
    row = row_fields(
        service_id=ids.DEFAULT_SERVICE,
        kind="group",
        title=request.title,
        last_message=last,
        message_count=0,
        read_count=0,
        large=large,
    )
    return [
        Set(
            paths.chat(chat_id),
            chat_fields(
                service_id=ids.DEFAULT_SERVICE,
                kind="group",
                created_by=owner,
                created_at=SERVER_TIME,
                title=request.title,
                topic=request.topic,
                attributes=request.attributes,
                unique_name=request.unique_name,
                member_ids=None if is_large else members,
                member_count=len(members),
                message_count=1,
                last_message=last,
                large=large,
            ),
            MUST_NOT_EXIST,
        ),
        Set(
            paths.message(chat_id, message_id),
            system_message_fields(
                event=SystemEvent.CREATED, created_at=SERVER_TIME, by=owner, value=request.title
            ),
        ),
        Set(
            paths.chat_audit(chat_id, "created"),
            audit_fields(action="created", by=owner, at=SERVER_TIME),
        ),
        *(_member(chat_id, member, "owner" if member == owner else "member") for member in members),
        *(Set(paths.user_chat(member, chat_id), row) for member in members),
    ]


def is_open_case(chat: Snapshot, service_id: str) -> bool:
    """Whether the case is open and the dashboard is in it."""
    held = Chat.parse(chat.fields)
    return held.state == "open" and ids.service_member(service_id) in (held.member_ids or ())


def opened_case(
    chat_id: str,
    chat: Snapshot | None,
    *,
    service_id: str,
    service_name: str,
    person: str,
    by: str,
    opening_id: str,
) -> list[Write]:
    """A case that did not exist, or was closed or asleep, is open.

    Of a case that is there only the dashboard's membership is written, which went when it closed:
    the person's holds whether they may post.
    ``opening_id`` is drawn for each opening: a case is opened many times in its life. Who of the
    staff opened it stands in the audit alone: the person is told of the dashboard.
    """
    dashboard = ids.service_member(service_id)
    members = [person, dashboard]
    shown = person if by == person else dashboard
    message_id = f"opened-{opening_id}"
    last = _system_last_message(message_id)
    return [
        _case_itself(chat_id, chat, service_id, service_name, members, shown, last),
        Set(
            paths.message(chat_id, message_id),
            system_message_fields(event=SystemEvent.OPENED, created_at=SERVER_TIME, by=shown),
        ),
        Set(
            paths.chat_audit(chat_id, message_id),
            audit_fields(
                action="opened",
                by=by,
                at=SERVER_TIME,
                before=_state(chat),
                after={"state": "open"},
            ),
        ),
        *(
            _member(chat_id, member, "member")
            for member in (members if chat is None else [dashboard])
        ),
        *(
            Merge(
                paths.user_chat(member, chat_id),
                row_fields(
                    service_id=service_id,
                    kind="case",
                    title=None if member == dashboard else service_name,
                    other_uid=person if member == dashboard else None,
                    last_message=last,
                    message_count=Increment(0),
                    read_count=Increment(0),
                ),
            )
            for member in members
        ),
    ]


def joined_service(
    service_id: str, person: str, user: Snapshot | None, service_user: Snapshot | None
) -> list[Write]:
    """Whoever opens a case in a service becomes one of its users."""
    writes: list[Write] = []
    if service_user is None:
        known = user.fields if user is not None else {}
        fields = service_user_fields(uid=person, user=known, created_at=SERVER_TIME)
        writes.append(Set(paths.service_user(service_id, person), fields, MUST_NOT_EXIST))
    if user is not None and service_id not in (User.parse(user.fields).service_ids or ()):
        joined = changes.user_service_joined(ArrayUnion((service_id,)))
        writes.append(Update(paths.user(person), joined))
    return writes


def _case_itself(
    chat_id: str,
    chat: Snapshot | None,
    service_id: str,
    service_name: str,
    members: list[str],
    by: str,
    last: dict[str, object],
) -> Write:
    if chat is None:
        fields = chat_fields(
            service_id=service_id,
            kind="case",
            created_by=by,
            created_at=SERVER_TIME,
            state="open",
            title=service_name,
            member_ids=members,
            member_count=len(members),
            message_count=1,
            last_message=last,
        )
        return Set(paths.chat(chat_id), fields, MUST_NOT_EXIST)
    return Update(
        paths.chat(chat_id),
        changes.chat_posted(last_message=last, message_count=Increment(1))
        | changes.case_state(state="open", snoozed_until=DELETE_FIELD)
        | changes.chat_people(member_ids=members, member_count=len(members)),
        UpdatedAt(chat.update_time),
    )


def _state(chat: Snapshot | None) -> dict[str, str] | None:
    state = Chat.parse(chat.fields).state if chat is not None else None
    return {"state": state} if state is not None else None


def _member(chat_id: str, member: str, role: MemberRole) -> Set:
    fields = member_fields(role=role, joined_at=SERVER_TIME)
    return Set(paths.chat_member(chat_id, member), fields)


def _system_last_message(message_id: str) -> dict[str, object]:
    """Lists show a system message by its event, which a client reads in its own language."""
    return last_message(
        id=message_id, sender_id=ids.SYSTEM_SENDER, preview="", created_at=SERVER_TIME
    )
