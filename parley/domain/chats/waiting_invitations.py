"""What waits for one person's answer: how much of it, since when, and who may ring them. Pure.

A bound never turns a newcomer away: what it leaves no room for is the oldest of those who take most
of it. So nobody keeps others from a person by what they send themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from schema import limits
from schema.invitations import Forgotten, Invitation, Invitations

_KEPT = timedelta(days=limits.INVITATION_DAYS)
_INVITER_AGE = timedelta(days=limits.INVITER_DAYS)
_RINGING_PAUSE = timedelta(hours=limits.RINGING_PAUSE_HOURS)


def has_rung_lately(rang_at: datetime | None, now: datetime) -> bool:
    """Return whether an inviter whom the person has not answered rings no second time yet."""
    return rang_at is not None and rang_at > now - _INVITER_AGE


def last_invitation(held: Invitations, chat_id: str, now: datetime) -> Invitation | None:
    """Return the newest invitation to a chat, as its inviters know it: hidden ones are like others.

    None if there is none, or an old one.
    """
    found = [one[chat_id] for one in (held.pending, held.hidden) if chat_id in one]
    newest = max(found, key=lambda one: one.at, default=None)
    return None if newest is None or _is_old(newest, now) else newest


def given_way(
    waiting: Mapping[str, Invitation], chat_id: str, inviter: str, now: datetime
) -> str | None:
    """Return the chat whose invitation gives way to this one; None if there is room.

    The inviter's own oldest, if they have as many as one may; else one that has waited for long;
    else, of a full list, the oldest of those who have most in it.
    """
    others = {chat: one for chat, one in waiting.items() if chat != chat_id}
    own = [chat for chat, one in others.items() if one.by == inviter]
    if len(own) >= limits.PENDING_FROM_ONE:
        return _oldest(own, others)
    old = [chat for chat, one in others.items() if _is_old(one, now)]
    if old:
        return _oldest(old, others)
    if len(others) < limits.PENDING_INVITATIONS:
        return None
    counts = Counter(one.by for one in others.values())
    most = max(counts.values())
    return _oldest((chat for chat, one in others.items() if counts[one.by] == most), others)


def may_ring(held: Invitations, inviter: str, now: datetime) -> bool:
    """Return whether the phone rings for this inviter.

    One rings once in some days. So do ten in all whom the person has not answered; above that one
    rings in some hours, so that those ten silence nobody for days.
    """
    recent = _recent(held.rang, now)
    if inviter in recent:
        return False
    unanswered = [
        at for who, at in recent.items() if who not in held.declined or held.declined[who] < at
    ]
    is_few = len(unanswered) < limits.RINGING_INVITERS
    return is_few or max(unanswered) <= now - _RINGING_PAUSE


def forgotten_rings(held: Invitations, now: datetime) -> Forgotten:
    """Return whose rings, and whose declined invitations, are kept no longer.

    They are too old to be asked for, or make room for one more.
    """
    recent = _recent(held.rang, now)
    newest = sorted(recent, key=lambda who: (recent[who], who))[-limits.RINGS_KEPT + 1 :]
    return {
        "rang": [who for who in held.rang if who not in newest],
        "declined": [who for who in held.declined if who not in newest],
    }


def _is_old(invitation: Invitation, now: datetime) -> bool:
    return invitation.at <= now - _KEPT


def _recent(rang: Mapping[str, datetime], now: datetime) -> dict[str, datetime]:
    return {who: at for who, at in rang.items() if has_rung_lately(at, now)}


def _oldest(chats: Iterable[str], waiting: Mapping[str, Invitation]) -> str:
    return min(chats, key=lambda chat: (waiting[chat].at, chat))
