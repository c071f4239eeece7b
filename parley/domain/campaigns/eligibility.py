"""Every check of one person, with its result: why they get a campaign now, or why not. Pure.

The verdict is that of :class:`Decider`, which sends; each check is one of those that it applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.decisions import Decider, Decision
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.past_members import UNWILLING, is_unwilling, past_words
from parley.domain.campaigns.recipient_words import reason_words
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.delivery.routing import (
    CHANNEL_CHECKS,
    PERSON_CHECKS,
    ChannelCheck,
    Exclusion,
    check_consent,
    check_device,
    check_duplicate_phone,
    check_phone,
    counted_campaigns,
)
from parley.domain.delivery.windows import window_zone
from schema import limits
from schema.addressees import Addressee
from schema.base import Channel
from schema.push_tokens import PushTokens
from schema.reasons import RecipientReason

_TEXT_REASONS = frozenset(
    {
        RecipientReason.TEMPLATE_ERROR,
        RecipientReason.EMPTY_BODY,
        RecipientReason.BODY_TOO_LONG,
        RecipientReason.INVALID_USER,
    }
)


_CHECKED: Mapping[ChannelCheck, tuple[Channel, ...]] = {
    check_device: (),
    check_phone: ("sms",),
    check_duplicate_phone: ("sms",),
}
"""The channels of checks that do not concern all; devices have a check of their own below."""

_PASSED: Mapping[ChannelCheck, str] = {
    check_phone: "an SMS may go to their number",
    check_duplicate_phone: "nobody else in the campaign has got the SMS for their number",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of a message to one person, and whether it holds."""

    check: str
    ok: bool
    detail: str

    def answer(self) -> dict[str, Any]:
        """Return the check as callables answer it."""
        return {"check": self.check, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What happens to a person now, and every check behind it."""

    verdict: Decision | Exclusion
    checks: list[Check]


def eligibility(
    campaign: Campaign,
    rules: ServiceRules,
    person: Person,
    tokens: Mapping[str, Any] | None,
    now: datetime,
) -> Eligibility:
    """Return the verdict for a person at a time; ``tokens`` are their devices as stored."""
    context = rules.context(campaign, now)
    verdict = Decider(campaign, rules.name, context).decide(person)
    if person.user is None:
        why = reason_words(RecipientReason.NOT_IN_SERVICE)
        return Eligibility(verdict, [Check("inService", False, why)])
    addressee = person.addressee()
    checks = [Check("inService", True, f"the service {campaign.service_id} knows them")]
    checks += _group_checks(campaign, person)
    for channel in campaign.job.channels:
        for channel_check in CHANNEL_CHECKS:
            if channel not in _CHECKED.get(channel_check, (channel,)):
                continue
            name = f"{_name(channel_check)}.{channel}"
            excluded = channel_check(addressee, channel, context)
            passed = _PASSED.get(channel_check, f"{channel} {context.purpose} is allowed")
            checks.append(_check(name, excluded, passed))
    facts = dict(_facts(campaign, rules, addressee, now))
    for person_check in PERSON_CHECKS:
        name = _name(person_check)
        checks.append(_check(name, person_check(addressee, context), facts.get(name, "passed")))
    checks += _text_checks(verdict)
    if "chat" in campaign.job.channels:
        checks.append(_consent_to_push(addressee, campaign, rules, now))
        checks += _device_checks(campaign, person.uid, tokens, now)
    return Eligibility(verdict, checks)


def _group_checks(campaign: Campaign, person: Person) -> Iterator[Check]:
    """Yield whether a person is in the campaign's group, or may be added."""
    if campaign.kind.shared_chat_id(campaign) is None:
        return
    if person.member is not None:
        yield Check("group", True, "they are a member of the group")
    elif person.past is not None:
        yield Check("group", False, past_words(person))
    elif is_unwilling(person):
        yield Check("group", False, UNWILLING)
    else:
        yield Check("group", True, "they have never been in the group, and may be added")


def _name(check: Any) -> str:
    """Return the name of a check of the router: ``check_frequency_cap`` is ``frequencyCap``."""
    first, *rest = str(check.__name__).removeprefix("check_").split("_")
    return first + "".join(word.capitalize() for word in rest)


def _check(name: str, excluded: Exclusion | None, passed: str) -> Check:
    if excluded is None:
        return Check(name, True, passed)
    return Check(name, False, reason_words(str(excluded.reason), excluded.detail))


def _facts(
    campaign: Campaign, rules: ServiceRules, addressee: Addressee, now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield what stands behind checks that pass, by their name."""
    context = rules.context(campaign, now)
    expire_at = context.expire_at
    yield (
        "expiry",
        "it never expires" if expire_at is None else f"until {expire_at:%Y-%m-%d %H:%MZ}",
    )
    cap, window = context.cap, context.window
    if cap is None or not context.is_capped:
        yield "frequencyCap", f"the service has no cap for {context.purpose} messages"
    else:
        recent = addressee.stored.get("recentCampaigns")
        count = len(counted_campaigns(recent, cap, context))
        yield "frequencyCap", f"{count} of {cap.count} in the last {cap.days} days"
    if window is None:
        yield "window", "it may be sent at any hour"
    else:
        zone = window_zone(window, addressee.stored.get("timeZone")).key
        yield "window", f"within {window.from_} to {window.to} in {zone}"


def _text_checks(verdict: Decision | Exclusion) -> list[Check]:
    """Return whether the text can be rendered, if the verdict came as far as that."""
    if isinstance(verdict, Decision):
        length = limits.length(verdict.text.body or "")
        return [Check("text", True, f"the text has {length} characters")]
    if verdict.reason in _TEXT_REASONS:
        return [Check("text", False, reason_words(str(verdict.reason), verdict.detail))]
    return []


def _consent_to_push(
    addressee: Addressee, campaign: Campaign, rules: ServiceRules, now: datetime
) -> Check:
    push: Channel = "push"
    context = rules.context(campaign, now)
    passed = f"push {context.purpose} is allowed"
    return _check("consent.push", check_consent(addressee, push, context), passed)


def _device_checks(
    campaign: Campaign, uid: str, stored: Mapping[str, Any] | None, now: datetime
) -> Iterator[Check]:
    """Yield whether the person has a device, and has not muted the chat."""
    tokens = PushTokens.readable(stored or {})
    count = len(tokens.devices)
    devices = "1 device" if count == 1 else f"{count or 'no'} devices"
    yield Check("devices", count > 0, f"{devices} with the app")
    chat_id = campaign.chat_id(uid)
    muted = (tokens.muted or {}).get(chat_id)
    if muted is True:
        yield Check("notMuted", False, "they have muted the chat")
    elif isinstance(muted, datetime) and muted > now:
        yield Check("notMuted", False, f"they have muted the chat until {muted:%Y-%m-%d %H:%MZ}")
    else:
        yield Check("notMuted", True, "they have not muted the chat")
