"""Collect the results of campaigns: receipts that moved, answers that were marked, SMS reports.

A pass reads each receipt that changed since the last pass once, by one query over all chats, and
each batch of a campaign that such a person is in once. Nothing is read but one status query a
minute while no campaign was sent within the last days.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from cachetools import LRUCache

from parley.domain.campaigns.kinds import Kinds
from parley.domain.campaigns.results import RESULTS_FOR, Evidence, Seen
from parley.errors import CommitOutcomeUnknown, Conflict, StoreRejected
from parley.services.campaigns.group_answers import GroupAnswers
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.record_results import Recorded, RecordResults
from parley.services.campaigns.record_sms import RecordSmsResults
from parley.services.upkeep.find_sms_reports import FindSmsReports
from parley.store import Merge, OrderBy, Query, Snapshot, Store, Where
from parley.structured_logging import error_text, get_log
from schema import ids, paths
from schema.ledger import sends_sms
from schema.receipts import ReadReceipt
from schema.upkeep_leases import ResultsCursor, cursor_patch

PERIOD = timedelta(seconds=19)
"""Three passes take less than the minute within which results show."""

_LIST_AFTER = timedelta(seconds=55)
"""How old the list of campaigns may be: with ``PERIOD``, every third pass reads it."""

_OVERLAP = timedelta(seconds=5)
"""How far before the last pass a receipt may carry its time and still appear after it."""

_SAVE_AFTER = timedelta(minutes=1)
_WAITS_AT_MOST = timedelta(hours=1)
"""How long a receipt waits for pushes that do not end."""

_FIRST_LOOK = timedelta(minutes=10)
_REMEMBERED = 200_000

_log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class _Open:
    """A campaign whose results are collected."""

    id: str
    service_id: str
    kind: str
    chat_id: str | None
    sends_sms: bool


_Pending = defaultdict[str, dict[str, Evidence]]
"""What is to be recorded, by campaign and uid."""


class CollectResults:
    """Finds what moved since the last pass. One instance a process, and it remembers the rest."""

    def __init__(
        self,
        *,
        store: Store,
        record: RecordResults,
        sms: RecordSmsResults,
        progress: CampaignProgress,
        kinds: Kinds,
    ) -> None:
        self._sms = FindSmsReports(store=store, record=sms)
        self._store = store
        self._record = record
        self._progress = progress
        self._kinds = kinds
        self._group_answers = GroupAnswers(store=store)
        self._open: dict[str, _Open] = {}
        self._listed_at: datetime | None = None
        self._read_to: datetime | None = None
        self._saved_at: datetime | None = None
        self._looked_at: dict[str, datetime] = {}
        self._pending: _Pending = defaultdict(dict)
        self._finished: LRUCache[tuple[str, str], bool] = LRUCache(_REMEMBERED)

    async def collect(self, now: datetime) -> int:
        """Make one pass at this time of the store; return the number of batches that changed."""
        await self._list_campaigns(now)
        if not self._open:
            self._read_to = now
            return 0
        since = (self._read_to or now) - _OVERLAP
        await self._read_receipts(since)
        await self._read_groups(since)
        by_sms = any(one.sends_sms for one in self._open.values())
        count = await self._sms.collect(since) if by_sms else 0
        self._read_to = now
        overlap = now - 2 * _OVERLAP
        self._looked_at = {path: at for path, at in self._looked_at.items() if at > overlap}
        count += await self._record_pending(now) + await self._record_replies()
        await self._progress.refresh_marked()
        await self._save(now)
        return count

    async def _list_campaigns(self, now: datetime) -> None:
        """Read which campaigns were sent within the last days, if the list is old."""
        if self._listed_at is not None and now - self._listed_at < _LIST_AFTER:
            return
        query = Query(
            paths.CAMPAIGN_STATUS,
            where=(Where("resultsUntil", ">", now),),
            order_by=(OrderBy("resultsUntil"),),
            select=("serviceId", "kind", "chatId", "channels"),
        )
        listed = {
            status.id: _opened(status, str(kind))
            async for page in self._store.stream(query)
            for status in page
            if (kind := status.fields.get("kind")) in self._kinds
        }
        if listed and self._read_to is None:
            self._read_to = await self._saved(now)
            for campaign_id in listed:
                # The process before may have died between the ledger and the status.
                self._progress.mark(campaign_id)
        elif listed.keys() - self._open.keys() and self._listed_at is not None:
            # Receipts of its people may have been passed over before it was listed.
            self._read_to = min(self._read_to or now, self._listed_at)
            self._looked_at.clear()
        self._open, self._listed_at = listed, now

    async def _saved(self, now: datetime) -> datetime:
        (cursor,) = await self._store.get_many([paths.results_cursor()])
        read = ResultsCursor.parse_or_none(cursor.fields) if cursor is not None else None
        return max(read.read_to, now - RESULTS_FOR) if read is not None else now - _FIRST_LOOK

    async def _save(self, now: datetime) -> None:
        """Keep how far this process came, for the one that takes over; receipts that wait count."""
        if self._read_to is None or (self._saved_at and now - self._saved_at < _SAVE_AFTER):
            return
        waiting = [
            time
            for people in self._pending.values()
            for evidence in people.values()
            for time in evidence.times
        ]
        read_to = min((self._read_to, *waiting))
        await self._store.commit([Merge(paths.results_cursor(), cursor_patch(read_to=read_to))])
        self._saved_at = now

    async def _read_receipts(self, since: datetime) -> None:
        """Add what moved since the last pass to what is to be recorded."""
        query = Query(
            paths.MEMBERS,
            where=(Where("readAt", ">", since),),
            order_by=(OrderBy("readAt"),),
            is_group=True,
        )
        async for page in self._store.stream(query):
            for receipt in page:
                if self._looked_at.get(receipt.path) != receipt.update_time:
                    self._looked_at[receipt.path] = receipt.update_time
                    self._note(receipt)

    async def _read_groups(self, since: datetime) -> None:
        """Add who has answered a campaign in its group."""
        for one in self._open.values():
            if one.chat_id is None:
                continue
            message_id = self._kinds[one.kind].message_id(one.id, "")
            answers = await self._group_answers.since(one.chat_id, message_id, since)
            for uid, at in answers.items():
                self._add(one.id, uid, Evidence(replied_at=at))

    def _add(self, campaign_id: str, uid: str, evidence: Evidence) -> None:
        people = self._pending[campaign_id]
        people[uid] = evidence.joined_with(people.get(uid))

    def _note(self, receipt: Snapshot) -> None:
        read = ReadReceipt.parse_or_none(receipt.fields)
        if read is None or not paths.is_read_receipt(receipt.path):
            return
        seen = Seen(read.read_to, read.read_at, read.delivered_to)
        chat_id, uid = paths.chat_of_receipt(receipt.path), receipt.id
        for campaign in self._campaigns_of(chat_id, uid):
            if (campaign.id, uid) not in self._finished:
                self._add(campaign.id, uid, Evidence(seen=seen))

    def _campaigns_of(self, chat_id: str, uid: str) -> list[_Open]:
        """Return the campaigns that may have written into this chat of the person."""
        chat = ids.parse_chat_id(chat_id)
        if chat.kind == "direct" or (chat.uids and chat.uids[0] != uid):
            return []
        return [
            one
            for one in self._open.values()
            if chat.service_id in (None, one.service_id) and self._chat_of(one, uid) == chat_id
        ]

    def _chat_of(self, one: _Open, uid: str) -> str:
        """Return the chat that holds the person's message of a campaign."""
        return one.chat_id or self._kinds[one.kind].chat_id(one.id, one.service_id, uid)

    async def _record_pending(self, now: datetime) -> int:
        count = 0
        for campaign_id in list(self._pending):
            people = self._pending[campaign_id]
            try:
                recorded = await self._record.people(campaign_id, people)
            except (Conflict, CommitOutcomeUnknown):
                recorded = Recorded(later=set(people))
            except StoreRejected as rejection:
                _not_recorded(paths.campaign_status(campaign_id), rejection)
                recorded = Recorded()
            del self._pending[campaign_id]
            self._keep(campaign_id, people, recorded.later, now)
            self._finished.update({(campaign_id, uid): True for uid in recorded.finished})
            if recorded.batches:
                self._progress.mark(campaign_id)
            count += recorded.batches
        return count

    def _keep(
        self, campaign_id: str, people: dict[str, Evidence], later: set[str], now: datetime
    ) -> None:
        """Keep what waits for the next pass, unless it has waited too long."""
        for uid in later:
            if now - min(people[uid].times) < _WAITS_AT_MOST:
                self._pending[campaign_id][uid] = people[uid]

    async def _record_replies(self) -> int:
        count = 0
        async for page in self._store.stream(Query(paths.REPLIES, is_group=True)):
            for marks in page:
                try:
                    recorded = await self._record.replies(marks)
                except (Conflict, CommitOutcomeUnknown):
                    continue
                except StoreRejected as rejection:
                    _not_recorded(marks.path, rejection)
                    continue
                count += recorded.batches
                if recorded.batches:
                    self._progress.mark(paths.campaign_of_batch(marks.path))
        return count


def _not_recorded(path: str, rejection: StoreRejected) -> None:
    _log.bind(path=path, error=error_text(rejection)).warning("results.notRecorded")


def _opened(status: Snapshot, kind: str) -> _Open:
    chat_id = status.fields.get("chatId")
    shared = chat_id if isinstance(chat_id, str) else None
    service_id = str(status.fields.get("serviceId"))
    return _Open(status.id, service_id, kind, shared, sends_sms(status.fields))
