"""Find the cases of a view, or of the people whom a filter selects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from parley.domain.campaigns.filters import fields_read, narrowing, predicate
from parley.domain.chats.found_cases import MatchingCase
from parley.store import OrderBy, Query, Store, Where
from schema import ids, paths
from schema.audience_filters import Filter
from schema.chats import Chat
from schema.staff_shelf import CaseView

PEOPLE_AT_ONCE = 300
"""How many records one page of a search looks through."""


@dataclass(frozen=True, slots=True)
class Page:
    """The cases of one page of people; ``cursor`` is the last of them, None at the end."""

    cases: list[MatchingCase]
    cursor: str | None


class MatchingCases:
    """Reads people in the order of their uids, and the cases of those who match."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def page(
        self, service_id: str, where: Filter, *, state: str | None, cursor: str | None, most: int
    ) -> Page:
        """Return up to ``most`` cases. Costs a read for each record, and one for each match."""
        matches = predicate(where)
        people = paths.service_users(service_id)
        query = Query(
            people,
            where=narrowing(where),
            order_by=(OrderBy("__name__"),),
            start_after=None if cursor is None else (f"{people}/{cursor}",),
            limit=PEOPLE_AT_ONCE,
            select=(*fields_read(where), "displayName"),
        )
        found = [one async for page in self._store.stream(query) for one in page]
        wanted = [one for one in found if ids.is_name(one.id) and matches(one.fields)]
        chat_ids = [ids.case_chat_id(one.id, service_id) for one in wanted]
        chats = await self._store.get_many([paths.chat(each) for each in chat_ids])
        cases: list[MatchingCase] = []
        for person, chat_id, snapshot in zip(wanted, chat_ids, chats, strict=True):
            chat = None if snapshot is None else Chat.parse_or_none(snapshot.fields)
            if chat is None or (state is not None and chat.state != state):
                continue
            if len(cases) == most:
                return Page(cases, cases[-1].person.id)
            cases.append(MatchingCase(chat_id, chat, person))
        return Page(cases, found[-1].id if len(found) == PEOPLE_AT_ONCE else None)

    async def of_people(
        self, service_id: str, where: Filter, state: str | None
    ) -> AsyncIterator[str]:
        """Yield the ids of all cases of the people who match."""
        cursor: str | None = None
        while True:
            page = await self.page(
                service_id, where, state=state, cursor=cursor, most=PEOPLE_AT_ONCE
            )
            for case in page.cases:
                yield case.chat_id
            cursor = page.cursor
            if cursor is None:
                return

    async def of_view(self, service_id: str, view: CaseView, assignee: str) -> AsyncIterator[str]:
        """Yield the ids of a view's cases; a read for each."""
        async for page in self._store.stream(_query(service_id, view, assignee)):
            for one in page:
                if one.id.endswith(f":{ids.service_member(service_id)}"):
                    yield one.id


def _query(service_id: str, view: CaseView, assignee: str) -> Query:
    rows = paths.user_chats(ids.service_member(service_id))
    of_open = {
        "mine": (Where("assigneeId", "==", assignee),),
        "unassigned": (Where("assigneeId", "==", None),),
        "unread": (Where("isUnread", "==", True),),
        "unanswered": (Where("isUnanswered", "==", True),),
        "open": (),
    }
    if view in of_open:
        return Query(rows, of_open[view], (OrderBy("__name__"),), select=())
    where = [Where("serviceId", "==", service_id), Where("kind", "==", "case")]
    if view != "all":
        where.append(Where("state", "==", view))
    return Query(paths.CHATS, tuple(where), (OrderBy("stateAt", descending=True),), select=())
