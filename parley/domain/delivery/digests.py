"""Whether an email tells a person of unread messages, and when. Pure.

A stretch begins with a message that the person has not read. They are told of it once; a new
stretch begins when they have read something, or a week later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schema.addressees import Addressee, UnreadableField
from schema.channel_settings import EmailSettings
from schema.digests import Digest
from schema.push_tokens import PushTokens
from schema.receipts import ReadReceipt
from schema.user_chats import UserChat

FORGOTTEN_AFTER = timedelta(days=7)
"""How long a person who was told and reads nothing is not told again."""

_LONGEST_WAIT = timedelta(days=1)
_MOST_DOUBLINGS = 11


@dataclass(frozen=True, slots=True)
class UnreadChat:
    """A chat with unread messages of others: how many, and when the first one was written.

    ``title`` is None for a chat that the service's staff may not read.
    """

    chat_id: str
    kind: str
    unread: int
    oldest: datetime
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Queue the email, for messages since this time."""

    since: datetime


@dataclass(frozen=True, slots=True)
class LookAgain:
    """Look again at ``due_at``. ``since``: a new stretch begins, which nobody was told of."""

    due_at: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Nothing is left to tell. ``looks_back``: a message may have come while this was decided."""

    looks_back: bool


Verdict = Tell | LookAgain | Forget


def digest_wait(service: Mapping[str, Any] | None) -> timedelta | None:
    """Return how long messages of a service stay unread before an email, None for no emails.

    ``service``: stored fields, with ``email`` among them.
    """
    stored = (service or {}).get("email")
    settings = EmailSettings.parse_or_none(stored) if isinstance(stored, Mapping) else None
    if settings is None or settings.digest_after_minutes is None:
        return None
    return timedelta(minutes=settings.digest_after_minutes)


def agreed_to_digests(record: Mapping[str, Any] | None) -> bool:
    """Return whether a person has an address and said yes to transactional emails.

    Silence is no agreement here: nobody asked for this email when it is sent.
    """
    if record is None or not isinstance(record.get("email"), str) or not record["email"]:
        return False
    try:
        return Addressee(record).consent("email", "transactional") is True
    except UnreadableField:
        return False


def is_told_of(
    chat_id: str, row: UserChat, service_id: str, held: PushTokens | None, now: datetime
) -> bool:
    """Return whether a digest of a service counts this row of the person's chat list.

    Not those of groups above 100, whose rows do not follow their messages; of broadcasts; archived
    or muted ones. ``held`` has the person's mutes.
    """
    until = ((held.muted if held is not None else None) or {}).get(chat_id)
    is_muted = until is True or (isinstance(until, datetime) and until > now)
    return (
        row.service_id == service_id
        and row.kind != "broadcast"
        and row.message_count > row.read_count
        and not (row.large or row.archived or is_muted)
    )


def has_read(digest: Digest, receipts: Iterable[ReadReceipt], *, is_all_read: bool) -> bool:
    """Return whether the person read any of these chats since they were told."""
    told_at = digest.told_at
    if told_at is None:
        return False
    return is_all_read or any(receipt.read_at > told_at for receipt in receipts)


def judge(
    digest: Digest,
    *,
    wait: timedelta,
    unread: Sequence[UnreadChat],
    was_read: bool,
    now: datetime,
) -> Verdict:
    """Return what to do about a digest that is due.

    ``unread``: the chats with unread messages since ``digest.since``, or since the person was told
    if they have read something after that.
    """
    told_at = digest.told_at
    if told_at is not None and not was_read:
        if now >= told_at + FORGOTTEN_AFTER:
            return Forget(looks_back=False)
        doublings = min((digest.looks or 0) + 1, _MOST_DOUBLINGS)
        return LookAgain(now + min(wait * 2**doublings, _LONGEST_WAIT))
    if not unread:
        return Forget(looks_back=True)
    oldest = min(chat.oldest for chat in unread)
    if oldest + wait > now:
        return LookAgain(oldest + wait, since=oldest)
    return Tell(oldest)
