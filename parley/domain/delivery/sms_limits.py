"""Count SMS against the limits of a service: per person and day, per prefix and hour. Pure.

The count of a person is a field of their own record. Its write goes into the commit of a job's
claim under the record's ``update_time``, so a claim fails if the record has changed since it was
read: nobody gets an SMS on a consent that was withdrawn meanwhile, and two workers cannot both send
the last one of a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from parley.store import (
    DELETE_FIELD,
    MUST_EXIST,
    MUST_NOT_EXIST,
    FieldPath,
    Increment,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Value,
    Write,
)
from schema import ids, limits, paths
from schema.delivery import DeliveryReason
from schema.replies import awaited_replies
from schema.sms_usage import SmsSent, SmsUsage, sms_sent_fields, sms_usage_fields, usage_patch
from schema.users import (
    TEXTED_BY,
    not_texted_by_patch,
    sms_sent_count_patch,
    sms_sent_patch,
    texted_by_patch,
)

_LAST_DIGITS = 4
"""What a prefix leaves off: numbers that pumping fraud uses stand side by side."""


@dataclass(frozen=True, slots=True)
class TextingCampaign:
    """The campaign that an SMS is of, and the recipient's batch."""

    id: str
    batch_id: str

    def note(self, record: Snapshot, now: datetime) -> dict[FieldPath, Value]:
        """Return the part of a record's change that awaits an answer; only the latest are kept."""
        known = awaited_replies(record.fields, TEXTED_BY)
        others = sorted(
            (one for one in known if one != self.id), key=lambda one: known[one]["at"], reverse=True
        )
        old = not_texted_by_patch(others[limits.AWAITED_REPLIES - 1 :], delete_field=DELETE_FIELD)
        return {**old, **texted_by_patch(self.id, batch_id=self.batch_id, at=now)}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets an SMS, and how many they got today.

    ``people`` are the records with the number; the first is counted. Without any, ``usage`` is the
    document of the number itself, None if there is none yet.
    """

    service_id: str
    phone: str
    people: Sequence[Snapshot]
    usage: Snapshot | None = None

    @property
    def usage_path(self) -> str:
        """Where a number that belongs to nobody is counted; a hash, so that no path shows it."""
        return number_usage_path(self.service_id, self.phone)

    def count(self, now: datetime) -> int:
        """Return how many SMS they got today."""
        if self.people:
            sent = SmsSent.parse_or_none(_map(self.people[0].fields.get("smsSent")))
            return sent.count if sent is not None and sent.day == day_of(now) else 0
        usage = None if self.usage is None else SmsUsage.parse_or_none(self.usage.fields)
        return usage.used if usage is not None and usage.period == day_of(now) else 0

    def count_up(
        self, now: datetime, by: int, campaign: TextingCampaign | None = None
    ) -> list[Write]:
        """Return the writes that belong into the commit of a claim; ``by`` is 0 or 1.

        The record also notes the campaign of the SMS, so that an answer is known for one.

        Every record with the number is fenced, also where nothing is counted.
        """
        day, count = day_of(now), self.count(now) + by
        if not self.people:
            fence = MUST_NOT_EXIST if self.usage is None else UpdatedAt(self.usage.update_time)
            return [Set(self.usage_path, sms_usage_fields(period=day, used=count), fence)]
        first, *others = self.people
        counted: dict[FieldPath, Value] = {}
        counted.update(sms_sent_patch(sms_sent_fields(day=day, count=count)).items())
        if campaign is not None:
            counted.update(campaign.note(first, now))
        return [
            Update(first.path, counted, UpdatedAt(first.update_time)),
            *(Update(one.path, _same(one), UpdatedAt(one.update_time)) for one in others),
        ]

    def count_down(self) -> list[Write]:
        """Return the writes that give an SMS back which the provider did not take."""
        if self.people:
            return [Update(self.people[0].path, sms_sent_count_patch(Increment(-1)), MUST_EXIST)]
        return [Update(self.usage_path, usage_patch(used=Increment(-1)), MUST_EXIST)]


def number_usage_path(service_id: str, phone: str) -> str:
    """Return the document that counts the SMS of a number of nobody."""
    return paths.sms_usage(service_id, f"number-{ids.phone_id(phone)}")


def prefix_usage_path(service_id: str, phone: str) -> str:
    """Return the document that counts the SMS of a prefix."""
    return paths.sms_usage(service_id, f"prefix-{prefix_of(phone)}")


def spend_usage_path(service_id: str, now: datetime) -> str:
    """Return the document that counts what a service spends on one day."""
    return paths.sms_usage(service_id, f"spend-{day_of(now)}")


def prefix_of(phone: str) -> str:
    """Return the block of 10,000 numbers that a number is in."""
    return phone[:-_LAST_DIGITS]


def day_of(now: datetime) -> str:
    """Return the day of limits, in UTC."""
    return f"{now.astimezone(UTC):%Y-%m-%d}"


def hour_of(now: datetime) -> str:
    """Return the hour of limits, in UTC."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}"


def limit_ends(reason: str | None, refused_at: datetime) -> datetime | None:
    """Return when a limit that refused an SMS counts from nothing again, None for other reasons."""
    at = refused_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if reason == DeliveryReason.PREFIX_LIMIT:
        return at + timedelta(hours=1)
    if reason in (DeliveryReason.PERSON_LIMIT, DeliveryReason.SPEND_CAP):
        return at.replace(hour=0) + timedelta(days=1)
    return None


def _same(record: Snapshot) -> dict[str, Any]:
    """Return a patch that changes nothing: only its precondition is wanted."""
    return {"phone": record.fields.get("phone")}


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
