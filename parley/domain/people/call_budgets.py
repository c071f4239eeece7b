"""How much the calls of one person may do in a minute, and what a call will write. Pure.

Time is cut into slots of five seconds. What a minute holds is the sum over the slots that reach
into it, so no minute holds more than the limit, and what was spent comes back within 65 s.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from parley.domain.people_requests import ImportPeople
from parley.domain.requests import AddMembers, CreateGroup
from schema import limits

SLOT_SECONDS = 5
_SLOTS = 60 // SLOT_SECONDS + 1

_GROUP = 5
"""The writes of a group itself: chat, system message, audit entry, and its owner's two."""
_JOINING = 3
"""The chat, the audit entry, and one system message above the number that are named."""
_EACH = 2
"""Each person: a member and a row, or an invitation and a row."""
_NAMED = 3
"""The writes of one message that names a person: the message, its outbox entry, and the note that a
stranger rang, or the row that gave way."""
_LINE = 3
"""Each line of an import: two records and the place on a list."""

Spent = Mapping[int, int]
"""Amounts by slot of time."""


def still_spent(spent: Spent, now: datetime) -> dict[int, int]:
    """Return the slots that still count."""
    oldest = _slot(now) - _SLOTS
    return {slot: amount for slot, amount in spent.items() if slot > oldest}


def spend(spent: Spent, now: datetime, amount: int) -> dict[int, int]:
    """Return the slots after spending, without those that no longer count."""
    left = still_spent(spent, now)
    slot = _slot(now)
    return {**left, slot: left.get(slot, 0) + amount}


def seconds_to_wait(spent: Spent, now: datetime, amount: int, limit: int) -> int:
    """Return after how many whole seconds ``amount`` fits under the limit; 0 if it does now.

    An amount above the limit takes all of it.
    """
    left = still_spent(spent, now)
    room = limit - min(amount, limit)
    total = sum(left.values())
    until = now.timestamp()
    for slot in sorted(left):
        if total <= room:
            break
        total -= left[slot]
        until = (slot + _SLOTS) * SLOT_SECONDS
    return max(0, math.ceil(until - now.timestamp()))


def writes_of_group(request: CreateGroup) -> int:
    """Return how many documents the creation of a group writes at most."""
    count = len(set(request.user_ids))
    return _GROUP + _EACH * count + (_NAMED * count if count <= limits.JOINED_NAMED else 1)


def writes_of_joining(request: AddMembers) -> int:
    """Return how many documents people who join a group write at most, members' rows aside."""
    count = len(set(request.user_ids))
    # As many of those who join are named as of those who are invited; of more, only one of the two.
    named = count if count <= 2 * limits.JOINED_NAMED else limits.JOINED_NAMED
    return _JOINING + _EACH * count + _NAMED * named


def writes_of_import(request: ImportPeople) -> int:
    """Return how many documents an import may write, up to all that a minute has.

    A file by its path counts as a whole minute's, since it is as long as its service wants: the
    number of large imports is held, not their length.
    """
    if request.dry_run:
        return 0
    if request.csv is None:
        return limits.CALL_WRITES_PER_MINUTE
    lines = request.csv.count("\n") + request.csv.count("\r") + 1
    return min(1 + _LINE * lines, limits.CALL_WRITES_PER_MINUTE)


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // SLOT_SECONDS
