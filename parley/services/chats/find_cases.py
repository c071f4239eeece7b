"""``findCases``: the cases of people whom a filter selects."""

from __future__ import annotations

from typing import Any

from parley.domain.access import STAFF, Caller, require_staff
from parley.domain.chats.asked_filters import read_where
from parley.domain.chats.found_cases import found_case
from parley.domain.chats.inbox_views import inbox_view
from parley.domain.inbox_requests import FindCases as Request
from parley.services.chats.matching_cases import MatchingCases
from parley.store import Store
from schema import limits, paths
from schema.base import present


class FindCases:
    """A page looks through 200 people, so it may hold few cases and lead on all the same."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._cases = MatchingCases(store=store)

    async def find(self, *, caller: Caller, request: Request) -> dict[str, Any]:
        """Return up to 50 cases, and where the next page begins, for staff of any role."""
        (staff,) = await self._store.get_many([paths.staff(request.service_id, caller.id)])
        require_staff(caller, request.service_id, staff, STAFF, field="serviceId")
        page = await self._cases.page(
            request.service_id,
            read_where(request.where),
            inbox_view(request.view or request.state or "all", request.assignee_id or caller.id),
            cursor=request.cursor,
            most=limits.FOUND_CASES,
        )
        return present(cases=[found_case(one) for one in page.cases], next_cursor=page.cursor)
