"""``getHealth``, ``redriveDeadLetters`` and ``reconcile``, for the owners of ``default``.

The same services as behind the command line. What changes something is in the audit of ``default``.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from parley.domain.access import OWNERS, Caller, require_staff
from parley.domain.operations_requests import ReconcileDrift, RedriveDeadLetters
from parley.domain.people.service_changes import ServiceChange, audit_entry
from parley.domain.ports import Clock, IdFactory, Publisher
from parley.domain.upkeep.drift import Drift
from parley.domain.upkeep.recounts import Recounted, read_recount_cursor, recount_cursor
from parley.services.upkeep.health_reports import HealthReports
from parley.services.upkeep.reconcile import Reconcile
from parley.services.upkeep.redrive_letters import Letter, RedriveLetters
from parley.store import Store
from schema import ids, limits, paths
from schema.base import present

_PAGE = 25
"""Chats or campaigns of one call: each is read with all its messages, or batches."""


class Operations:
    """What is done about a project as a whole."""

    def __init__(
        self, *, store: Store, publisher: Publisher, clock: Clock, new_ids: IdFactory
    ) -> None:
        self._store = store
        self._ids = new_ids
        self._health = HealthReports(store=store, clock=clock)
        self._letters = RedriveLetters(store=store, publisher=publisher)
        self._reconcile = Reconcile(store=store, clock=clock)

    async def health(self, *, caller: Caller) -> dict[str, Any]:
        """Return what waits, what stands still, and what was parked."""
        await self._require_owner(caller)
        return await self._health.report()

    async def redrive(self, *, caller: Caller, request: RedriveDeadLetters) -> dict[str, Any]:
        """Put letters back on their queues; tell which cannot go back, and why.

        Of a queue up to 100, the oldest first, that were not redriven since they were parked.
        """
        await self._require_owner(caller)
        done = await self._letters.redrive(await self._named(request))
        redriven = [one for one in done if one.why_not is None]
        if redriven:
            await self._note(caller, "redriven", dict(Counter(one.queue for one in redriven)))
        return {
            "redriven": len(redriven),
            "refused": [
                {"id": one.id, "why": one.why_not} for one in done if one.why_not is not None
            ],
        }

    async def reconcile(self, *, caller: Caller, request: ReconcileDrift) -> dict[str, Any]:
        """Recount some chats or campaigns, and correct them if asked to.

        The last page notes for others what all pages found.
        """
        await self._require_owner(caller)
        place, so_far = None, Recounted()
        if request.cursor is not None:
            place, so_far = read_recount_cursor(request.cursor)
        report, ahead = await self._reconcile.page(place, repair=request.repair, most=_PAGE)
        so_far += report.sums()
        if ahead is None:
            await self._reconcile.note(so_far, by=caller.id)
        if report.repaired.total():
            counts = {str(kind): count for kind, count in report.repaired.items() if count}
            await self._note(caller, "reconciled", counts)
        return present(
            checked=report.chats + report.campaigns,
            drifts=[_drift(one) for some in report.examples.values() for one in some],
            drifted=report.drift.total(),
            repaired=report.repaired.total(),
            unreadable=report.unreadable,
            next_cursor=None if ahead is None else recount_cursor(ahead, so_far),
        )

    async def _named(self, request: RedriveDeadLetters) -> list[Letter]:
        if request.ids is not None:
            found = await asyncio.gather(*map(self._letters.get, dict.fromkeys(request.ids)))
            return [one for one in found if one is not None]
        waiting = await self._letters.find(queue=request.queue, waiting=True)
        return waiting[: limits.LETTERS_AT_ONCE]

    async def _require_owner(self, caller: Caller) -> None:
        (staff,) = await self._store.get_many([paths.staff(ids.DEFAULT_SERVICE, caller.id)])
        require_staff(caller, ids.DEFAULT_SERVICE, staff, OWNERS, field="caller")

    async def _note(self, caller: Caller, action: str, counts: dict[str, int]) -> None:
        change = ServiceChange(self._ids.new_id(), ids.DEFAULT_SERVICE, caller.id, action)
        await self._store.commit([audit_entry(change, {}, counts)])


def _drift(drift: Drift) -> dict[str, Any]:
    return {
        "kind": str(drift.kind),
        "path": drift.path,
        "found": repr(drift.found),
        "expected": repr(drift.expected),
    }
