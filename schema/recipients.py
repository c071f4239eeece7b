"""The recipients of a campaign: their states, and the counts of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, Lax, Matches, MaybeDouble, Time, present
from schema.campaigns import CampaignChannel
from schema.reasons import PushOutcome, RecipientReason, RecipientState

Number = Annotated[int, Field(ge=0), MaybeDouble]

DETAIL = 300
"""The most characters of a recipient's ``detail``: a hundred of them share a document."""

Reason = Annotated[
    str,
    Matches(
        rf"^(?:{'|'.join(RecipientReason)}|providerError:.+)$",
        "a recipient's reason or providerError: and a code",
    ),
]
"""A ``RecipientReason``, or ``providerError:`` and the provider's code."""


class Counts(Document):
    """Recipients by state: always all ten states."""

    planned: Number
    held: Number
    sending: Number
    sent: Number
    delivered: Number
    read: Number
    replied: Number
    failed: Number
    unknown: Number
    skipped: Number

    @property
    def total(self) -> int:
        """Return the number of recipients; after planning, the size of the frozen audience."""
        return sum(getattr(self, state) for state in RecipientState)


class Attempt(Document):
    """How an earlier attempt at a person ended, and when."""

    at: Time
    channel: CampaignChannel | None = None
    result: str
    provider_id: str | None = None


class Recipient(Document):
    """One person of a batch; ``at`` is when the state was reached.

    ``detail`` explains ``reason``: which field was wrong, what the store answered. ``until`` is
    when a person who is held is tried again, or when one who was sent to gets the other channel
    unless the message was delivered. ``attempts`` are those before the latest one. Somebody who is
    planned or held with a ``channel`` gets that one alone.
    """

    state: Annotated[RecipientState, Lax]
    reason: Reason | None = None
    channel: CampaignChannel | None = None
    at: Time
    provider_id: str | None = None
    attempt: Annotated[int, MaybeDouble] | None = None
    until: Time | None = None
    attempts: list[Attempt] | None = None
    push: Annotated[PushOutcome, Lax] | None = None
    detail: str | None = None


def empty_counts() -> dict[str, int]:
    """Return the ``Counts`` of an empty audience."""
    return dict.fromkeys(map(str, RecipientState), 0)


def recipient_fields(
    *,
    state: str,
    at: Any,
    reason: str | None = None,
    channel: str | None = None,
    push: str | None = None,
    detail: str | None = None,
    until: Any = None,
    provider_id: str | None = None,
) -> dict[str, Any]:
    """Return one ``Recipient`` of plain values; enumerations become their text."""
    return present(
        state=str(state),
        at=at,
        reason=None if reason is None else str(reason),
        channel=channel,
        push=None if push is None else str(push),
        detail=None if detail is None else detail[:DETAIL],
        until=until,
        provider_id=provider_id,
    )


def again(before: Mapping[str, Any] | None, after: dict[str, Any]) -> dict[str, Any]:
    """Return a person's new entry, with the number and the earlier attempts of the one before.

    A first attempt has neither, which keeps the ledger small. Somebody who waits on keeps the one
    channel that is left to them.
    """
    if not before or "attempt" not in before:
        return after
    names = _KEPT_WAITING if after["state"] in _WAITING else _KEPT
    return {**after, **{name: before[name] for name in names if name in before}}


_KEPT = ("attempt", "attempts")
_KEPT_WAITING = (*_KEPT, "channel", "push")
_WAITING = frozenset({RecipientState.PLANNED, RecipientState.HELD})


def planned_again(
    ended: Mapping[str, Any], at: Any, *, channel: str | None = None
) -> dict[str, Any]:
    """Return the entry of a person who is planned once more; how the last attempt ended is kept.

    ``channel`` is the one that is left to them, None for any.
    """
    attempt = present(
        at=ended.get("at"),
        channel=ended.get("channel"),
        result=ended.get("reason") or ended.get("state"),
        provider_id=ended.get("providerId"),
    )
    number = ended.get("attempt")
    push = ended.get("push") if channel is not None else None
    return recipient_fields(state=RecipientState.PLANNED, at=at, channel=channel, push=push) | {
        "attempt": (number if isinstance(number, int) else 1) + 1,
        "attempts": [*ended.get("attempts", ()), attempt],
    }


