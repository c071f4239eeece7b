"""Choose the channel for a person's message, or return the reason for none. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from parley.domain.delivery.consent import is_granted
from schema.addressees import Addressee, UnreadableField
from schema.base import Channel, Purpose
from schema.reasons import RecipientReason, RecipientState


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a person gets no message; ``detail`` is for staff."""

    state: RecipientState
    reason: RecipientReason
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class RouteContext:
    """What all people of one message share: its purpose, and the time of sending."""

    purpose: Purpose
    now: datetime


Check = Callable[[Addressee, Channel, RouteContext], Exclusion | None]
"""Return why a person cannot be reached on a channel, None if they can."""

AnyChannel = TypeVar("AnyChannel", bound=Channel)

_NO_CONSENT = Exclusion(RecipientState.SKIPPED, RecipientReason.NO_CONSENT)


def check_consent(person: Addressee, channel: Channel, context: RouteContext) -> Exclusion | None:
    """Skip a person without consent; fail one whose consent cannot be read, naming the field."""
    try:
        granted = is_granted(person, channel, context.purpose)
    except UnreadableField as wrong:
        return Exclusion(RecipientState.FAILED, RecipientReason.INVALID_USER, str(wrong))
    return None if granted else _NO_CONSENT


CHECKS: Final[tuple[Check, ...]] = (check_consent,)
"""Applied in order; the first that excludes gives the reason. Windows, caps and devices go here."""


def choose_channel(
    person: Addressee,
    channels: Sequence[AnyChannel],
    context: RouteContext,
    checks: Sequence[Check] = CHECKS,
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
