"""What a campaign would do, summed up person by person, and how a preview tells it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.costs import Cost
from parley.domain.campaigns.decisions import Decision
from parley.domain.campaigns.durations import Forecast
from parley.domain.campaigns.samples import Sample, SampleChooser
from parley.domain.delivery.phone_numbers import read_number
from parley.domain.delivery.routing import Exclusion
from parley.domain.delivery.sender_rates import SmsSender
from parley.domain.delivery.sms_prices import LIST_PRICES, MICROS, SmsPrices
from parley.domain.delivery.sms_segments import measure_sms
from parley.domain.delivery.windows import window_zone
from parley.domain.people.proven_phones import proves_number
from parley.store import Snapshot
from schema.base import present
from schema.ledger import Recipients
from schema.reasons import RecipientReason, RecipientState
from schema.sending_window import SendingWindow
from schema.visible import is_blank

UTC_ZONE = "UTC"


@dataclass(slots=True)
class Tally:
    """What is counted while the audience is streamed; it grows with reasons and zones alone.

    ``states`` are those after the first attempt. ``waiting`` counts those who get a message, now or
    when their hours begin, by the zone of their hours. ``too_late`` are held until the campaign has
    expired.
    """

    window: SendingWindow | None
    expire_at: datetime | None
    audience: int = 0
    states: Counter[str] = field(default_factory=Counter)
    skipped_by: Counter[str] = field(default_factory=Counter)
    failed_by: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    held_until: datetime | None = None
    prices: SmsPrices = LIST_PRICES
    sms_messages: int = 0
    sms_unproven: int = 0
    sms_segments: int = 0
    sms_micros: int = 0
    chooser: SampleChooser = field(default_factory=SampleChooser)

    @property
    def held(self) -> int:
        """People who get the message later, when their hours begin."""
        return self.states[RecipientState.HELD] - self.too_late

    @property
    def will_send(self) -> int:
        """People who get a message, now or later."""
        return sum(self.waiting.values())

    @property
    def excluded(self) -> dict[str, int]:
        """People who get none, by reason."""
        reasons = self.skipped_by + self.failed_by
        if self.too_late:
            reasons[RecipientReason.EXPIRED] += self.too_late
        return {str(reason): count for reason, count in sorted(reasons.items())}

    def add_batch(
        self,
        recipients: Recipients,
        records: Mapping[str, Snapshot | None],
        decisions: Mapping[str, Decision | Exclusion],
    ) -> None:
        """Count one batch: its entries in the ledger, and what was decided for its people."""
        for uid, entry in recipients.items():
            self.audience += 1
            state = entry["state"]
            self.states[state] += 1
            if state == RecipientState.SKIPPED:
                self.skipped_by[str(entry.get("reason"))] += 1
            elif state == RecipientState.FAILED:
                self.failed_by[str(entry.get("reason"))] += 1
            else:
                self._wait(entry, records.get(uid))
        for uid, decision in decisions.items():
            record = records.get(uid)
            name = record.fields.get("displayName") if record is not None else None
            has_name = isinstance(name, str) and not is_blank(name)
            self.chooser.see(uid, decision, has_name=has_name)
            if isinstance(decision, Decision) and decision.channel == "sms":
                self._count_sms(decision, record)

    def _wait(self, entry: Mapping[str, Any], record: Snapshot | None) -> None:
        until = entry.get("until")
        if entry["state"] == RecipientState.HELD and isinstance(until, datetime):
            if self.expire_at is not None and until >= self.expire_at:
                self.too_late += 1
                return
            self.held_until = max(until, self.held_until or until)
        zone = UTC_ZONE
        if self.window is not None:
            own_zone = record.fields.get("timeZone") if record is not None else None
            zone = window_zone(self.window, own_zone).key
        self.waiting[zone] += 1

    def sms(self) -> dict[str, Any]:
        """Return the SMS that go now, as callables answer it; the price is in US dollars."""
        return {
            "messages": self.sms_messages,
            "segments": self.sms_segments,
            "price": round(self.sms_micros / MICROS, 4),
        }

    def _count_sms(self, decision: Decision, record: Snapshot | None) -> None:
        segments = measure_sms(decision.text.body or "").segments
        number = read_number(decision.text.number or "")
        self.sms_messages += 1
        self.sms_unproven += not proves_number(record)
        self.sms_segments += segments
        self.sms_micros += self.prices.micros(number.country if number else None, segments)


@dataclass(frozen=True, slots=True)
class Preview:
    """What ``previewCampaign`` answers."""

    campaign: Campaign
    tally: Tally
    samples: Sequence[Sample]
    cost: Cost
    start: datetime
    forecast: Forecast
    sms_sender: SmsSender | None = None

    @property
    def duration_seconds(self) -> float:
        """Seconds from the start to the last message; the sender of SMS has its own pace."""
        duration = self.forecast.ends_at - self.start
        if self.sms_sender is not None:
            duration = max(duration, self.sms_sender.takes(self.tally.sms_segments))
        return round(duration.total_seconds(), 3)

    def answer(self, warnings: Sequence[str]) -> dict[str, Any]:
        """Return the preview as callables answer it."""
        tally, cost = self.tally, self.cost
        by_sms = self.campaign.sends_sms
        return present(
            audience_count=tally.audience,
            will_send=tally.will_send,
            held=tally.held or None,
            held_until=tally.held_until,
            excluded=tally.excluded,
            samples=[sample.answer() for sample in self.samples],
            sms=tally.sms() if by_sms else None,
            firestore={
                "reads": cost.reads,
                "writes": cost.writes,
                "deletes": cost.deletes,
                "price": cost.price,
            },
            duration_seconds=self.duration_seconds,
            warnings=list(warnings),
        )
