"""Recount what is derived from messages, members and ledgers; report drift, and correct it.

Each chat and each campaign is looked at as of one time, so live traffic shows no false drift. A
correction is committed under the fences of what it was derived from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.ports import Clock
from parley.domain.upkeep.drift import Drift, DriftKind, Found, Tally, chat_drift
from parley.domain.upkeep.ledger_drift import Tallied, batch_drift, status_drift
from parley.domain.upkeep.recounts import Recounted
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import SERVER_TIME, OrderBy, Query, Set, Store, Where
from schema import paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message

_EXAMPLES = 5
_ATTEMPTS = 3
"""How often a correction that others outraced is decided again."""

_END = "\uf8ff"
"""A character after those of ids, which ends a range of ids with one beginning."""


@dataclass(slots=True)
class Report:
    """What was looked at, and the drift by kind; ``repaired`` counts what was corrected."""

    chats: int = 0
    campaigns: int = 0
    unreadable: list[str] = field(default_factory=list)
    drift: Counter[DriftKind] = field(default_factory=Counter)
    repaired: Counter[DriftKind] = field(default_factory=Counter)
    examples: dict[DriftKind, list[Drift]] = field(default_factory=dict)

    @property
    def remaining(self) -> int:
        """The number of differences that are still there."""
        return self.drift.total() - self.repaired.total()

    def sums(self) -> Recounted:
        """Return the numbers alone."""
        return Recounted(
            checked=self.chats + self.campaigns,
            repaired=self.repaired.total(),
            unreadable=len(self.unreadable),
            drift={str(kind): count for kind, count in self.drift.items()},
        )

    def add(self, drift: Sequence[Drift], *, is_repaired: bool) -> None:
        """Count differences, and keep a few of each kind as examples."""
        for one in drift:
            self.drift[one.kind] += 1
            self.repaired[one.kind] += is_repaired
            examples = self.examples.setdefault(one.kind, [])
            if len(examples) < _EXAMPLES:
                examples.append(one)


class Reconcile:
    """Reads every message and member of the chats that it recounts, once."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def reconcile(self, *, service_id: str | None = None, repair: bool = False) -> Report:
        """Recount one service, or all; with ``repair`` correct what has drifted."""
        report = Report()
        async for page in self._store.stream(_of_service(paths.CHATS, service_id)):
            for chat in page:
                await self._chat(chat.id, report, repair=repair)
        async for page in self._store.stream(_of_service(paths.CAMPAIGN_STATUS, service_id)):
            for status in page:
                await self._campaign(status.id, report, repair=repair)
        return report

    async def page(
        self, cursor: str | None, *, repair: bool, most: int
    ) -> tuple[Report, str | None]:
        """Recount up to ``most`` chats or campaigns from behind ``cursor``, the path of one.

        Chats come first. Return what was found, and where to go on; None at the end.
        """
        report = Report()
        collection = paths.CHATS if cursor is None else cursor.partition("/")[0]
        is_behind = cursor is not None and not cursor.endswith("/")
        query = Query(
            collection,
            order_by=(OrderBy("__name__"),),
            start_after=(cursor,) if is_behind else None,
            limit=most,
            select=(),
        )
        found = [one async for page in self._store.stream(query) for one in page]
        for one in found:
            if collection == paths.CHATS:
                await self._chat(one.id, report, repair=repair)
            else:
                await self._campaign(one.id, report, repair=repair)
        if len(found) == most:
            return report, found[-1].path
        return report, f"{paths.CAMPAIGN_STATUS}/" if collection == paths.CHATS else None

    async def note(self, found: Recounted, *, by: str) -> None:
        """Keep what a recount of the whole project found, for the report on its health."""
        fields = found.fields(at=SERVER_TIME, by=by)
        await self._store.commit([Set(paths.last_recount(), fields)])

    async def _chat(self, chat_id: str, report: Report, *, repair: bool) -> None:
        report.chats += 1
        for attempt in range(_ATTEMPTS):
            found = await self._recount(chat_id, report)
            if found is None:
                return
            if await self._settle(found, report, repair=repair, is_last=attempt == _ATTEMPTS - 1):
                return

    async def _recount(self, chat_id: str, report: Report) -> Found | None:
        """Compare a chat with its messages and members; None if it is gone or unreadable."""
        snapshot, at = await self._store.get_timed(paths.chat(chat_id))
        if snapshot is None:
            return None
        chat = Chat.parse_or_none(snapshot.fields)
        if chat is None:
            report.unreadable.append(snapshot.path)
            return None
        state = ChatState(chat_id, chat, snapshot.update_time)
        joined, count = await self._members(chat_id, at, is_large=state.is_large)
        tally = await self._messages(chat_id, at, Tally(joined), report)
        row_paths = [paths.user_chat(member, chat_id) for member in joined]
        rows = await self._store.get_many(row_paths, read_time=at) if row_paths else []
        return chat_drift(state, tally, dict(zip(joined, rows, strict=True)), count)

    async def _members(
        self, chat_id: str, at: datetime, *, is_large: bool
    ) -> tuple[dict[str, datetime], int]:
        """Return when each member joined, nobody of a large chat, and the number of members."""
        joined: dict[str, datetime] = {}
        count = 0
        query = Query(paths.chat_members(chat_id))
        async for page in self._store.stream(query, read_time=at):
            count += len(page)
            for one in page if not is_large else ():
                member = Member.parse_or_none(one.fields)
                if member is not None:
                    joined[one.id] = member.joined_at
        return joined, count

    async def _messages(self, chat_id: str, at: datetime, tally: Tally, report: Report) -> Tally:
        waiting = await self._waiting(chat_id, at)
        query = Query(paths.messages(chat_id))
        async for page in self._store.stream(query, read_time=at):
            for one in page:
                message = Message.parse_or_none(one.fields)
                if message is None:
                    report.unreadable.append(one.path)
                elif one.id not in waiting or message.event is not None:
                    # The commit of a system message counted it, also while its push waits.
                    tally.add(Post(one.id, message))
        return tally

    async def _waiting(self, chat_id: str, at: datetime) -> set[str]:
        """Return the messages that are not fanned out yet, so that nothing counts them."""
        query = Query(
            paths.MESSAGE_QUEUE,
            where=(
                Where("__name__", ">", paths.message_queue(chat_id, "")),
                Where("__name__", "<", paths.message_queue(chat_id, _END)),
            ),
            order_by=(OrderBy("__name__"),),
            select=("chatId", "messageId"),
        )
        return {
            str(entry.fields.get("messageId"))
            async for page in self._store.stream(query, read_time=at)
            for entry in page
            if entry.fields.get("chatId") == chat_id
        }

    async def _campaign(self, campaign_id: str, report: Report, *, repair: bool) -> None:
        report.campaigns += 1
        for attempt in range(_ATTEMPTS):
            is_last = attempt == _ATTEMPTS - 1
            status, at = await self._store.get_timed(paths.campaign_status(campaign_id))
            if status is None:
                return
            tallies, drifted = await self._ledger(campaign_id, at)
            found = status_drift(status, tallies)
            parts = [*drifted, found]
            if all(
                [
                    await self._settle(part, report, repair=repair, is_last=is_last)
                    for part in parts
                    if part.drift
                ]
            ):
                return

    async def _ledger(self, campaign_id: str, at: datetime) -> tuple[list[Tallied], list[Found]]:
        tallies: list[Tallied] = []
        drifted: list[Found] = []
        query = Query(paths.campaign_batches(campaign_id))
        async for page in self._store.stream(query, read_time=at):
            for batch in page:
                told, found = batch_drift(batch, self._clock.now())
                tallies.append(told)
                drifted += [found] if found.drift else []
        return tallies, drifted

    async def _settle(self, found: Found, report: Report, *, repair: bool, is_last: bool) -> bool:
        """Report drift, and correct it if asked to; return False if it must be recounted."""
        if not repair or not found.writes:
            report.add(found.drift, is_repaired=False)
            return True
        try:
            await self._store.commit(found.writes)
        except (Conflict, CommitOutcomeUnknown):
            if is_last:
                report.add(found.drift, is_repaired=False)
            return False
        report.add(found.drift, is_repaired=True)
        return True


def _of_service(collection: str, service_id: str | None) -> Query:
    where = (Where("serviceId", "==", service_id),) if service_id is not None else ()
    return Query(collection, where=where, select=("serviceId",))
