"""Limits that many SMS share: reserved in blocks, so that no document is written for each SMS.

A block is reserved in a commit under the document's precondition, and used up in memory. So a limit
is never passed, by however many processes. What a process has reserved and not used is lost to the
others until the period ends: at most a twentieth of what was left, or one SMS.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from cachetools import LRUCache

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import MUST_NOT_EXIST, Set, Store, UpdatedAt
from parley.store.commit_loop import ATTEMPTS
from schema.sms_usage import SmsUsage, sms_usage_fields

_BLOCK_SMS = 100
"""The most SMS of a block: a process that sends 100 a second writes a document once a second."""

_SHARE = 20
"""A block is at most this part of what is left, so the last ones are reserved one by one."""

_BLOCKS = 10_000


@dataclass(slots=True)
class _Block:
    """What this process has reserved of one limit in one period."""

    period: str = ""
    left: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class ReserveUsage:
    """Takes amounts from limits. Instances in any number of processes may race."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._blocks: LRUCache[str, _Block] = LRUCache(_BLOCKS)

    async def take(self, path: str, period: str, *, amount: int, limit: int) -> bool:
        """Take an amount of a limit in a period; False if not so much is left.

        Costs nothing while the block lasts, a read and a write for another block, and a read where
        the limit is reached.
        """
        block = self._blocks.get(path)
        if block is None:
            block = self._blocks[path] = _Block()
        async with block.lock:
            if block.period != period:
                block.period, block.left = period, 0
            if block.left < amount and not await self._reserve(path, block, amount, limit):
                return False
            block.left -= amount
            return True

    def give_back(self, path: str, period: str, amount: int) -> None:
        """Give back what was taken and not used; this process uses it next."""
        block = self._blocks.get(path)
        if block is not None and block.period == period:
            block.left += amount

    async def _reserve(self, path: str, block: _Block, amount: int, limit: int) -> bool:
        for _ in range(ATTEMPTS):
            (held,) = await self._store.get_many([path])
            usage = None if held is None else SmsUsage.parse_or_none(held.fields)
            used = usage.used if usage is not None and usage.period == block.period else 0
            left, missing = limit - used, amount - block.left
            if missing > left:
                return False
            size = max(missing, min(left // _SHARE, amount * _BLOCK_SMS))
            fence = MUST_NOT_EXIST if held is None else UpdatedAt(held.update_time)
            fields = sms_usage_fields(period=block.period, used=used + size)
            try:
                await self._store.commit([Set(path, fields, fence)])
            except (Conflict, CommitOutcomeUnknown):
                # If it was our own answer that was lost, its block stays reserved and unused.
                continue
            block.left += size
            return True
        raise Conflict(f"{path} is being changed by others: {ATTEMPTS} commits were outraced")
