"""Decide whether a person accepts messages of a purpose on a channel. Pure."""

from __future__ import annotations

from typing import Final

from schema.addressees import Addressee
from schema.base import Channel, Purpose
from schema.consent_history import OPT_OUTS

NEED_AN_ENTRY: Final[frozenset[tuple[Channel, Purpose]]] = frozenset(
    {("sms", "marketing"), ("email", "marketing")}
)
"""The messages that need a person's agreement first. All others are granted until withdrawn."""


def is_granted(person: Addressee, channel: Channel, purpose: Purpose) -> bool:
    """Return the person's own answer, or the default if they gave none.

    Raise ``UnreadableField`` for an entry that says neither yes nor no: it may have been meant as
    a withdrawal, so it must not be taken for consent.
    """
    answer = person.consent(channel, purpose)
    return (channel, purpose) not in NEED_AN_ENTRY if answer is None else answer


def has_opted_out(person: Addressee, channel: Channel, purpose: Purpose) -> bool:
    """Return whether the person withdrew by an opt-out at the provider, such as STOP.

    False where no consent was ever given. Raise ``UnreadableField`` as ``is_granted`` does.
    """
    source = person.consent_source(channel, purpose)
    return source in OPT_OUTS and not is_granted(person, channel, purpose)
