"""Results of a campaign: delivered, read, replied. States move forward only. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from schema import limits
from schema.ledger import StoredBatch
from schema.reasons import PushOutcome, RecipientState

RESULTS_FOR: Final = timedelta(days=limits.RESULTS_DAYS)

_CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""An entry's time is the sender's clock, a message's time the store's. They differ by less."""

REACHED: Final = (
    RecipientState.SENT,
    RecipientState.DELIVERED,
    RecipientState.READ,
    RecipientState.REPLIED,
)
"""The states of people who were reached, in their order."""

_RANK: Final = {str(state): rank for rank, state in enumerate(REACHED)}


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a person has read and received a chat, and when they last said so."""

    read_to: datetime
    read_at: datetime
    delivered_to: datetime | None = None

    def joined_with(self, other: Seen | None) -> Seen:
        """Return the later of each time, so that the order of arrival does not matter."""
        if other is None:
            return self
        received = [time for time in (self.delivered_to, other.delivered_to) if time is not None]
        return Seen(
            read_to=max(self.read_to, other.read_to),
            read_at=max(self.read_at, other.read_at),
            delivered_to=max(received, default=None),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one person of a campaign: their receipt, and when they answered."""

    seen: Seen | None = None
    replied_at: datetime | None = None

    @property
    def times(self) -> list[datetime]:
        """When it was said."""
        times = (self.seen.read_at if self.seen is not None else None, self.replied_at)
        return [time for time in times if time is not None]

    def joined_with(self, other: Evidence | None) -> Evidence:
        """Return what both say; the first answer counts."""
        if other is None:
            return self
        replies = [time for time in (self.replied_at, other.replied_at) if time is not None]
        seen = other.seen if self.seen is None else self.seen.joined_with(other.seen)
        return Evidence(seen, min(replies, default=None))


@dataclass(slots=True)
class Advanced:
    """What evidence does to a batch.

    ``changed`` are the new entries. ``unclear`` are the people whose message's own time decides.
    ``later`` must be looked at again, once their pushes are settled. ``finished`` are people whom
    no receipt can move any more.
    """

    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    unclear: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)


def advance(
    batch: StoredBatch,
    evidence: Mapping[str, Evidence],
    message_times: Mapping[str, datetime],
) -> Advanced:
    """Return how the people of a batch move forward.

    ``message_times`` are those of messages that were read because they were ``unclear``.
    """
    result = Advanced()
    for uid, known in evidence.items():
        entry = batch.recipients.get(uid)
        if entry is not None and _is_answered_sms(entry, known):
            if batch.is_pushing:
                result.later.append(uid)
            else:
                result.changed[uid] = _moved(entry, RecipientState.REPLIED, known, is_open=False)
            continue
        rank = _RANK.get(entry["state"]) if entry is not None else None
        if entry is None or rank is None or entry.get("channel") != "chat":
            continue
        if batch.is_pushing:
            # A change would cost the worker that pushes its fence, and with it the outcomes.
            result.later.append(uid)
            continue
        state = _reached(entry, known, batch.sent_at, message_times.get(uid))
        if state is None:
            result.unclear.append(uid)
            continue
        is_open = batch.state == "sent" and entry.get("push") is None
        if state is RecipientState.DELIVERED and is_open:
            # Somebody who has not read the message must still be notified.
            result.later.append(uid)
        elif _RANK[state] > rank:
            result.changed[uid] = _moved(entry, state, known, is_open=is_open)
        if max(_RANK[state], rank) >= _RANK[RecipientState.READ]:
            result.finished.append(uid)
    return result


def _is_answered_sms(entry: Mapping[str, Any], known: Evidence) -> bool:
    """Return whether a person has answered their SMS; nobody knows better that it arrived."""
    is_sms = entry.get("channel") == "sms" and entry["state"] in _ANSWERED_FROM
    return is_sms and known.replied_at is not None


_ANSWERED_FROM: Final = frozenset({*REACHED[:-1], RecipientState.SENDING, RecipientState.UNKNOWN})


def _reached(
    entry: Mapping[str, Any],
    known: Evidence,
    sent_at: datetime | None,
    message_at: datetime | None,
) -> RecipientState | None:
    """Return the state that the evidence proves, None if it takes the message's own time."""
    if known.replied_at is not None:
        return RecipientState.REPLIED
    if known.seen is None:
        return RecipientState.SENT
    for horizon, state in (
        (known.seen.read_to, RecipientState.READ),
        (known.seen.delivered_to, RecipientState.DELIVERED),
    ):
        reaches = horizon is not None and _reaches(horizon, entry, sent_at, message_at)
        if reaches is None:
            return None
        if reaches:
            return state
    return RecipientState.SENT


def _reaches(
    horizon: datetime,
    entry: Mapping[str, Any],
    sent_at: datetime | None,
    message_at: datetime | None,
) -> bool | None:
    """Return whether a horizon includes a person's message, None if that is not known.

    All messages of a batch were sent by ``sent_at``, and usually at that time.
    """
    if message_at is not None:
        return horizon >= message_at
    if sent_at is not None and horizon >= sent_at:
        return True
    # The time of a later state says nothing about when the message was sent.
    is_earlier = entry["state"] == RecipientState.SENT and isinstance(entry.get("at"), datetime)
    if is_earlier and horizon < entry["at"] - _CLOCKS_DIFFER:
        return False
    return None


def _moved(
    entry: Mapping[str, Any], state: RecipientState, known: Evidence, *, is_open: bool
) -> dict[str, Any]:
    """Return the entry in its new state; a push that has become pointless is not sent any more."""
    at = known.replied_at or (known.seen.read_at if known.seen is not None else entry["at"])
    moved = {**entry, "state": str(state), "at": at}
    for ended in ("until", "reason", "detail"):
        moved.pop(ended, None)
    return moved | {"push": str(PushOutcome.ALREADY_READ)} if is_open else moved
