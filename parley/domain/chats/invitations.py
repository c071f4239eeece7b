"""Invitations to a group: written, accepted, declined and withdrawn. Pure.

All of it changes the chat under its ``update_time``, so that what happens at once to one invitation
happens in some order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from parley.domain.chats.chat import (
    Actor,
    Audit,
    SystemMessage,
    change_chat,
    member_count,
    members_patch,
    shown_last_message,
)
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.joining import Invite, Ring, are_named
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Delete,
    Merge,
    Set,
    Update,
    UpdatedAt,
    Write,
)
from schema import chat_history, limits, paths
from schema.chat_history import HistoryFor
from schema.chats import chat_patch
from schema.chats import rang_patch as rang_in_chat_patch
from schema.invitations import (
    answered_patch,
    first_ring_fields,
    invitations_fields,
    invited_patch,
    rang_patch,
)
from schema.memberships import PastMember, member_fields, past_member_fields
from schema.reasons import SystemEvent
from schema.user_chats import row_fields


def invitation_writes(
    chat_id: str,
    *,
    service_id: str,
    title: str | None,
    history_for: HistoryFor | None,
    by: str,
    invites: Sequence[Invite],
    last: Mapping[str, Any],
) -> list[Write]:
    """Return each invited person's row, the note of the invitation, and the rows that give way.

    Where new members read nothing of before, invited people read from their invitation on, and
    go on from there as members.
    """
    row = row_fields(
        service_id=service_id,
        kind="group",
        title=title,
        last_message=dict(last),
        message_count=0,
        read_count=0,
        invited=True,
        invited_by=by,
        reads_from=chat_history.reads_from(history_for, SERVER_TIME),
    )
    writes: list[Write] = [
        Set(paths.user_chat(invite.uid, chat_id), row) for invite in invites if not invite.is_hidden
    ]
    writes += [
        Delete(paths.user_chat(invite.uid, invite.gives_way), UpdatedAt(invite.withdrawn_at))
        for invite in invites
        if invite.gives_way is not None and invite.withdrawn_at is not None
    ]
    return writes + [_note(chat_id, by, invite) for invite in invites]


def _note(chat_id: str, by: str, invite: Invite) -> Write:
    """Note an invitation under its fence: a phone rings once however many groups ask at once."""
    path = paths.invitations(invite.uid)
    if invite.noted_at is None:
        fields = invitations_fields(
            chat_id, by=by, at=SERVER_TIME, hidden=invite.is_hidden, rings=invite.rings
        )
        return Set(path, fields, MUST_NOT_EXIST)
    patch = invited_patch(
        chat_id,
        by=by,
        at=SERVER_TIME,
        hidden=invite.is_hidden,
        rings=invite.rings,
        forgotten=invite.forgotten,
        delete_field=DELETE_FIELD,
    )
    return Update(path, patch, UpdatedAt(invite.noted_at))


def ring_writes(by: str, rings: Sequence[Ring]) -> list[Write]:
    """Return the notes of additions that ring people who have not answered, under their fences."""
    return [_ring_note(by, ring) for ring in rings if ring.is_noted]


def _ring_note(by: str, ring: Ring) -> Write:
    person, contact = ring.person, ring.person.contact
    if contact is not None:
        fence = UpdatedAt(contact.changed_at)
        return Update(paths.chat(contact.chat_id), rang_in_chat_patch(by, SERVER_TIME), fence)
    path = paths.invitations(person.uid)
    if person.noted_at is None:
        return Set(path, first_ring_fields(by, SERVER_TIME), MUST_NOT_EXIST)
    patch = rang_patch(by, SERVER_TIME, forgotten=ring.forgotten, delete_field=DELETE_FIELD)
    return Update(path, patch, UpdatedAt(person.noted_at))


def invited_messages(invites: Sequence[Invite]) -> list[SystemMessage]:
    """Return what the group is told: everybody who may read it from now on, hidden ones alike.

    Above 20 people it is one line for all of them, and nobody is rung.
    """
    if not are_named(invites):
        uids = [invite.uid for invite in invites]
        return [SystemMessage(SystemEvent.INVITED, value=str(len(uids)), targets=uids)]
    return [
        SystemMessage(SystemEvent.INVITED, target=invite.uid, is_pushed=invite.rings)
        for invite in invites
    ]


def accept_invitation(
    state: ChatState,
    uid: str,
    *,
    by: str,
    past: PastMember | None,
    reads_from: datetime | None,
    change_id: str,
) -> list[Write]:
    """Make an invited person a member, with the silence that they left with.

    ``reads_from``: the invitation's.
    """
    count = member_count(state) + 1
    is_large = state.is_large or count > limits.SMALL_GROUP
    listed = None if state.is_large else [*state.members, uid]
    writes = change_chat(
        state,
        change_id,
        Actor(uid, uid, "member"),
        Audit("joined", before={"inviter": by}, after={"members": [uid]}),
        messages=[SystemMessage(SystemEvent.JOINED, target=uid)],
        patch=members_patch(state, listed, count) | chat_patch(last_joined_at=SERVER_TIME),
        grows_large=is_large,
    )
    row = row_fields(
        service_id=state.service_id,
        kind="group",
        title=state.chat.title,
        last_message=shown_last_message(writes, f"joined-{change_id}"),
        message_count=0,
        read_count=0,
        large=True if is_large else None,
    )
    member = member_fields(
        role="member",
        joined_at=SERVER_TIME,
        can_post=None if past is None or past.can_post is not False else False,
        muted_until=None if past is None else past.muted_until,
        reads_from=reads_from,
    )
    return [
        *writes,
        Set(paths.chat_member(state.id, uid), member),
        Set(paths.user_chat(uid, state.id), row),
        answer(state.id, uid, accepted=by),
    ]


def end_invitation(
    state: ChatState, uid: str, actor: Actor, change_id: str, *, declined: str | None = None
) -> list[Write]:
    """Take an invitation back, or decline that of ``declined``.

    Nobody is told, and it is remembered.
    """
    action = "withdrawn" if declined is None else "declined"
    return [
        *change_chat(
            state,
            change_id,
            actor,
            Audit(action, before={"invited": uid}),
            patch=chat_patch(has_past=True),
        ),
        Delete(paths.user_chat(uid, state.id)),
        # What an earlier membership ended with stays.
        Merge(
            paths.past_member(state.id, uid),
            past_member_fields(left_at=SERVER_TIME, by=actor.member),
        ),
        answer(state.id, uid, declined=declined),
    ]


def lapse_invitation(state: ChatState, uid: str, change_id: str) -> list[Write]:
    """Take away an invitation that holds no more, since its inviter may invite nobody now."""
    actor = Actor(uid, uid, "member")
    return [
        *change_chat(state, change_id, actor, Audit("lapsed", before={"invited": uid})),
        Delete(paths.user_chat(uid, state.id)),
        answer(state.id, uid),
    ]


def answer(
    chat_id: str, uid: str, *, accepted: str | None = None, declined: str | None = None
) -> Merge:
    """Return the write that takes an invitation out of what waits for a person's answer."""
    patch = answered_patch(
        chat_id,
        accepted=accepted,
        declined=declined,
        at=SERVER_TIME,
        delete_field=DELETE_FIELD,
    )
    return Merge(paths.invitations(uid), patch)
