"""Choose the channel for a person's message, or name the reason why there is none now. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar

from parley.domain.delivery.consent import has_opted_out, is_granted
from parley.domain.delivery.phone_numbers import BadNumber, check_number
from parley.domain.delivery.windows import opens_at, window_zone
from schema.addressees import Addressee, UnreadableField
from schema.base import Channel, Purpose
from schema.explain import describe_value
from schema.reasons import RecipientReason, RecipientState
from schema.sending_window import SendingWindow
from schema.services import FrequencyCap


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a person gets no message; ``detail`` is for staff.

    ``until``: when a person who is held is tried again.
    """

    state: RecipientState
    reason: RecipientReason
    detail: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class RouteContext:
    """What all people of one message share.

    ``window`` is when it may be sent, ``cap`` how many messages of its purpose a person gets,
    ``expire_at`` when nobody gets it any more. ``countries`` is where its SMS may go, None for
    anywhere. ``source`` is the campaign, which does not count towards its own cap.
    """

    purpose: Purpose
    now: datetime
    window: SendingWindow | None = None
    cap: FrequencyCap | None = None
    expire_at: datetime | None = None
    countries: tuple[str, ...] | None = None
    source: str = ""

    @property
    def is_capped(self) -> bool:
        """Whether the message counts towards the service's frequency cap."""
        return self.cap is not None and self.cap.purpose == self.purpose


ChannelCheck = Callable[[Addressee, Channel, RouteContext], Exclusion | None]
"""Return why a person cannot be reached on a channel, None if they can."""

PersonCheck = Callable[[Addressee, RouteContext], Exclusion | None]
"""Return why a person gets no message now on any channel, None if they may."""

AnyChannel = TypeVar("AnyChannel", bound=Channel)

_NO_CONSENT = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_CONSENT)
_OPTED_OUT = Exclusion(RecipientState.SKIPPED, RecipientReason.OPTED_OUT)
_NO_DEVICE = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_DEVICE)
_NO_PHONE = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_PHONE)
_DUPLICATE_PHONE = Exclusion(RecipientState.SKIPPED, RecipientReason.DUPLICATE_PHONE)
_CHECKED_NUMBERS = 10_000
EXPIRED = Exclusion(RecipientState.SKIPPED, RecipientReason.EXPIRED)


def check_consent(person: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
    """Skip a person without consent; fail one whose consent cannot be read, naming the field."""
    try:
        granted = is_granted(person, channel, context.purpose)
    except UnreadableField as wrong:
        return Exclusion(RecipientState.FAILED, RecipientReason.INVALID_USER, str(wrong))
    if granted:
        return None
    return _OPTED_OUT if has_opted_out(person, channel, context.purpose) else _NO_CONSENT


def check_device(person: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
    """Skip a person without a device, where another channel may reach them."""
    return _NO_DEVICE if channel == "chat" and person.has_device is False else None


def check_phone(person: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
    """Skip a person to whose number no SMS may be sent."""
    if channel != "sms":
        return None
    number = sms_number(person, context)
    return number if isinstance(number, Exclusion) else None


def check_duplicate_phone(
    person: Addressee, channel: Channel, context: RouteContext
) -> Exclusion | None:
    """Skip a person whose number another person of the campaign has, who gets the SMS."""
    return _DUPLICATE_PHONE if channel == "sms" and person.is_number_taken else None


def sms_number(person: Addressee, context: RouteContext) -> str | Exclusion:
    """Return the number in E.164 that a person's SMS goes to, or why there is none."""
    phone = person.stored.get("phone")
    if phone is None or phone == "":
        return _NO_PHONE
    if not isinstance(phone, str):
        detail = f"phone must be a text{describe_value(phone)}"
        return Exclusion(RecipientState.SKIPPED, RecipientReason.INVALID_PHONE, detail)
    number = _checked(phone, context.countries)
    if isinstance(number, BadNumber):
        return Exclusion(RecipientState.SKIPPED, number.reason, number.detail)
    return number


@lru_cache(_CHECKED_NUMBERS)
def _checked(phone: str, countries: tuple[str, ...] | None) -> str | BadNumber:
    """Check a number once for all who ask about a batch; reading one takes 50 microseconds."""
    return check_number(phone, countries)


def check_expiry(person: Addressee, context: RouteContext) -> Exclusion | None:
    """Skip everybody once the message has expired."""
    return EXPIRED if context.expire_at is not None and context.now >= context.expire_at else None


def check_frequency_cap(person: Addressee, context: RouteContext) -> Exclusion | None:
    """Skip a person who got as many messages of this purpose as the service allows."""
    cap = context.cap
    if cap is None or not context.is_capped:
        return None
    count = len(counted_campaigns(person.stored.get("recentCampaigns"), cap, context))
    if count < cap.count:
        return None
    messages = "1 campaign message" if count == 1 else f"{count} campaign messages"
    days = "the last day" if cap.days == 1 else f"the last {cap.days} days"
    detail = f"{messages} in {days}; the service allows {cap.count}"
    return Exclusion(RecipientState.SKIPPED, RecipientReason.FREQUENCY_CAP, detail)


def check_window(person: Addressee, context: RouteContext) -> Exclusion | None:
    """Hold a person outside the sending window until it opens, or until the message expires."""
    window = context.window
    if window is None:
        return None
    zone = window_zone(window, person.stored.get("timeZone"))
    opens = opens_at(window, zone, context.now)
    if opens is None:
        return None
    until = opens if context.expire_at is None else min(opens, context.expire_at)
    detail = f"outside {window.from_} to {window.to} in {zone.key}; goes at {opens:%Y-%m-%dT%H:%MZ}"
    return Exclusion(RecipientState.HELD, RecipientReason.OUTSIDE_WINDOW, detail, until)


def counted_campaigns(recent: object, cap: FrequencyCap, context: RouteContext) -> list[str]:
    """Return the other campaigns whose messages to a person count towards the cap now."""
    oldest = context.now - timedelta(days=cap.days)
    return [
        campaign_id
        for campaign_id, sent_at in (recent.items() if isinstance(recent, Mapping) else ())
        if isinstance(sent_at, datetime) and sent_at > oldest and campaign_id != context.source
    ]


CHANNEL_CHECKS: Final[tuple[ChannelCheck, ...]] = (
    check_consent,
    check_device,
    check_phone,
    check_duplicate_phone,
)
"""Applied to each channel in order; the first that excludes gives the reason."""

PERSON_CHECKS: Final[tuple[PersonCheck, ...]] = (check_expiry, check_frequency_cap, check_window)
"""Applied in order once a channel is found; none of them leads to another channel."""


def choose_channel(
    person: Addressee,
    channels: Sequence[AnyChannel],
    context: RouteContext,
    checks: Sequence[ChannelCheck] = CHANNEL_CHECKS,
) -> AnyChannel | Exclusion:
    """Return the first of ``channels`` that passes all checks.

    If none does, return the exclusion from the first channel, which the message was meant for.
    """
    excluded: Exclusion | None = None
    for channel in channels:
        for check in checks:
            exclusion = check(person, channel, context)
            if exclusion is not None:
                excluded = excluded or exclusion
                break
        else:
            return channel
    if excluded is None:
        raise ValueError("a message needs at least one channel")
    return excluded


def check_person(person: Addressee, context: RouteContext) -> Exclusion | None:
    """Return why a person who can be reached gets no message now, None if they get it."""
    for check in PERSON_CHECKS:
        exclusion = check(person, context)
        if exclusion is not None:
            return exclusion
    return None
