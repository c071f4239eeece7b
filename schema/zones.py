"""Read time zones from the pinned ``tzdata`` package, never from the machine's files.

Zones change several times a year, and ``zoneinfo`` prefers the system's files, which are as old as
the image. Importing anything from ``schema`` switches them off, so no process of Parley reads them.
"""

from __future__ import annotations

import functools
import zoneinfo

import tzdata

REQUIRED = "2026f"
"""The release of the IANA rules that ``requirements.txt`` pins. With an older one, people in zones
that changed since get messages at the wrong hour."""

zoneinfo.reset_tzpath(to=())
# ``zoneinfo`` caches zones that were made before.
zoneinfo.ZoneInfo.clear_cache()


def version() -> str:
    """Return the release of the rules in use, such as ``2026f``; releases compare as texts."""
    return str(tzdata.IANA_VERSION)


def is_zone(name: str) -> bool:
    """Return whether this is the exact name or alias of a zone; ``localtime`` is neither.

    Nor is ``Factory``, which stands for a machine whose zone nobody has set: browsers throw for it
    (``findings/intl-lists-no-utc-and-old-zone-names.sh``).
    """
    return name in _names()


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones() - {"Factory"})
