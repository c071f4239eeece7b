"""``campaignStatus/{campaignId}/batches/{batchId}``: the ledger of a campaign, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from schema.base import Document, Purpose, ServiceId, Time, present
from schema.campaigns import CampaignKind
from schema.patches import UNSET, Patch, PathPatch, Unset, patch
from schema.reasons import PushOutcome, RecipientReason, RecipientState
from schema.recipients import Counts, Number, Reason, Recipient, recipient_fields, tally

BatchState = Literal["planned", "sent", "done", "cancelled"]
"""``sent``: its messages are written. ``done``: every push is settled too."""

DEFAULT_KIND: CampaignKind = "individual"
"""The kind of batches without one. They were written when this was the only kind."""


class Batch(Document):
    """One batch: the unit of work, of commit and of retry.

    ``uids`` holds the keys of ``recipients`` in the order planned, to be queried by. A record
    whose id cannot be a uid has its place too, as failed. ``kind`` and ``purpose`` repeat the
    campaign's, so that notifying needs no read of the job. ``chat_id`` is the chat that all share,
    if they do. Batches of one ``lane`` of a paced campaign are sent one
    after another. ``held_until`` is when the first of those who are held is tried again,
    ``fallback_at`` when the first of those who were not reached gets the other channel, and
    ``sending_since`` since when somebody is being sent to.
    """

    service_id: ServiceId
    kind: CampaignKind = DEFAULT_KIND
    purpose: Purpose | None = None
    number: Number
    uids: list[str]
    count: Number
    state: BatchState
    counts: Counts
    recipients: dict[str, Recipient]
    skipped_by: dict[Reason, Number] = Field(default_factory=dict)
    failed_by: dict[Reason, Number] = Field(default_factory=dict)
    chat_id: str | None = None
    lane: Number = 0
    held_until: Time | None = None
    fallback_at: Time | None = None
    sending_since: Time | None = None
    attempt: Number = 0
    sent_at: Time | None = None
    push_claimed_at: Time | None = None
    notified_at: Time | None = None
    updated_at: Time | None = None


def planned_batch_fields(
    *,
    service_id: str,
    kind: CampaignKind,
    number: int,
    uids: list[str],
    skipped: Mapping[str, str],
    at: Any,
    invalid: Mapping[str, str] = MappingProxyType({}),
    lane: int = 0,
    chat_id: str | None = None,
    purpose: Purpose | None = None,
) -> dict[str, Any]:
    """Return a new ``Batch``: everybody is planned, except ``skipped`` and ``invalid``.

    ``skipped`` maps a uid to the reason, ``invalid`` to what is wrong with the person's record.
    ``at`` may be a transform of the store.
    """
    recipients = {
        uid: recipient_fields(
            state=RecipientState.FAILED,
            reason=RecipientReason.INVALID_USER,
            at=at,
            detail=invalid[uid],
        )
        if uid in invalid
        else recipient_fields(state=RecipientState.SKIPPED, reason=skipped[uid], at=at)
        if uid in skipped
        else recipient_fields(state=RecipientState.PLANNED, at=at)
        for uid in uids
    }
    told = tally(recipients)
    return {
        "serviceId": service_id,
        "kind": kind,
        "number": number,
        "uids": list(uids),
        "count": len(recipients),
        "state": "planned",
        "counts": told["counts"],
        "recipients": recipients,
        "skippedBy": told["skipped_by"],
        "failedBy": told["failed_by"],
        "lane": lane,
        **present(chat_id=chat_id, purpose=purpose),
        "attempt": 0,
        "updatedAt": at,
    }


def batch_patch(
    *,
    state: BatchState | Unset = UNSET,
    recipients: Mapping[str, Mapping[str, Any]] | Unset = UNSET,
    counts: Mapping[str, int] | Unset = UNSET,
    skipped_by: Mapping[str, int] | Unset = UNSET,
    failed_by: Mapping[str, int] | Unset = UNSET,
    attempt: Any = UNSET,
    held_until: Any = UNSET,
    fallback_at: Any = UNSET,
    sending_since: Any = UNSET,
    sent_at: Any = UNSET,
    push_claimed_at: Any = UNSET,
    notified_at: Any = UNSET,
    updated_at: Any = UNSET,
) -> Patch:
    """Return a partial write of a ``Batch``."""
    return patch(
        state=state,
        recipients=recipients,
        counts=counts,
        skipped_by=skipped_by,
        failed_by=failed_by,
        attempt=attempt,
        held_until=held_until,
        fallback_at=fallback_at,
        sending_since=sending_since,
        sent_at=sent_at,
        push_claimed_at=push_claimed_at,
        notified_at=notified_at,
        updated_at=updated_at,
    )


def recipients_patch(
    recipients: Mapping[str, Mapping[str, Any]],
    *,
    state: BatchState,
    attempt: Any,
    at: Any,
    delete_field: Any = UNSET,
) -> Patch:
    """Return a batch's new recipients with their counts; ``sentAt`` too if it becomes ``sent``.

    ``delete_field`` is the store's transform that removes a field, for a change after which nobody
    may be left who is held, is being sent to, or awaits another channel.
    """
    told = tally(recipients)
    return batch_patch(
        state=state,
        recipients=recipients,
        counts=told["counts"],
        skipped_by=told["skipped_by"],
        failed_by=told["failed_by"],
        attempt=attempt,
        held_until=held_until(recipients) or delete_field,
        fallback_at=fallback_at(recipients) or delete_field,
        sending_since=sending_since(recipients) or delete_field,
        updated_at=at,
        sent_at=at if state == "sent" else UNSET,
    )


def results_patch(
    recipients: Mapping[str, Mapping[str, Any]],
    changed: Mapping[str, Mapping[str, Any]],
    *,
    attempt: Any,
    at: Any,
    delete_field: Any = UNSET,
) -> PathPatch:
    """Return new entries of some people, and the counts of all ``recipients`` then.

    ``attempt`` rises, so that each write changes a value. ``delete_field`` is as for
    ``recipients_patch``; with it, the reasons are counted anew too.
    """
    written: PathPatch = {("recipients", uid): dict(entry) for uid, entry in changed.items()}
    after = {**recipients, **changed}
    told = tally(after)
    is_open = delete_field is not UNSET
    counted = batch_patch(
        counts=told["counts"],
        skipped_by=told["skipped_by"] if is_open else UNSET,
        failed_by=told["failed_by"] if is_open else UNSET,
        held_until=(held_until(after) or delete_field) if is_open else UNSET,
        fallback_at=(fallback_at(after) or delete_field) if is_open else UNSET,
        sending_since=(sending_since(after) or delete_field) if is_open else UNSET,
        attempt=attempt,
        updated_at=at,
    )
    written.update(counted.items())
    return written


def held_until(recipients: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return when the first of those who are held is tried again, None if nobody is held."""
    held = (entry for entry in recipients.values() if entry["state"] == RecipientState.HELD)
    return min((entry["until"] for entry in held), default=None)


