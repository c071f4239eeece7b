"""A person's record as a campaign reads it: only the fields that it needs must be valid.

Imports and the Admin SDK write a ``ServiceUser`` without checks. A field that the campaign does not
use may be wrong. A field that it uses is checked here, and the error names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from schema.base import Channel, Purpose
from schema.explain import describe_value

_TEXTS = ("displayName", "locale", "timeZone")
_SHOWN = (*_TEXTS, "attributes", "tags")


class UnreadableField(ValueError):
    """A needed field is wrong. The message has its name, its expected type and its value."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person to send to. ``stored`` holds the fields that were read of their ``ServiceUser``.

    ``has_device``: whether a push can reach them, None where that does not matter.
    ``is_number_taken``: another person of the campaign has their number, and its SMS.
    """

    stored: Mapping[str, Any]
    has_device: bool | None = None
    is_number_taken: bool = False

    def consent(self, channel: Channel, purpose: Purpose) -> bool | None:
        """Return whether the person agreed or refused, None if they did neither.

        Raise :class:`UnreadableField` for an entry that says neither yes nor no. The ``at`` and
        ``source`` of the entry, and other channels and purposes, are not read.
        """
        entry = self._consent_entry(channel, purpose)
        if entry is None:
            return None
        granted = entry.get("granted")
        if not isinstance(granted, bool):
            raise _unreadable(f"consents.{channel}.{purpose}.granted", "true or false", granted)
        return granted

    def consent_source(self, channel: Channel, purpose: Purpose) -> str | None:
        """Return where the person's answer came from, None if there is none or nobody says."""
        entry = self._consent_entry(channel, purpose)
        source = None if entry is None else entry.get("source")
        return source if isinstance(source, str) else None

    def _consent_entry(self, channel: Channel, purpose: Purpose) -> Mapping[str, Any] | None:
        consents = self.stored.get("consents")
        if consents is None or (type(consents) is dict and not consents):
            return None
        purposes = _map(consents, "consents").get(channel)
        if purposes is None:
            return None
        at = f"consents.{channel}"
        entries = _map(purposes, at)
        if purpose not in entries:
            return None
        return _map(entries[purpose], f"{at}.{purpose}")

    def shown_to_templates(self, shown: Collection[str]) -> dict[str, Any]:
        """Return ``user`` for a template that names these fields; ``"*"`` stands for all of them.

        Phone, email and id are never shown. A missing or null field renders as nothing. Raise
        :class:`UnreadableField` for a named field that is wrong.
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
    """Return the stored fields to read for a text that shows these; ``"*"`` stands for all."""
    return (*(name for name in _SHOWN if name in shown or "*" in shown), "consents")


def _map(value: Any, name: str) -> Mapping[str, Any]:
    # The type is asked first because an isinstance of an abstract class is slow.
    if type(value) is not dict and not isinstance(value, Mapping):
        raise _unreadable(name, "a map", value)
    return cast("Mapping[str, Any]", value)


def _unreadable(name: str, wanted: str, value: Any) -> UnreadableField:
    if value is None:
        return UnreadableField(f"{name} must be {wanted} and is missing")
    return UnreadableField(f"{name} must be {wanted}{describe_value(value)}")
