"""Decide whether a person accepts messages of a purpose on a channel. Pure."""

from __future__ import annotations

from typing import Final

from schema.addressees import Addressee
from schema.base import Channel, Purpose

NEED_AN_ENTRY: Final[frozenset[tuple[Channel, Purpose]]] = frozenset(
    {("sms", "marketing"), ("email", "marketing")}
)
"""The messages that need a person's agreement first. All others are granted until withdrawn."""


_STOPPED: Final = ("stop", "21610")
"""What the source of a withdrawal says after a STOP, or after the provider told of one."""


def has_opted_out(person: Addressee, channel: Channel, purpose: Purpose) -> bool:
    """Return whether a person withdrew by a STOP to the sender, rather than in the app."""
    source = person.consent_source(channel, purpose).casefold()
    return channel == "sms" and any(word in source for word in _STOPPED)


def is_granted(person: Addressee, channel: Channel, purpose: Purpose) -> bool:
    """Return the person's own answer, or the default if they gave none.

    Raise ``UnreadableField`` for an entry that says neither yes nor no: it may have been meant as
    a withdrawal, so it must not be taken for consent.
    """
    answer = person.consent(channel, purpose)
    return (channel, purpose) not in NEED_AN_ENTRY if answer is None else answer