def held_again(
    entry: Mapping[str, Any], *, at: Any, reason: str, until: Any, detail: str | None, is_last: bool
) -> dict[str, Any]:
    """Return the entry of somebody whose attempt has to wait; the next one gets a new number.

    ``is_last``: only the channel of this attempt is left to them, so how the one before it ended
    stays the last of ``attempts``. Several waits in a row are noted once.
    """
    channel, number = entry.get("channel"), entry.get("attempt")
    earlier = list(entry.get("attempts", ()))
    if not is_last:
        waited = {"channel": channel, "result": reason}
        if earlier and {name: earlier[-1].get(name) for name in waited} == waited:
            earlier.pop()
        earlier.append(present(at=at, **waited))
    held = recipient_fields(
        state=RecipientState.HELD,
        reason=reason,
        at=at,
        channel=channel if is_last else None,
        push=entry.get("push") if is_last else None,
        detail=detail,
        until=until,
    )
    return held | {
        "attempt": (number if isinstance(number, int) else 1) + 1,
        "attempts": earlier,
    }


def only_channel(entry: Mapping[str, Any]) -> str | None:
    """Return the channel of somebody whose other one was used up before, None for anybody else."""
    channel = entry.get("channel")
    earlier = {attempt.get("channel") for attempt in entry.get("attempts", ())}
    return channel if channel is not None and earlier - {channel, None} else None


def may_have_sms(entry: Mapping[str, Any]) -> bool:
    """Return whether an SMS was tried before; an attempt that had to wait may not be listed."""
    earlier = entry.get("attempts", ())
    number = entry.get("attempt", 1)
    return number > len(earlier) + 1 or any(one.get("channel") == "sms" for one in earlier)


def as_before(planned: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """Return the entry of a person before they were planned for their last channel.

    The inverse of ``planned_again``, for somebody who is sent nothing more. A state among the
    ``changed`` fields takes the place of how they had ended.
    """
    *earlier, last = planned["attempts"]
    result = str(changed.get("state", last.get("result")))
    is_state = result in _STATES
    state = result if is_state else _STATES_OF.get(result, RecipientState.FAILED)
    number = planned["attempt"] - 1
    entry = recipient_fields(
        state=state,
        reason=None if is_state else result,
        at=last.get("at"),
        channel=last.get("channel"),
        push=planned.get("push"),
        provider_id=last.get("providerId"),
    )
    kept = {"attempt": number, "attempts": earlier} if earlier else {}
    return {**entry, **kept, **changed}


_STATES = frozenset(map(str, RecipientState))
_STATES_OF: dict[str, RecipientState] = {
    RecipientReason.NO_CONSENT: RecipientState.SKIPPED,
    RecipientReason.OPTED_OUT: RecipientState.SKIPPED,
    RecipientReason.NO_PHONE: RecipientState.SKIPPED,
    RecipientReason.EXPIRED: RecipientState.SKIPPED,
    RecipientReason.ANSWER_LOST: RecipientState.UNKNOWN,
}
"""The states that attempts ended in, by their reasons; any other is a failure."""


def tally(recipients: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Count stored recipients by state, and skipped and failed ones by reason."""
    counts = empty_counts()
    reasons: dict[str, Counter[str]] = {"skipped": Counter(), "failed": Counter()}
    for held in recipients.values():
        counts[held["state"]] += 1
        if held["state"] in reasons:
            reasons[held["state"]][str(held.get("reason"))] += 1
    return {
        "counts": counts,
        "skipped_by": dict(reasons["skipped"]),
        "failed_by": dict(reasons["failed"]),
    }
