"""What became of one person of a campaign, or would, in sentences for a support agent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.decisions import Decision
from parley.domain.campaigns.eligibility import Check, Eligibility
from parley.domain.campaigns.recipient_words import (
    PUSHES,
    REACHED,
    reason_words,
    time_words,
)
from schema.base import present
from schema.batches import awaits_fallback
from schema.ledger import StoredStatus
from schema.reasons import CampaignState, RecipientState

_UNTRIED = frozenset({RecipientState.PLANNED, RecipientState.HELD})


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether a person belongs to the audience as it is now, and by which conditions they do not.

    ``unmet`` are phrases; they are empty for somebody who belongs to it.
    """

    unmet: Sequence[str] = ()

    @property
    def check(self) -> Check:
        """The check of the audience."""
        return Check("audience", not self.unmet, "; ".join(self.unmet) or "they match the audience")


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything known about one person and one campaign.

    ``entry`` is the person's in the ledger, None if they are not in it. ``is_frozen``: the audience
    is complete, so anybody who is not in the ledger gets nothing.
    """

    campaign: Campaign
    uid: str
    name: str | None
    status: StoredStatus | None
    error: str | None
    entry: Mapping[str, Any] | None
    is_frozen: bool
    membership: Membership
    now: Eligibility

    @property
    def is_in_audience(self) -> bool:
        """Whether they are in the frozen audience, or would be if it were frozen now."""
        return self.entry is not None or (not self.is_frozen and not self.membership.unmet)

    def answer(self) -> dict[str, Any]:
        """Return the explanation as callables answer it."""
        entry = self.entry or {}
        return present(
            in_audience=self.is_in_audience,
            state=entry.get("state"),
            reason=entry.get("reason"),
            detail=entry.get("detail"),
            channel=entry.get("channel"),
            attempts=self.attempts(),
            checks=[check.answer() for check in (self.membership.check, *self.now.checks)],
            text=" ".join(self._sentences()),
        )

    def attempts(self) -> list[dict[str, Any]]:
        """Return the attempts in order. One that has not begun is none."""
        if self.entry is None:
            return []
        attempts = [
            present(
                at=one.get("at"),
                channel=one.get("channel") or self.campaign.job.channels[0],
                result=one.get("result"),
                provider_id=one.get("providerId"),
            )
            for one in self.entry.get("attempts", ())
        ]
        if self.entry["state"] in _UNTRIED:
            return attempts
        result = self.entry.get("reason") or self.entry["state"]
        latest = present(
            at=self.entry.get("at"),
            channel=self.entry.get("channel") or self.campaign.job.channels[0],
            result=result,
            provider_id=self.entry.get("providerId"),
        )
        return [*attempts, latest]

    def _sentences(self) -> Iterator[str]:
        who = f"{self.name} ({self.uid})" if self.name else self.uid
        campaign = f'the campaign "{self.campaign.job.name}"'
        if self.entry is not None:
            yield f"{who} is in the audience of {campaign}."
            yield from self._told(self.entry)
        elif self.is_frozen:
            yield f"{who} is not in the audience of {campaign}."
            yield self._why_not_in()
        else:
            yield from self._would_be(who, campaign)

    def _told(self, entry: Mapping[str, Any]) -> Iterator[str]:
        """Yield what the ledger says of a person."""
        state, at = entry["state"], time_words(entry.get("at"))
        why = reason_words(entry.get("reason"), entry.get("detail"))
        match state:
            case RecipientState.PLANNED:
                yield "Their message has not been sent yet."
                yield from self._campaign_stands()
                yield from self._verdict()
            case RecipientState.HELD:
                yield f"Their message is held: {why}. It is tried again on {_until(entry)}."
                yield from self._campaign_stands()
            case RecipientState.FAILED:
                yield f"Their message failed on {at}: {why}."
            case RecipientState.SKIPPED:
                yield f"They were skipped on {at}: {why}."
            case RecipientState.UNKNOWN:
                yield f"It is not known whether their message arrived ({at}): {why}."
            case _:
                channel = f" by {entry['channel']}" if entry.get("channel") else ""
                yield f"Their message {REACHED.get(state, state)}{channel} on {at}."
                yield from self._pushed(entry)
        if awaits_fallback(entry):
            other = self.campaign.job.channels[-1]
            yield f"Unless it was delivered by {_until(entry)}, it goes by {other} too."
        if earlier := entry.get("attempts"):
            times = "once" if len(earlier) == 1 else f"{len(earlier)} times"
            last = earlier[-1]
            by = f" by {last['channel']}" if last.get("channel") else ""
            yield f"It had been tried {times} before; the last attempt{by} {_ended(last)}."

    def _pushed(self, entry: Mapping[str, Any]) -> Iterator[str]:
        outcome = entry.get("push")
        if outcome is not None:
            yield PUSHES.get(outcome, f"The result of the push is {outcome}.")
        elif entry["state"] == RecipientState.SENT and self._is_pushed(entry.get("channel")):
            yield "The push has no result yet."

    def _is_pushed(self, channel: object) -> bool:
        return channel in self.campaign.kind.pushed_channels

    def _why_not_in(self) -> str:
        if self.membership.unmet:
            return f"They do not meet {'; '.join(self.membership.unmet)}."
        return (
            "They match it now, and did not when it was frozen: they joined the service, or their "
            "record was changed, after that."
        )

    def _would_be(self, who: str, campaign: str) -> Iterator[str]:
        state = self.status.state if self.status is not None else None
        if state is CampaignState.FAILED:
            yield f"Nobody is in the audience of {campaign}: it failed before it was planned."
            if self.error:
                yield self.error
            return
        if state is CampaignState.CANCELLED:
            yield f"{who} gets nothing: {campaign} was cancelled before they were planned."
            return
        yield f"The audience of {campaign} is not frozen yet."
        if self.membership.unmet:
            unmet = "; ".join(self.membership.unmet)
            yield f"As things stand, {who} will not be in it: they do not meet {unmet}."
            return
        yield f"As things stand, {who} will be in it."
        yield from self._campaign_stands()
        yield from self._verdict()

    def _campaign_stands(self) -> Iterator[str]:
        """Yield what holds the whole campaign back."""
        state = self.status.state if self.status is not None else None
        if state is CampaignState.PAUSED:
            yield "The campaign is paused."
        elif state is CampaignState.SCHEDULED:
            schedule = self.campaign.job.schedule
            start = schedule.start_at if schedule is not None else None
            yield f"The campaign begins on {time_words(start)}."

    def _verdict(self) -> Iterator[str]:
        """Yield what would happen to the person now."""
        verdict = self.now.verdict
        if isinstance(verdict, Decision):
            yield f"As things stand, they get it by {verdict.channel}."
            return
        why = reason_words(str(verdict.reason), verdict.detail)
        if verdict.state is RecipientState.HELD:
            yield f"As things stand, it is held until {time_words(verdict.until)}: {why}."
        else:
            yield f"As things stand, they do not get it: {why}."


def _until(entry: Mapping[str, Any]) -> str:
    until = entry.get("until")
    return time_words(until if isinstance(until, datetime) else None)


def _ended(attempt: Mapping[str, Any]) -> str:
    """Return how an earlier attempt ended, as the end of a sentence."""
    result = str(attempt.get("result"))
    if result in REACHED:
        return f"{REACHED[result]} and did not reach them in time"
    return f"failed: {reason_words(result)}"


def explain_invalid(campaign_id: str, why: str) -> dict[str, Any]:
    """Return the explanation of anybody and a campaign that could never run."""
    text = f"Nobody gets the campaign {campaign_id}, because it cannot run: {why}"
    return present(in_audience=False, attempts=[], checks=[], text=text)
