"""The commit that opens a chat: the chat, its members, rows, system message and audit entry.

Pure. A must-not-exist precondition on the chat, or the ``update_time`` of an existing case, orders
callers that open the same chat at once.
"""

from __future__ import annotations

from parley.domain.chats.case_rows import case_row
from parley.domain.chats.chat import system_message_writes
from parley.domain.chats.invitations import invitation_writes, invited_messages
from parley.domain.chats.joining import Adder, Joiners
from parley.domain.chats.system_lines import system_last_message
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
from schema import ids, limits, paths
from schema.audit import audit_fields
from schema.chats import Chat, chat_fields, chat_patch
from schema.memberships import MemberRole, member_fields
from schema.messages import system_message_fields
from schema.patches import Patch
from schema.reasons import SystemEvent
from schema.user_chats import case_row_patch, row_fields
from schema.users import User, service_user_fields, user_patch


def direct_chat(chat_id: str, *, by: str, members: tuple[str, str]) -> list[Write]:
    """Return a direct chat as clients write one; the first message adds the rows."""
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


def group_chat(
    chat_id: str, *, owner: str, request: CreateGroup, adder: Adder, joiners: Joiners
) -> list[Write]:
    """Return a group of its owner and the people who are added, with the invitations of others."""
    members = [owner, *joiners.added]
    is_large = len(members) > limits.SMALL_GROUP
    large = True if is_large else None
    message_id = f"created-{chat_id}"
    said = invited_messages(joiners.invites)
    # In the order of their ids, since they have one time.
    told = [(f"invited-{chat_id}-{number:02d}", message) for number, message in enumerate(said)]
    last = system_last_message(told[-1][0] if told else message_id)
    is_unopened = adder.is_quiet and bool(joiners.added)
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
                message_count=1 + len(told),
                last_message=last,
                large=large,
                history_for=request.history_for,
                has_past=False,
                has_invited=True if joiners.invites else None,
                unopened=dict.fromkeys(joiners.added, SERVER_TIME)
                if is_unopened and not is_large
                else None,
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
        *(
            write
            for name, message in told
            for write in system_message_writes(chat_id, name, message, by=owner)
        ),
        _member(chat_id, owner, "owner"),
        *(
            _member(chat_id, member, "member", unopened=is_unopened and is_large, added_by=owner)
            for member in joiners.added
        ),
        *(Set(paths.user_chat(member, chat_id), row) for member in members),
        *invitation_writes(
            chat_id,
            service_id=ids.DEFAULT_SERVICE,
            title=request.title,
            history_for=request.history_for,
            by=owner,
            invites=joiners.invites,
            last=last,
        ),
    ]


def is_open_case(chat: Snapshot, service_id: str) -> bool:
    """Return whether the case is open with the dashboard as a member."""
    case = Chat.parse(chat.fields)
    return case.state == "open" and ids.service_member(service_id) in (case.member_ids or ())


def may_open_case(service: Snapshot, chat: Snapshot | None, service_user: Snapshot | None) -> bool:
    """Return whether a person may open a case: anybody, or users and those who have one already."""
    if service.fields.get("casePolicy") != "users":
        return True
    return service_user is not None or chat is not None


def open_case(
    chat_id: str,
    chat: Snapshot | None,
    *,
    service_id: str,
    service_name: str,
    person: str,
    by: str,
    opening_id: str,
) -> list[Write]:
    """Open a case that does not exist yet, is closed or is snoozed.

    Reopening writes only the dashboard's membership, which closing deleted. The person's own
    membership stays, since it holds whether they may post. ``opening_id`` is drawn per opening,
    because a case is opened many times. The system message names the dashboard; only the audit
    entry names the staff member.
    """
    dashboard = ids.service_member(service_id)
    members = [person, dashboard]
    shown = person if by == person else dashboard
    message_id = f"opened-{opening_id}"
    last = system_last_message(message_id)
    return [
        _case_write(chat_id, chat, service_id, service_name, members, shown, last),
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
                before=_state_before(chat),
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
                )
                | (_of_views(chat, dashboard, last) if member == dashboard else {}),
            )
            for member in members
        ),
    ]


def join_service(
    service_id: str, person: str, user: Snapshot | None, service_user: Snapshot | None
) -> list[Write]:
    """Make the person a user of the service in which they open a case."""
    writes: list[Write] = []
    if service_user is None:
        known = user.fields if user is not None else {}
        fields = service_user_fields(uid=person, user=known, created_at=SERVER_TIME)
        writes.append(Set(paths.service_user(service_id, person), fields, MUST_NOT_EXIST))
    if user is not None and service_id not in (User.parse(user.fields).service_ids or ()):
        patch = user_patch(service_ids=ArrayUnion((service_id,)))
        writes.append(Update(paths.user(person), patch))
    return writes


def _case_write(
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
            state_at=SERVER_TIME,
            title=service_name,
            member_ids=members,
            member_count=len(members),
            message_count=1,
            last_message=last,
        )
        return Set(paths.chat(chat_id), fields, MUST_NOT_EXIST)
    return Update(
        paths.chat(chat_id),
        chat_patch(
            last_message=last,
            message_count=Increment(1),
            state="open",
            state_at=SERVER_TIME,
            snoozed_until=DELETE_FIELD,
            member_ids=members,
            member_count=len(members),
        ),
        UpdatedAt(chat.update_time),
    )


def _of_views(chat: Snapshot | None, dashboard: str, last: dict[str, object]) -> Patch:
    if chat is None:
        return case_row_patch(assignee_id=None)
    return case_row(Chat.parse(chat.fields), dashboard, last, 0)


def _state_before(chat: Snapshot | None) -> dict[str, str] | None:
    state = Chat.parse(chat.fields).state if chat is not None else None
    return {"state": state} if state is not None else None


def _member(
    chat_id: str,
    member: str,
    role: MemberRole,
    *,
    unopened: bool = False,
    added_by: str | None = None,
) -> Set:
    fields = member_fields(
        role=role,
        joined_at=SERVER_TIME,
        unopened=SERVER_TIME if unopened else None,
        added_by=added_by,
    )
    return Set(paths.chat_member(chat_id, member), fields)
