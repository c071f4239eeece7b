"""Who may do what to whom in a group, and the writes of it: join, leave, remove, roles, renaming.

Pure. Owners and admins act on roles below their own. A repeat comes to no writes at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.access import Refused
from parley.domain.chats.chat import (
    Actor,
    Audit,
    News,
    changed_chat,
    not_allowed,
    people_changes,
)
from parley.domain.chats.fan_out import ChatState
from parley.store import SERVER_TIME, Delete, Set, Update, Write
from schema import changes, ids, limits, paths
from schema.chats import MemberRole, member_fields, row_fields
from schema.reasons import CallableReason, SystemEvent

RANK: Mapping[MemberRole, int] = {"member": 0, "admin": 1, "owner": 2}


@dataclass(frozen=True, slots=True)
class Heir:
    """A member who may become the owner when the last one leaves."""

    member: str
    role: MemberRole
    joined_at: datetime


def added(
    state: ChatState, actor: Actor, user_ids: Sequence[str], there: set[str], change_id: str
) -> list[Write]:
    """These people join, but for those who are ``there``. Above 100 members the chat is large."""
    _check_leads(actor, "add members")
    new = [uid for uid in dict.fromkeys(user_ids) if uid not in there]
    if not new:
        return []
    count = _count(state) + len(new)
    is_large = state.is_large or count > limits.SMALL_GROUP
    members = None if state.is_large else [*state.members, *new]
    writes = changed_chat(
        state,
        change_id,
        actor,
        Audit("joined", after={"members": new}),
        news=_joined(new),
        chat=people_changes(state, members, count) | changes.chat_joined(SERVER_TIME),
        grows_large=is_large,
    )
    (shown,) = [one for one in writes if isinstance(one, Update) and "lastMessage" in one.fields]
    row = row_fields(
        service_id=state.service_id,
        kind="group",
        title=state.chat.title,
        last_message=dict(shown.fields)["lastMessage"],
        message_count=0,
        read_count=0,
        large=True if is_large else None,
    )
    member = member_fields(role="member", joined_at=SERVER_TIME)
    writes += [Set(paths.chat_member(state.id, uid), member) for uid in new]
    writes += [Set(paths.user_chat(uid, state.id), row) for uid in new]
    return writes


def removed(
    state: ChatState, actor: Actor, target: str, role: MemberRole | None, change_id: str
) -> list[Write]:
    """``target`` is out, with their row; ``role`` is what they were, None if they are not in it."""
    _check_leads(actor, "remove members")
    if role is None:
        return []
    if target == actor.member:
        raise not_allowed("userId: this is yourself", "call leaveChat")
    _check_below(actor, target, role)
    audit = Audit("removed", before={"member": target, "role": role})
    return _gone(state, actor, target, audit, SystemEvent.REMOVED, change_id)


def left(
    state: ChatState, actor: Actor, *, is_last_owner: bool, heir: Heir | None, change_id: str
) -> list[Write]:
    """The actor leaves; the last owner passes ownership on to ``heir``, if anybody is left."""
    audit = Audit("left", before={"member": actor.member, "role": actor.role})
    if not is_last_owner or heir is None:
        return _gone(state, actor, actor.member, audit, SystemEvent.LEFT, change_id)
    audit = Audit("left", audit.before, after={"owner": heir.member})
    inherits = News(SystemEvent.ROLE, target=heir.member, value="owner")
    writes = _gone(state, actor, actor.member, audit, SystemEvent.LEFT, change_id, inherits)
    return [
        *writes,
        Update(paths.chat_member(state.id, heir.member), changes.member_role("owner")),
    ]


def heir_of(candidates: Sequence[Heir]) -> Heir | None:
    """Of the highest role, a person before a dashboard, who has been in the chat longest."""

    def order(one: Heir) -> tuple[int, bool, datetime, str]:
        is_dashboard = ids.service_of_member(one.member) is not None
        return (-RANK[one.role], is_dashboard, one.joined_at, one.member)

    return min(candidates, key=order, default=None)


def given_role(
    state: ChatState,
    actor: Actor,
    target: str,
    held: MemberRole | None,
    role: MemberRole,
    *,
    is_last_owner: bool,
    change_id: str,
) -> list[Write]:
    """``target`` has ``role`` from now on. ``is_last_owner``: whether they alone own the chat.

    An admin gives nobody a role as high as their own, an owner gives any. Both may step down.
    """
    if held is None:
        raise Refused(
            "failed-precondition",
            CallableReason.NOT_A_MEMBER,
            f"userId: {target} is not in this chat",
            "add them first",
        )
    if target != actor.member:
        _check_leads(actor, "set roles")
    if held == role:
        return []
    if target == actor.member:
        if RANK[role] > RANK[held]:
            raise not_allowed(f"role: you are {held}; nobody raises themselves")
        if is_last_owner:
            raise Refused(
                "failed-precondition",
                CallableReason.LAST_OWNER,
                "role: you are the last owner",
                "make somebody else owner first, or leave",
            )
    else:
        _check_below(actor, target, held)
        if actor.role != "owner" and RANK[role] >= RANK[actor.role]:
            raise not_allowed(f"role: as {actor.role} you give roles below your own alone")
    news = News(SystemEvent.ROLE, target=target, value=role)
    audit = Audit(
        "role", before={"member": target, "role": held}, after={"member": target, "role": role}
    )
    return [
        *changed_chat(state, change_id, actor, audit, news=[news]),
        Update(paths.chat_member(state.id, target), changes.member_role(role)),
    ]


def described(
    state: ChatState, actor: Actor, wanted: Mapping[str, Any], change_id: str
) -> list[Write]:
    """Title, topic or attributes, by their stored names; a new title is told to everybody."""
    _check_leads(actor, "change the chat")
    held = state.chat.fields()
    new: changes.Changes = {
        name: value for name, value in wanted.items() if held.get(name) != value
    }
    if not new:
        return []
    title = new.get("title")
    before = {name: value for name, value in held.items() if name in new}
    return changed_chat(
        state,
        change_id,
        actor,
        Audit("renamed" if title is not None else "described", before or None, new),
        news=[] if title is None else [News(SystemEvent.RENAMED, value=title)],
        chat=new,
        title=title,
    )


def _gone(
    state: ChatState,
    actor: Actor,
    member: str,
    audit: Audit,
    event: SystemEvent,
    change_id: str,
    *more: News,
) -> list[Write]:
    """A member's document and row go with the chat's count, in one commit."""
    staying = None if state.is_large else [one for one in state.members if one != member]
    return [
        *changed_chat(
            state,
            change_id,
            actor,
            audit,
            news=[News(event, target=member), *more],
            chat=people_changes(state, staying, max(0, _count(state) - 1)),
            rows_of=staying,
        ),
        Delete(paths.chat_member(state.id, member)),
        Delete(paths.user_chat(member, state.id)),
    ]


def _joined(new: Sequence[str]) -> list[News]:
    if len(new) > limits.JOINED_NAMED:
        return [News(SystemEvent.JOINED, value=str(len(new)))]
    return [News(SystemEvent.JOINED, target=uid, is_pushed=True) for uid in new]


def _count(state: ChatState) -> int:
    return state.chat.member_count or len(state.members)


def _check_leads(actor: Actor, act: str) -> None:
    if RANK[actor.role] < RANK["admin"]:
        raise not_allowed(f"only owners and admins of a chat {act}; you are {actor.role}")


def _check_below(actor: Actor, target: str, role: MemberRole) -> None:
    if RANK[role] >= RANK[actor.role]:
        raise not_allowed(f"userId: {target} is {role}; as {actor.role} you act on roles below")
