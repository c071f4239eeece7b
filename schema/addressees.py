"""A person's record as a campaign reads it: leniently, but for what it needs.

A ``ServiceUser`` may be written by an import or the Admin SDK, past every check. What a campaign
does not look at may be wrong; what it needs is read here, and a failure names the field.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from schema.base import Channel, Purpose
from schema.explain import value_shown

_TEXTS = ("displayName", "locale", "timeZone")
_SHOWN = (*_TEXTS, "attributes", "tags")


class UnreadableField(ValueError):
    """A field that is needed is wrong; the message names it, what it must be and what it is."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person to send to; ``stored`` holds the fields of their ``ServiceUser`` that were read."""

    stored: Mapping[str, Any]

    def consents_to(self, channel: Channel, purpose: Purpose) -> bool:
        """What the person said, or what holds without a word: all but marketing by SMS or email.

        Raises :class:`UnreadableField` for an entry from which neither yes nor no can be read: it
        may have been meant as a withdrawal, so it counts for nothing. An entry's ``at`` and
        ``source``, and the entries of other channels and purposes, are not looked at.
        """
        consents = self.stored.get("consents")
        if not consents:
            if consents is None or isinstance(consents, Mapping):
                return _granted_without_a_word(channel, purpose)
            raise _unreadable("consents", "a map", consents)
        purposes = _map(consents, "consents").get(channel)
        if purposes is None:
            return _granted_without_a_word(channel, purpose)
        at = f"consents.{channel}"
        entries = _map(purposes, at)
        if purpose not in entries:
            return _granted_without_a_word(channel, purpose)
        entry = _map(entries[purpose], f"{at}.{purpose}")
        granted = entry.get("granted")
        if not isinstance(granted, bool):
            raise _unreadable(f"{at}.{purpose}.granted", "true or false", granted)
        return granted

    def shown_to_templates(self, shown: Collection[str]) -> dict[str, Any]:
        """What a text that names these fields may show as ``user``; ``"*"`` for all of them.

        No phone, no email, no id. What is missing or null shows as nothing. Raises
        :class:`UnreadableField` for a field that is named and wrong.
        """
        if not shown:
            return {}
        is_whole = "*" in shown
        return {name: self._shown(name) for name in _SHOWN if is_whole or name in shown}

    def _shown(self, name: str) -> Any:
        value = self.stored.get(name)
        if type(value) is str and name in _TEXTS:
            return value
        if value is None:
            return None if name in _TEXTS else {} if name == "attributes" else []
        if name in _TEXTS:
            raise _unreadable(name, "a text", value)
        if name == "attributes":
            return _map(value, name)
        if not isinstance(value, list):
            raise _unreadable(name, "a list", value)
        for number, tag in enumerate(value):
            if not isinstance(tag, str):
                raise _unreadable(f"{name}[{number}]", "a text", tag)
        return value


def addressee_fields(shown: Collection[str]) -> tuple[str, ...]:
    """The stored fields to read of a person whose text shows these; all of them for ``"*"``."""
    return (*(name for name in _SHOWN if name in shown or "*" in shown), "consents")


def _granted_without_a_word(channel: Channel, purpose: Purpose) -> bool:
    return purpose == "transactional" or channel in ("chat", "push")


def _map(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _unreadable(name, "a map", value)
    return value


def _unreadable(name: str, wanted: str, value: Any) -> UnreadableField:
    if value is None:
        return UnreadableField(f"{name} must be {wanted} and is missing")
    return UnreadableField(f"{name} must be {wanted}{value_shown(value)}")
