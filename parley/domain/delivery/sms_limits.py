"""Count SMS against the limits of a service: per person and day, per prefix and hour. Pure.

The count of a person is a field of their own record. Its write goes into the commit of a job's
claim under the record's ``update_time``, so a claim fails if the record has changed since it was
read: nobody gets an SMS on a consent that was withdrawn meanwhile, and two workers cannot both send
the last one of a day. A number that nobody has proved is counted too, for all who state it: however
many they are, its phone gets as many SMS as one person.
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

    ``people`` are those whose consents count for it. ``counts_person``: the first of them is
    counted. ``counts_number``: so is the number itself, by the document ``usage``, None if there is
    none yet.
    """

    service_id: str
    phone: str
    people: Sequence[Snapshot]
    counts_person: bool
    counts_number: bool
    usage: Snapshot | None = None

    @property
    def usage_path(self) -> str:
        """Where a number is counted that nobody has proved; a hash, so that no path shows it."""
        return number_usage_path(self.service_id, self.phone)

    def count(self, now: datetime) -> int:
        """Return how many SMS they got today: the person, or the number, whichever is more."""
        return max(self._of_person(now), self._of_number(now))

    def _of_person(self, now: datetime) -> int:
        if not self.counts_person:
            return 0
        sent = SmsSent.parse_or_none(_map(self.people[0].fields.get("smsSent")))
        return sent.count if sent is not None and sent.day == day_of(now) else 0

    def _of_number(self, now: datetime) -> int:
        usage = None if self.usage is None else SmsUsage.parse_or_none(self.usage.fields)
        return usage.used if usage is not None and usage.period == day_of(now) else 0

    def count_up(
        self, now: datetime, by: int, campaign: TextingCampaign | None = None
    ) -> list[Write]:
        """Return the writes that belong into the commit of a claim; ``by`` is 0 or 1.

        The record also notes the campaign of the SMS, so that an answer is known for one.

        The records of all whose consents count are fenced, also where nothing is counted.
        """
        day = day_of(now)
        writes: list[Write] = []
        if self.counts_number:
            fence = MUST_NOT_EXIST if self.usage is None else UpdatedAt(self.usage.update_time)
            fields = sms_usage_fields(period=day, used=self._of_number(now) + by)
            writes.append(Set(self.usage_path, fields, fence))
        for one in self.people:
            changed: dict[FieldPath, Value] = {}
            if self.counts_person and one is self.people[0]:
                sent = sms_sent_fields(day=day, count=self._of_person(now) + by)
                changed.update(sms_sent_patch(sent).items())
                if campaign is not None:
                    changed.update(campaign.note(one, now))
            writes.append(Update(one.path, changed or _same(one), UpdatedAt(one.update_time)))
        return writes

    def count_down(self) -> list[Write]:
        """Return the writes that give an SMS back which the provider did not take."""
        writes: list[Write] = []
        if self.counts_number:
            writes.append(Update(self.usage_path, usage_patch(used=Increment(-1)), MUST_EXIST))
        if self.counts_person:
            less = sms_sent_count_patch(Increment(-1))
            writes.append(Update(self.people[0].path, less, MUST_EXIST))
        return writes


def number_usage_path(service_id: str, phone: str) -> str:
    """Return the document that counts the SMS of a number that nobody has proved."""
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
