"""Export the consents of a service's people, page by page. Memory holds one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from parley.domain.access import ADMINS, Caller, not_found, require_staff
from parley.domain.people.consent_rows import COLUMNS, FIELDS, consent_row
from parley.domain.people.csv_writing import csv_lines
from parley.store import OrderBy, Query, Snapshot, Store
from schema import ids, paths
from schema.reasons import CallableReason

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """Lines of CSV, and how many people they are; the header is a page of nobody."""

    csv: str
    people: int = 0


class ExportConsents:
    """Reads consents for owners and admins of a service."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def export(self, *, caller: Caller, service_id: str) -> AsyncIterator[ConsentPage]:
        """Yield the header, then the people in the order of their uids, as CSV.

        Each page is read when the one before it was taken.
        """
        service, staff = await self._store.get_many(
            [paths.service(service_id), paths.staff(service_id, caller.id)]
        )
        require_staff(caller, service_id, staff, ADMINS, field="serviceId")
        if service is None and service_id != ids.DEFAULT_SERVICE:
            raise not_found(CallableReason.UNKNOWN_SERVICE, f"there is no service {service_id!r}")
        yield ConsentPage(csv_lines([COLUMNS]))
        async for page in self._pages(service_id):
            lines = csv_lines(consent_row(one.id, one.fields) for one in page)
            yield ConsentPage(lines, len(page))

    async def _pages(self, service_id: str) -> AsyncIterator[list[Snapshot]]:
        collection = paths.service_users(service_id)
        after: str | None = None
        while True:
            query = Query(
                collection,
                order_by=(OrderBy("__name__"),),
                start_after=None if after is None else (after,),
                limit=_PAGE,
                select=FIELDS,
            )
            found = [one async for page in self._store.stream(query) for one in page]
            if found:
                yield found
            if len(found) < _PAGE:
                return
            after = found[-1].path
