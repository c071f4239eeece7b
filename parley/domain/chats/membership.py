"""Membership of groups: adding, removing and leaving, roles, titles and topics.

Pure. Owners and admins act on members of lower roles. A repeated request returns no writes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.access import RefusalKind, Refused, forbidden
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
from parley.domain.chats.invitations import (
    answer,
    invitation_writes,
    invited_messages,
    ring_writes,
)
from parley.domain.chats.joining import Adder, Joiners, are_named
from parley.store import DELETE_FIELD, SERVER_TIME, Delete, Set, Update, Write
from schema import ids, limits, paths
from schema.chat_history import reads_from
from schema.chats import chat_patch, unopened_patch
from schema.memberships import Member, MemberRole, member_fields, member_patch, past_member_fields
from schema.reasons import CallableReason, SystemEvent
from schema.user_chats import row_fields

RANK: dict[MemberRole, int] = {"member": 0, "admin": 1, "owner": 2}


@dataclass(frozen=True, slots=True)
class Heir:
    """A candidate for ownership when the last owner leaves.

    ``is_willing``: they came of their own will, and were not added by somebody else.
    """

    member: str
    role: MemberRole
    joined_at: datetime
    is_willing: bool


def add_members(
    state: ChatState, actor: Actor, adder: Adder, joiners: Joiners, change_id: str
) -> list[Write]:
    """Add and invite people who are no members; above 100 members the chat becomes large."""
    added, invites = list(joiners.added), joiners.invites
    if not added and not invites:
        return []
    count = member_count(state) + len(added)
    is_large = state.is_large or count > limits.SMALL_GROUP
    listed = None if state.is_large else [*state.members, *added]
    patch: dict[Any, Any] = {}
    if added:
        patch |= members_patch(state, listed, count) | chat_patch(last_joined_at=SERVER_TIME)
    if invites:
        patch |= chat_patch(has_invited=True)
    if adder.is_quiet and not is_large:
        patch |= unopened_patch(added, SERVER_TIME)
    invited = [invite.uid for invite in invites]
    messages = [
        *invited_messages(invites),
        *(_joined_messages(added, joiners.rung) if added else ()),
    ]
    writes = change_chat(
        state,
        change_id,
        actor,
        Audit(
            "joined" if added else "invited",
            after=({"members": added} if added else {}) | ({"invited": invited} if invited else {}),
        ),
        messages=messages,
        patch=patch,
        grows_large=is_large,
    )
    last = shown_last_message(writes, f"invited-{change_id}")
    row = row_fields(
        service_id=state.service_id,
        kind="group",
        title=state.chat.title,
        last_message=last,
        message_count=0,
        read_count=0,
        large=True if is_large else None,
    )
    member = member_fields(
        role="member",
        joined_at=SERVER_TIME,
        reads_from=reads_from(state.chat.history_for, SERVER_TIME),
        unopened=SERVER_TIME if adder.is_quiet and is_large else None,
        added_by=actor.member,
    )
    writes += [Set(paths.chat_member(state.id, uid), member) for uid in added]
    writes += [Set(paths.user_chat(uid, state.id), row) for uid in added]
    writes += [answer(state.id, uid) for uid in added if uid in joiners.answered]
    writes += ring_writes(actor.member, joiners.rings)
    return writes + invitation_writes(
        state.id,
        service_id=state.service_id,
        title=state.chat.title,
        history_for=state.chat.history_for,
        by=actor.member,
        invites=invites,
        last=last,
    )


def remove_member(
    state: ChatState, actor: Actor, target: str, standing: Member | None, change_id: str
) -> list[Write]:
    """Remove ``target`` and their row; ``standing`` is None for non-members."""
    require_admin(actor, "remove members")
    if standing is None:
        return []
    if target == actor.member:
        raise forbidden("userId: this is yourself", "call leaveChat")
    _require_lower(actor, target, standing.role)
    audit = Audit("removed", before={"member": target, "role": standing.role})
    return _remove(state, actor, target, standing, audit, SystemEvent.REMOVED, change_id)


def leave_chat(
    state: ChatState, actor: Actor, *, is_last_owner: bool, heir: Heir | None, change_id: str
) -> list[Write]:
    """Remove the actor; ``heir``, if there is one, takes over from the last owner."""
    audit = Audit("left", before={"member": actor.member, "role": actor.role})
    if not is_last_owner or heir is None:
        return _remove(
            state, actor, actor.member, actor.standing, audit, SystemEvent.LEFT, change_id
        )
    audit = Audit("left", audit.before, after={"owner": heir.member})
    inherited = SystemMessage(SystemEvent.ROLE, target=heir.member, value="owner")
    writes = _remove(
        state, actor, actor.member, actor.standing, audit, SystemEvent.LEFT, change_id, inherited
    )
    return [
        *writes,
        Update(paths.chat_member(state.id, heir.member), member_patch(role="owner")),
    ]


def in_order_of_inheritance(candidates: Sequence[Heir]) -> list[Heir]:
    """Return the candidates, the first heir first.

    The highest role comes first, then people before dashboards, then the joining time.
    """

    def order(candidate: Heir) -> tuple[int, bool, datetime, str]:
        is_dashboard = ids.service_of_member(candidate.member) is not None
        return (-RANK[candidate.role], is_dashboard, candidate.joined_at, candidate.member)

    return sorted(candidates, key=order)


def set_role(
    state: ChatState,
    actor: Actor,
    target: str,
    current: MemberRole | None,
    role: MemberRole,
    *,
    is_last_owner: bool,
    change_id: str,
) -> list[Write]:
    """Change the role of ``target``; ``is_last_owner`` tells whether they are the only owner.

    Owners give any role, admins only roles below their own. Both may step down.
    """
    if current is None:
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.NOT_A_MEMBER,
            f"userId: {target} is not in this chat",
            "add them first",
        )
    if target != actor.member:
        require_admin(actor, "set roles")
    if current == role:
        return []
    if target == actor.member:
        _check_step_down(current, role, is_last_owner=is_last_owner)
    else:
        _require_lower(actor, target, current)
        if actor.role != "owner" and RANK[role] >= RANK[actor.role]:
            raise forbidden(f"role: as {actor.role} you give only roles below your own")
    message = SystemMessage(SystemEvent.ROLE, target=target, value=role)
    audit = Audit(
        "role", before={"member": target, "role": current}, after={"member": target, "role": role}
    )
    return [
        *change_chat(state, change_id, actor, audit, messages=[message]),
        Update(paths.chat_member(state.id, target), member_patch(role=role)),
    ]


def _remove(
    state: ChatState,
    actor: Actor,
    member: str,
    standing: Member | None,
    audit: Audit,
    event: SystemEvent,
    change_id: str,
    *more: SystemMessage,
) -> list[Write]:
    """Delete a member's document and row, and update the chat's members, in one commit.

    What a person could do is kept, and no campaign adds them again.
    """
    remaining = None if state.is_large else [uid for uid in state.members if uid != member]
    patch: dict[Any, Any] = {**members_patch(state, remaining, max(0, member_count(state) - 1))}
    patch |= chat_patch(has_past=True)
    if member in (state.chat.unopened or {}):
        patch |= unopened_patch([member], DELETE_FIELD)
    return [
        *change_chat(
            state,
            change_id,
            actor,
            audit,
            messages=[SystemMessage(event, target=member), *more],
            patch=patch,
            rows_of=remaining,
        ),
        Delete(paths.chat_member(state.id, member)),
        Delete(paths.user_chat(member, state.id)),
        *_past(state, actor, member, standing),
    ]


def _past(state: ChatState, actor: Actor, member: str, standing: Member | None) -> list[Write]:
    """Return the record of a person's membership that ends; a dashboard has none."""
    if ids.service_of_member(member) is not None:
        return []
    past = past_member_fields(
        left_at=SERVER_TIME,
        by=actor.member,
        can_post=None if standing is None else standing.can_post,
        muted_until=None if standing is None else standing.muted_until,
    )
    return [Set(paths.past_member(state.id, member), past)]


def _joined_messages(new: Sequence[str], rung: Collection[str]) -> list[SystemMessage]:
    if not are_named(new):
        return [SystemMessage(SystemEvent.JOINED, value=str(len(new)))]
    return [SystemMessage(SystemEvent.JOINED, target=uid, is_pushed=uid in rung) for uid in new]


def _check_step_down(current: MemberRole, role: MemberRole, *, is_last_owner: bool) -> None:
    if RANK[role] > RANK[current]:
        raise forbidden(f"role: you are {current}; you cannot raise your own role")
    if is_last_owner:
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.LAST_OWNER,
            "role: you are the last owner",
            "make somebody else owner first, or leave",
        )


def require_admin(actor: Actor, action: str) -> None:
    """Refuse members of lower roles."""
    if RANK[actor.role] < RANK["admin"]:
        raise forbidden(f"only owners and admins of a chat {action}; you are {actor.role}")


def _require_lower(actor: Actor, target: str, role: MemberRole) -> None:
    if RANK[role] >= RANK[actor.role]:
        raise forbidden(f"userId: {target} is {role}; as {actor.role} you act only on lower roles")
