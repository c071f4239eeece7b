"""What an SMS job says about its recipient in the ledger of a campaign. Pure.

The ledger follows the jobs, which the delivery engine moves forward only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from parley.domain.delivery.sms_limits import limit_ends
from parley.domain.delivery.twilio_errors import twilio_error
from schema.campaign_sms import LedgerPlace
from schema.delivery import UNKNOWN_STATUS, Delivery, DeliveryReason
from schema.ledger import StoredBatch
from schema.reasons import RecipientReason, RecipientState
from schema.recipients import held_again, only_channel, recipient_fields

_STATE, _REASON = RecipientState, RecipientReason

_STATUSES: Final[Mapping[str, RecipientState]] = {
    "delivered": _STATE.DELIVERED,
    "read": _STATE.READ,
}
"""The provider's words for more than that it took the SMS."""

_SKIPS: Final = frozenset(
    {
        _REASON.NO_CONSENT,
        _REASON.OPTED_OUT,
        _REASON.NO_PHONE,
        _REASON.INVALID_PHONE,
        _REASON.EXPIRED,
    }
)
"""Why nothing was sent to somebody, as the router would have said. The others are failures."""

_REASONS: Final = frozenset(map(str, RecipientReason))
_PROVIDER: Final = f"{DeliveryReason.PROVIDER_ERROR}:"

_RANKS: Final[Mapping[str, int]] = {
    _STATE.SENDING: 0,
    _STATE.HELD: 1,
    _STATE.UNKNOWN: 2,
    _STATE.SENT: 3,
    _STATE.FAILED: 4,
    _STATE.SKIPPED: 4,
    _STATE.DELIVERED: 5,
    _STATE.READ: 6,
    _STATE.REPLIED: 7,
}


@dataclass(frozen=True, slots=True)
class SmsResult:
    """How far a campaign's SMS has come: the place that it is for, and what the ledger says then.

    ``state`` is ``sending`` until the job is settled, or its answer lost. It is ``held`` when a
    limit refused the job, ``until`` that counts from nothing again. ``is_idle``: no worker has it,
    so it may have been lost on its way to them.
    """

    place: LedgerPlace
    state: RecipientState
    at: datetime | None = None
    reason: str | None = None
    detail: str | None = None
    provider_id: str | None = None
    is_idle: bool = False
    until: datetime | None = None


def read_result(fields: Mapping[str, Any], now: datetime) -> SmsResult | None:
    """Read the job of a recipient; None if it is not a campaign's."""
    place = LedgerPlace.parse_or_none(fields.get("campaign") or {})
    if place is None:
        return None
    delivery = Delivery.parse_or_none(fields.get("delivery") or {})
    if delivery is None or delivery.state in ("PENDING", "RETRY"):
        return SmsResult(place, _STATE.SENDING, is_idle=True)
    info = delivery.info or {}
    at, sid = delivery.end_time or delivery.start_time, info.get("messageSid")
    provider_id = sid if isinstance(sid, str) else None
    if delivery.state == "SUCCESS":
        state = _STATUSES.get(str(info.get("status")), _STATE.SENT)
        return SmsResult(place, state, at, provider_id=provider_id)
    if delivery.state == "ERROR":
        return _ended(place, delivery, at, provider_id)
    if info.get("status") == UNKNOWN_STATUS:
        detail = "the answer of the provider was lost; a report of theirs may settle it"
        return SmsResult(place, _STATE.UNKNOWN, at, _REASON.ANSWER_LOST, detail, provider_id)
    due = delivery.lease_expire_time
    return SmsResult(place, _STATE.SENDING, is_idle=due is None or due <= now)


def moved_by(entry: Mapping[str, Any], result: SmsResult) -> dict[str, Any] | None:
    """Return a recipient's entry after a result, None if it says nothing new about them.

    A result of an earlier attempt says nothing, nor does one that would move the entry back.
    """
    number = entry.get("attempt", 1)
    if entry.get("channel") != "sms" or number != result.place.attempt:
        return None
    if _RANKS[result.state] <= _RANKS.get(entry["state"], 0):
        return None
    if result.state is _STATE.HELD:
        return _held(entry, result)
    moved = recipient_fields(
        state=result.state,
        at=result.at or entry["at"],
        reason=result.reason,
        channel="sms",
        detail=result.detail,
        until=entry.get("until"),
        provider_id=result.provider_id or entry.get("providerId"),
    )
    kept = {name: entry[name] for name in ("attempt", "attempts") if name in entry}
    return {**moved, **kept}


def moved_people(batch: StoredBatch, results: Mapping[str, SmsResult]) -> dict[str, dict[str, Any]]:
    """Return the new entries of the people of a batch whom results move."""
    moved = {
        uid: moved_by(batch.recipients[uid], result)
        for uid, result in results.items()
        if uid in batch.recipients
    }
    return {uid: entry for uid, entry in moved.items() if entry is not None}


def _held(entry: Mapping[str, Any], result: SmsResult) -> dict[str, Any]:
    """Return the entry of somebody whom a limit holds back.

    Where the other channel would follow before the limit ends, the attempt has failed, and it does.
    """
    falls_back_at = entry.get("until")
    if isinstance(falls_back_at, datetime) and result.until and falls_back_at <= result.until:
        failed = replace(result, state=_STATE.FAILED)
        moved = moved_by(entry, failed)
        assert moved is not None
        return moved
    return held_again(
        entry,
        at=result.at or entry["at"],
        reason=str(result.reason),
        until=result.until,
        detail=result.detail,
        is_last=only_channel(entry) is not None,
    )


def _ended(
    place: LedgerPlace, delivery: Delivery, at: datetime, provider_id: str | None
) -> SmsResult:
    """Return the end of a job by the words of its error."""
    reason, _, sentence = (delivery.error or "").partition(": ")
    if reason == DeliveryReason.UNKNOWN:
        return SmsResult(place, _STATE.UNKNOWN, at, _REASON.ANSWER_LOST, sentence, provider_id)
    is_code = reason.startswith(_PROVIDER)
    if is_code:
        reason = twilio_error(reason.removeprefix(_PROVIDER)).recipient_reason
    if reason in _SKIPS and not (is_code and reason == _REASON.INVALID_PHONE):
        return SmsResult(place, _STATE.SKIPPED, at, reason, sentence, provider_id)
    if not is_code and reason not in _REASONS:
        reason, sentence = str(_REASON.GIVEN_UP), delivery.error or "the job tells no error"
    until = None if is_code else limit_ends(reason, at)
    if until is not None:
        return SmsResult(place, _STATE.HELD, at, reason, sentence, until=until)
    return SmsResult(place, _STATE.FAILED, at, reason, sentence, provider_id)
