"""Who gets the other channel because the first did not reach them in time. Pure.

A person's entry holds the time in ``until``. When it has come, they are planned once more for the
other channel alone. What is known about the first is looked at again when that is sent, so somebody
who was reached meanwhile gets nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.sms_results import read_result
from parley.domain.delivery.routing import Exclusion
from schema.batches import awaits_fallback
from schema.campaigns import CampaignChannel
from schema.ledger import StoredBatch
from schema.messages import Message
from schema.reasons import RecipientState
from schema.receipts import ReadReceipt
from schema.recipients import again, as_before, planned_again


def falls_back_at(campaign: Campaign, channel: CampaignChannel, now: datetime) -> datetime | None:
    """Return when somebody who is sent to now gets the other channel, None for never."""
    fallback = campaign.job.fallback
    if fallback is None or channel != campaign.job.channels[0]:
        return None
    return now + timedelta(minutes=fallback.after_minutes)


def last_channel(entry: Mapping[str, Any]) -> CampaignChannel | None:
    """Return the one channel that is left to a person, None if none was tried in vain."""
    channel: CampaignChannel | None = entry.get("channel")
    is_waiting = entry.get("state") in (RecipientState.PLANNED, RecipientState.HELD)
    return channel if is_waiting else None


def fallen_back(
    batch: StoredBatch, channel: CampaignChannel, now: datetime
) -> dict[str, dict[str, object]]:
    """Return the new entries of the people whose time for the other channel has come."""
    return {
        uid: planned_again(batch.recipients[uid], now, channel=channel)
        for uid in batch.awaiting_fallback(now)
    }


def reached_before(person: Person, now: datetime) -> dict[str, Any] | None:
    """Return the entry of somebody whom their first message did reach, None if it did not."""
    if last_channel(person.entry) is None:
        return None
    is_sms = person.entry["attempts"][-1].get("channel") == "sms"
    state, at = _sms_reached(person, now) if is_sms else _seen(person)
    return as_before(person.entry, state=str(state), at=at) if state is not None else None


def left_alone(entry: Mapping[str, Any], why: Exclusion) -> dict[str, Any]:
    """Return the entry of somebody whom the other channel cannot reach: their first attempt's."""
    detail = f"no {entry['channel']} followed: {why.reason}"
    return as_before(entry, detail=f"{detail} ({why.detail})" if why.detail else detail)


def ended_entries(
    batch: StoredBatch, end: Mapping[str, Any], *, ends_fallbacks: bool
) -> dict[str, dict[str, Any]]:
    """Return the new entries of all in a batch who wait for something that does not come.

    ``end`` is the entry of those who were sent nothing. ``ends_fallbacks``: those who were sent to
    get no other channel any more.
    """
    entries: dict[str, dict[str, Any]] = {}
    for uid, entry in batch.recipients.items():
        if entry["state"] in (RecipientState.PLANNED, RecipientState.HELD):
            is_last = last_channel(entry) is not None
            entries[uid] = as_before(entry) if is_last else again(entry, dict(end))
        elif ends_fallbacks and awaits_fallback(entry):
            entries[uid] = {name: value for name, value in entry.items() if name != "until"}
    return entries


_Reached = tuple[RecipientState | None, datetime | None]
"""How far a message came and when that was told; None if it did not reach the person."""


def _sms_reached(person: Person, now: datetime) -> _Reached:
    result = read_result(person.sms.fields, now) if person.sms is not None else None
    if result is None or result.state not in (RecipientState.DELIVERED, RecipientState.READ):
        return None, None
    return result.state, result.at


def _seen(person: Person) -> _Reached:
    if person.receipt is None or person.message is None:
        return None, None
    receipt = ReadReceipt.parse_or_none(person.receipt.fields)
    message = Message.parse_or_none(person.message.fields)
    if receipt is None or message is None:
        return None, None
    if receipt.read_to >= message.created_at:
        return RecipientState.READ, receipt.read_at
    if receipt.delivered_to is not None and receipt.delivered_to >= message.created_at:
        return RecipientState.DELIVERED, receipt.read_at
    return None, None
