"""Find the cases of a view, all of them or those of the people whom a filter selects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from parley.domain.campaigns.filters import fields_read, narrowing, predicate
from parley.domain.chats.found_cases import MatchingCase
from parley.domain.chats.inbox_views import InboxView
from parley.store import OrderBy, Query, Store, Where
from schema import ids, paths
from schema.audience_filters import Filter
from schema.chats import Chat
from schema.user_chats import UserChat

PEOPLE_AT_ONCE = 200
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
        self, service_id: str, where: Filter, view: InboxView, *, cursor: str | None, most: int
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
        documents = await self._store.get_many(
            [_document(service_id, each, view) for each in chat_ids]
        )
        model: type[Chat] | type[UserChat] = UserChat if view.is_of_rows else Chat
        cases: list[MatchingCase] = []
        for person, chat_id, snapshot in zip(wanted, chat_ids, documents, strict=True):
            if snapshot is None or not view.holds(snapshot.fields):
                continue
            document = model.parse_or_none(snapshot.fields)
            if document is None:
                continue
            if len(cases) == most:
                return Page(cases, cases[-1].person.id)
            cases.append(MatchingCase(chat_id, document, person))
        return Page(cases, found[-1].id if len(found) == PEOPLE_AT_ONCE else None)

    async def of_people(
        self, service_id: str, where: Filter, view: InboxView
    ) -> AsyncIterator[str]:
        """Yield the ids of all cases of the people who match."""
        cursor: str | None = None
        while True:
            page = await self.page(service_id, where, view, cursor=cursor, most=PEOPLE_AT_ONCE)
            for case in page.cases:
                yield case.chat_id
            cursor = page.cursor
            if cursor is None:
                return

    async def of_view(self, service_id: str, view: InboxView) -> AsyncIterator[str]:
        """Yield the ids of a view's cases; a read for each."""
        async for page in self._store.stream(_query(service_id, view)):
            for one in page:
                if one.id.endswith(f":{ids.service_member(service_id)}"):
                    yield one.id


def _document(service_id: str, chat_id: str, view: InboxView) -> str:
    if view.is_of_rows:
        return paths.user_chat(ids.service_member(service_id), chat_id)
    return paths.chat(chat_id)


def _query(service_id: str, view: InboxView) -> Query:
    if view.is_of_rows:
        rows = paths.user_chats(ids.service_member(service_id))
        return Query(rows, view.conditions(), (OrderBy("__name__"),), select=())
    of_service = (Where("serviceId", "==", service_id), Where("kind", "==", "case"))
    by_state = (OrderBy("stateAt", descending=True),)
    return Query(paths.CHATS, (*of_service, *view.conditions()), by_state, select=())