AWAITING_FALLBACK = frozenset(
    {
        RecipientState.SENDING,
        RecipientState.SENT,
        RecipientState.FAILED,
        RecipientState.UNKNOWN,
        RecipientState.SKIPPED,
    }
)
"""States of somebody with an ``until`` whose message was not delivered yet."""


def awaits_fallback(entry: Mapping[str, Any]) -> bool:
    """Return whether a person gets the other channel unless the message is delivered in time."""
    return entry.get("until") is not None and entry["state"] in AWAITING_FALLBACK


def fallback_at(recipients: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return when the first of those who were not reached gets the other channel, else None."""
    return min((one["until"] for one in recipients.values() if awaits_fallback(one)), default=None)


def sending_since(recipients: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return since when somebody is being sent to, None if nobody is."""
    sending = RecipientState.SENDING
    return min((one["at"] for one in recipients.values() if one["state"] == sending), default=None)


def pushes_patch(
    outcomes: Mapping[str, PushOutcome], *, is_done: bool, at: Any, delete_field: Any
) -> PathPatch:
    """Return a patch with the outcomes of pushes by uid that releases the claim.

    ``is_done``: the batch has no open pushes left.
    """
    changed: PathPatch = {("recipients", uid, "push"): str(push) for uid, push in outcomes.items()}
    settled = batch_patch(
        push_claimed_at=delete_field,
        updated_at=at,
        state="done" if is_done else UNSET,
        notified_at=at if is_done else UNSET,
    )
    changed.update(settled.items())
    return changed
