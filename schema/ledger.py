"""Lenient models of campaign statuses and batches: one bad document stops no other.

Only the server writes them, but it may have been another version, or a person in the console. A
field that cannot be read counts as missing; a document in an unknown state is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schema.batches import DEFAULT_KIND, awaits_fallback
from schema.reasons import CampaignState, RecipientReason, RecipientState
from schema.recipients import empty_counts, recipient_fields

_RECIPIENT_STATES = frozenset(map(str, RecipientState))

Recipients = dict[str, dict[str, Any]]
"""A batch's recipients by uid, as stored."""


def sends_sms(status: Mapping[str, Any]) -> bool:
    """Return whether a campaign with this stored status sends SMS."""
    channels = status.get("channels")
    return isinstance(channels, list) and "sms" in channels


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """A ``CampaignStatus`` as stored; ``state`` is None if this version does not know it."""

    state: CampaignState | None
    audience_count: int | None
    counts: Mapping[str, int] | None
    skipped_by: Mapping[str, int]
    failed_by: Mapping[str, int]
    notice: str | None
    has_error: bool
    answered_at: datetime | None
    expire_at: datetime | None
    wake_at: datetime | None
    updated_at: datetime | None
    nudges: int
    falls_back: bool
    sends_sms: bool
    started_at: datetime | None
    curve: Mapping[str, Sequence[int]]
    """As stored in ``CampaignStatus``; empty if there is none, or none that can be read."""

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> StoredStatus:
        """Read the fields; raise nothing."""
        counts = numbers(fields.get("counts"))
        notice = fields.get("notice")
        return cls(
            state=_state(fields.get("state")),
            audience_count=_number(fields.get("audienceCount")),
            counts=counts if counts.keys() == empty_counts().keys() else None,
            skipped_by=numbers(fields.get("skippedBy")),
            failed_by=numbers(fields.get("failedBy")),
            notice=notice if isinstance(notice, str) else None,
            has_error=fields.get("error") is not None,
            answered_at=_time(fields.get("answeredAt")),
            expire_at=_time(fields.get("expireAt")),
            wake_at=_time(fields.get("wakeAt")),
            updated_at=_time(fields.get("updatedAt")),
            nudges=_number(fields.get("nudges")) or 0,
            falls_back=fields.get("fallsBack") is True,
            sends_sms=sends_sms(fields),
            started_at=_time(fields.get("startedAt")),
            curve=_curve(fields.get("curve")),
        )


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """A ``Batch`` as stored; a recipient with an unreadable entry has failed.

    ``planned`` are the uids still to be decided, in order. ``awaits_more``: somebody in it is being
    sent to, or awaits another channel.
    """

    service_id: str
    state: str
    recipients: Recipients
    kind: str = DEFAULT_KIND
    lane: int = 0
    chat_id: str | None = None
    sent_at: datetime | None = None
    is_push_claimed: bool = False
    awaits_more: bool = False
    planned: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, fields: Mapping[str, Any], now: datetime) -> StoredBatch:
        """Read the fields; raise nothing. Unreadable entries fail at ``now``."""
        held = fields.get("recipients")
        recipients: Recipients = {
            uid: entry if _is_recipient(entry) else _unreadable(now)
            for uid, entry in (held.items() if isinstance(held, Mapping) else ())
        }
        order = fields.get("uids")
        listed = order if isinstance(order, list) else []
        uids = [uid for uid in listed if isinstance(uid, str) and uid in recipients]
        return cls(
            service_id=str(fields.get("serviceId") or ""),
            state=str(fields.get("state")),
            recipients=recipients,
            is_push_claimed=fields.get("pushClaimedAt") is not None,
            kind=str(fields.get("kind") or DEFAULT_KIND),
            lane=_number(fields.get("lane")) or 0,
            chat_id=shared if isinstance(shared := fields.get("chatId"), str) else None,
            sent_at=_time(fields.get("sentAt")),
            awaits_more="fallbackAt" in fields or "sendingSince" in fields,
            planned=[
                uid
                for uid in dict.fromkeys((*uids, *recipients))
                if recipients[uid]["state"] == "planned"
            ],
        )

    @property
    def is_pushing(self) -> bool:
        """Whether a worker pushes now, and will record the outcomes under its claim."""
        return self.is_push_claimed and self.state == "sent"

    def held(self, by: datetime | None = None) -> list[str]:
        """Return the people who are held, those alone who are due by a time if one is given."""
        return [
            uid
            for uid, entry in self.recipients.items()
            if entry["state"] == RecipientState.HELD
            and (by is None or not isinstance(entry.get("until"), datetime) or entry["until"] <= by)
        ]

    def awaiting_fallback(self, by: datetime) -> list[str]:
        """Return the people who get the other channel by a time unless they were reached."""
        return [
            uid
            for uid, entry in self.recipients.items()
            if awaits_fallback(entry)
            and (not isinstance(entry["until"], datetime) or entry["until"] <= by)
        ]

    def sending(self) -> list[str]:
        """Return the people whose SMS is being sent."""
        return [
            uid
            for uid, entry in self.recipients.items()
            if entry["state"] == RecipientState.SENDING and entry.get("channel") == "sms"
        ]

    def failed(self) -> list[dict[str, Any]]:
        """Return the entries of the recipients who failed."""
        failed = RecipientState.FAILED
        return [entry for entry in self.recipients.values() if entry["state"] == failed]


def has_open_push(recipients: Recipients) -> bool:
    """Return whether a push may still follow somebody's message."""
    return any(is_push_open(entry) for entry in recipients.values())


def is_push_open(entry: Mapping[str, Any]) -> bool:
    """Return whether a push may still follow a person's message; none follows an SMS."""
    is_sent = entry["state"] == RecipientState.SENT and entry.get("push") is None
    return is_sent and entry.get("channel") != "sms"


def _is_recipient(entry: Any) -> bool:
    return isinstance(entry, Mapping) and entry.get("state") in _RECIPIENT_STATES


def _unreadable(now: datetime) -> dict[str, Any]:
    return recipient_fields(
        state=RecipientState.FAILED,
        reason=RecipientReason.GIVEN_UP,
        at=now,
        detail="the entry in the ledger cannot be read",
    )


def _state(value: Any) -> CampaignState | None:
    try:
        return CampaignState(value)
    except ValueError:
        return None


def _time(value: Any) -> datetime | None:
    return value if isinstance(value, datetime) else None


def _number(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value >= 0 and value == value // 1 else None


def _curve(value: Any) -> dict[str, list[int]]:
    held = value if isinstance(value, Mapping) else {}
    names = ("after", "reached", "unreached")
    columns = [held.get(name) for name in names]
    curve = {
        name: [number for each in column if (number := _number(each)) is not None]
        for name, column in zip(names, columns, strict=True)
        if isinstance(column, list)
    }
    is_whole = len(curve) == len(names) and len({len(column) for column in curve.values()}) == 1
    return curve if is_whole else {}


def numbers(value: Any) -> dict[str, int]:
    """Read a map of counts; raise nothing."""
    if not isinstance(value, Mapping):
        return {}
    read = {str(name): _number(count) for name, count in value.items()}
    return {name: count for name, count in read.items() if count is not None}
