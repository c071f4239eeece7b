"""Decide whether a process may claim the upkeep lease. Pure; all times are the store's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from schema.upkeep_leases import UpkeepLease

LEASE = timedelta(seconds=15)
"""Half of the 30 seconds within which another process takes over from a dead holder."""


@dataclass(frozen=True, slots=True)
class Free:
    """Nobody holds the lease. Its next holder gets this fencing token."""

    token: int


@dataclass(frozen=True, slots=True)
class Own:
    """The process that asks holds the lease, under this token."""

    token: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Another process holds the lease for so long, unless it renews it."""

    left: timedelta


def judge_lease(
    lease: UpkeepLease | None, *, written_at: datetime, read_at: datetime, process: str
) -> Free | Own | Taken:
    """Return whether ``process`` may claim the lease as it was read at ``read_at``.

    ``lease`` is None if there is no readable document. A holder stops acting a whole ``LEASE``
    after it *asked* for the write, which is before ``written_at`` plus ``LEASE``; so a lease that
    is free here has no holder that acts.
    """
    if lease is None:
        return Free(token=1)
    left = written_at + LEASE - read_at
    if lease.holder is None or left <= timedelta():
        return Free(token=lease.token + 1)
    return Own(lease.token) if lease.holder == process else Taken(left)
