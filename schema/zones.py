"""Time zones by the rules of the pinned ``tzdata`` package, never by the machine's own files.

Zones change several times a year, and ``zoneinfo`` prefers the system's files, which are as old as
the image. Importing anything of ``schema`` switches them off, so no process of Parley reads them.
"""

from __future__ import annotations

import functools
import zoneinfo

import tzdata

REQUIRED = "2026f"
"""The release of the IANA rules that ``requirements.txt`` pins; with an older one, people in zones
that changed since are written to at the wrong hour."""

zoneinfo.reset_tzpath(to=())
# One that was made earlier would be handed out again.
zoneinfo.ZoneInfo.clear_cache()


def version() -> str:
    """The release of the rules in use, such as ``2026f``; releases compare as texts."""
    return str(tzdata.IANA_VERSION)


def is_zone(name: str) -> bool:
    """Whether this is a zone's name or alias, letter for letter; ``localtime`` is neither."""
    return name in _names()


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
