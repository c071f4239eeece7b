"""Stream the people whom a campaign is for.

Planning freezes them and a preview counts them, so both see the same people in the same order. The
audience is read at one time, and memory holds one page of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from parley.domain.campaigns.audience_lists import read_list, unknown_list
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.filters import Predicate, fields_read, narrowing, predicate
from parley.services.turns import SlowWork, Turns
from parley.store import FieldPath, OrderBy, Query, Snapshot, Store, Where
from schema import ids, paths
from schema.audience_filters import Filter
from schema.campaigns import FilterAudience, ListAudience, UserIdsAudience
from schema.reasons import RecipientReason

_PAGES_AT_ONCE = 2
"""Pages of people that a process reads at once; services take turns, page by page."""

_ON_THE_LOOP_SECONDS = 0.005
"""How long a filter is applied to a page in the event loop. The rest of the page then goes beside
it: 50 conditions on lists of thousands of items take 50 ms for one person."""

_LOOKED_UP = 500
"""Explicit ids looked up in one call."""

_WRONG_ID = "the id of the record is not a valid uid"


@dataclass(frozen=True, slots=True)
class AudienceMember:
    """One person of the audience.

    ``cursor`` points behind them in the audience. ``skipped`` is why they get nothing, and
    ``invalid`` says what makes their record unusable.
    """

    uid: str
    cursor: str
    skipped: RecipientReason | None = None
    invalid: str | None = None


class Audience:
    """Reads audiences: all people of a service, explicit ids, a filter, or a distribution list."""

    def __init__(self, *, store: Store, slow: SlowWork | None = None) -> None:
        self._store = store
        self._slow = slow or SlowWork()
        self._turns = Turns(_PAGES_AT_ONCE)

    async def check(self, campaign: Campaign) -> None:
        """Raise ``InvalidCampaign`` if the campaign's list does not exist or selects nobody.

        One read, two for a list of members; none for other audiences.
        """
        audience = campaign.job.audience
        if not isinstance(audience, ListAudience):
            return
        saved, _ = await self._list(campaign.service_id, audience.list_id, None)
        if saved is not None:
            return
        query = Query(paths.list_members(campaign.service_id, audience.list_id), limit=1, select=())
        async for page in self._store.stream(query):
            if page:
                return
        raise unknown_list(audience.list_id, is_empty=True)

    def members(
        self, campaign: Campaign, *, cursor: str | None = None, read_time: datetime | None = None
    ) -> AsyncIterator[AudienceMember]:
        """Yield each person once, from behind ``cursor`` on, as of ``read_time``.

        Explicit ids come in their order, others in the order of their uids. Without ``read_time``
        the stream pins the time at which it starts. Raise ``InvalidCampaign`` for a list that does
        not exist or cannot be read.
        """
        audience = campaign.job.audience
        if isinstance(audience, UserIdsAudience):
            uids = list(dict.fromkeys(audience.user_ids))
            return self._named(campaign.service_id, uids, cursor, read_time)
        if isinstance(audience, ListAudience):
            return self._listed(campaign.service_id, audience.list_id, cursor, read_time)
        where = audience.where if isinstance(audience, FilterAudience) else None
        return self._found(campaign.service_id, where, campaign.matches, cursor, read_time)

    async def _named(
        self, service_id: str, uids: list[str], cursor: str | None, read_time: datetime | None
    ) -> AsyncIterator[AudienceMember]:
        """Yield explicit ids in their order; people unknown to the service are skipped."""
        start = int(cursor) if cursor is not None else 0
        for first in range(start, len(uids), _LOOKED_UP):
            chunk = uids[first : first + _LOOKED_UP]
            skipped = await self._skipped(service_id, chunk, read_time)
            for index, (uid, reason) in enumerate(zip(chunk, skipped, strict=True), first + 1):
                yield AudienceMember(uid, str(index), reason)

    async def _found(
        self,
        service_id: str,
        where: Filter | None,
        matches: Predicate | None,
        cursor: str | None,
        read_time: datetime | None,
    ) -> AsyncIterator[AudienceMember]:
        """Yield everybody who matches the filter, in the order of their ids."""
        select: tuple[FieldPath, ...] = ()
        narrowed: tuple[Where, ...] = ()
        if where is not None:
            select, narrowed = fields_read(where), narrowing(where)
        query = _by_id(paths.service_users(service_id), cursor, select=select, where=narrowed)
        pages = aiter(self._store.stream(query, read_time=read_time))
        while True:
            async with self._turns.of(service_id):
                page = await anext(pages, None)
                found = [] if page is None else await self._matching(service_id, page, matches)
            if page is None:
                return
            for member in found:
                yield member

    async def _matching(
        self, service_id: str, page: Sequence[Snapshot], matches: Predicate | None
    ) -> list[AudienceMember]:
        """Return the people of a page whom the filter selects."""
        if matches is None:
            return _members(page, None)
        time = asyncio.get_running_loop().time
        found, until = list[AudienceMember](), time() + _ON_THE_LOOP_SECONDS
        for at, snapshot in enumerate(page):
            if time() > until:
                rest = partial(_members, page[at:], matches)
                return found + await self._slow.run(rest, service_id=service_id)
            found += _members([snapshot], matches)
        return found

    async def _listed(
        self, service_id: str, list_id: str, cursor: str | None, read_time: datetime | None
    ) -> AsyncIterator[AudienceMember]:
        """Yield who matches a list's saved filter, or else its members."""
        saved, read_at = await self._list(service_id, list_id, read_time)
        if saved is not None:
            found = self._found(service_id, saved, predicate(saved), cursor, read_at)
            async for member in found:
                yield member
            return
        query = _by_id(paths.list_members(service_id, list_id), cursor)
        async for page in self._store.stream(query, read_time=read_at):
            for first in range(0, len(page), _LOOKED_UP):
                uids = [snapshot.id for snapshot in page[first : first + _LOOKED_UP]]
                skipped = await self._skipped(service_id, uids, read_at)
                for uid, reason in zip(uids, skipped, strict=True):
                    invalid = None if ids.is_name(uid) else _WRONG_ID
                    yield AudienceMember(uid, uid, None if invalid else reason, invalid)

    async def _list(
        self, service_id: str, list_id: str, read_time: datetime | None
    ) -> tuple[Filter | None, datetime]:
        """Return the list's saved filter, None for a list of members, and the time of reading."""
        path = paths.distribution_list(service_id, list_id)
        if read_time is None:
            snapshot, read_time = await self._store.get_timed(path)
        else:
            (snapshot,) = await self._store.get_many([path], read_time=read_time)
        return read_list(list_id, None if snapshot is None else snapshot.fields), read_time

    async def _skipped(
        self, service_id: str, uids: list[str], read_time: datetime | None
    ) -> list[RecipientReason | None]:
        """Return why each person is skipped, in order: ``notInService``, or None."""
        people = [paths.service_user(service_id, uid) for uid in uids]
        async with self._turns.of(service_id):
            found = await self._store.get_many(people, select=(), read_time=read_time)
        return [RecipientReason.NOT_IN_SERVICE if one is None else None for one in found]


def _members(page: Sequence[Snapshot], matches: Predicate | None) -> list[AudienceMember]:
    return [member for snapshot in page if (member := _member(snapshot, matches)) is not None]


def _by_id(
    collection: str,
    cursor: str | None,
    *,
    select: tuple[FieldPath, ...] = (),
    where: tuple[Where, ...] = (),
) -> Query:
    return Query(
        collection,
        where=where,
        order_by=(OrderBy("__name__"),),
        start_after=(f"{collection}/{cursor}",) if cursor is not None else None,
        select=select,
    )


def _member(snapshot: Snapshot, matches: Predicate | None) -> AudienceMember | None:
    """Return the person of a record, None if the filter excludes them."""
    uid = snapshot.id
    invalid = None if ids.is_name(uid) else _WRONG_ID
    try:
        if matches is not None and not matches(snapshot.fields):
            return None
    except Exception as error:
        invalid = f"the audience's filter cannot be applied: {type(error).__name__}: {error}"
    return AudienceMember(uid, uid, invalid=invalid)
