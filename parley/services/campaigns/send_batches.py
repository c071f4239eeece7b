"""One batch of a campaign into its chats: one atomic commit, then the job that notifies.

The fence is the batch's ledger document, rewritten in that commit under its ``update_time``. Where
one commit cannot carry the batch it becomes several, each with the ledger and its own people.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from parley.domain.campaigns.batch import ComposedPart, Refusal, compose
from parley.domain.campaigns.job import Campaign, InvalidCampaign
from parley.domain.campaigns.message_writes import CHAT_FIELDS, Person
from parley.domain.campaigns.part_sizes import PartSize
from parley.domain.ports import Clock, Publisher
from parley.errors import (
    CommitOutcomeUnknown,
    Conflict,
    PermanentError,
    StoreContended,
    StoreRejected,
)
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.services.people.names import Names
from parley.store import Snapshot, Store
from schema import ids, limits, paths
from schema.events import CampaignBatchSent
from schema.ledger import StoredBatch
from schema.reasons import RecipientReason, RecipientState

_RACES = 20
"""Commits of one call that others may outrace: enough to come from a hundred people to one."""

_REMEMBERED = 1_000
"""Campaigns of which it is known whether the service had written to their people before."""


@dataclass(slots=True)
class _Writing:
    """What one call has learnt about a batch while writing it."""

    size: PartSize = field(default_factory=lambda: PartSize(limits.CAMPAIGN_BATCH))
    previews: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Refusal] = field(default_factory=dict)
    left_alone: set[str] = field(default_factory=set)
    """People whose documents others kept writing; the batch comes again for them."""
    races: int = 0


@dataclass(slots=True)
class _Loaded:
    """A batch and its planned people, as they stand in the store until somebody else writes."""

    batch_id: str
    batch: StoredBatch
    update_time: datetime
    people: list[Person]
    service_name: str


class SendCampaignBatches:
    """Writes batches."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        campaigns: CompiledCampaigns,
        ready: ReadyBatches,
        names: Names,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._campaigns = campaigns
        self._ready = ready
        self._names = names
        self._progress = progress
        self._clock = clock
        self._reads_chats: OrderedDict[str, bool] = OrderedDict()

    async def send(self, campaign_id: str, batch_id: str, *, is_probe: bool = False) -> None:
        """Send the batch if it is still planned; publish its notify job in any case.

        ``is_probe``: afterwards publish all batches of the campaign that are still planned. Raises
        ``Conflict`` when other writers of its chats keep winning, ``PermanentError`` when the
        campaign or the batch does not exist, or the store will not have the ledger itself.
        """
        writing = _Writing()
        reads_chats = self._reads_chats.get(campaign_id, True)
        while True:
            job, held = await self._store.get_many(
                [paths.campaign(campaign_id), paths.campaign_batch(campaign_id, batch_id)]
            )
            if held is None:
                raise PermanentError(f"campaign {campaign_id} has no batch {batch_id}")
            batch = StoredBatch.read(held.fields, self._clock.now())
            if batch.state != "planned":
                break
            campaign = self._campaign(campaign_id, job)
            loaded = await self._load(campaign, held, batch, writing, reads_chats=reads_chats)
            if await self._write_parts(campaign, loaded, writing):
                batch = loaded.batch
                break
            # Perhaps somebody has a chat after all.
            reads_chats = self._reads_chats[campaign_id] = True
        await self._finish(campaign_id, batch_id, batch, previews=writing.previews or None)
        if is_probe:
            await self._ready.publish_planned(campaign_id, batch.service_id)

    def _campaign(self, campaign_id: str, job: Snapshot | None) -> Campaign:
        if job is None:
            raise PermanentError(f"campaignQueue/{campaign_id} does not exist any more")
        try:
            return self._campaigns.read(job)
        except InvalidCampaign as invalid:
            raise PermanentError(f"campaign {campaign_id}: {invalid.message}") from invalid

    async def _load(
        self,
        campaign: Campaign,
        held: Snapshot,
        batch: StoredBatch,
        writing: _Writing,
        *,
        reads_chats: bool,
    ) -> _Loaded:
        """The people to write to, as they stand in the store now.

        If the first batch met nobody whom the service had written to before, the later ones read
        no chats: the must-not-exist of a first contact finds out, and one conflict ends that.
        """
        uids = [uid for uid in batch.planned if uid not in writing.left_alone]
        service_id = campaign.service_id
        users = [paths.service_user(service_id, uid) for uid in uids]
        chats = [paths.chat(ids.case_chat_id(uid, service_id)) for uid in uids]
        # One call with the fields of both: a call costs as much as several documents.
        found = await self._store.get_many(
            [*users, *chats] if reads_chats else users,
            select=(*campaign.fields_of_people, *CHAT_FIELDS),
        )
        known = found[len(users) :] or [None] * len(users)
        people = zip(uids, found[: len(users)], known, strict=True)
        if campaign.id not in self._reads_chats:
            self._reads_chats[campaign.id] = any(known)
            while len(self._reads_chats) > _REMEMBERED:
                self._reads_chats.popitem(last=False)
        sender = ids.service_member(service_id)
        names = await self._names.of([sender])
        return _Loaded(
            held.id,
            batch,
            held.update_time,
            [Person(uid, user, chat) for uid, user, chat in people],
            _as_title(names[sender]),
        )

    async def _write_parts(self, campaign: Campaign, loaded: _Loaded, writing: _Writing) -> bool:
        """Commit until nobody is planned; False if others wrote, and all is to be read anew.

        One commit in nearly every case. What the store refuses is tried in smaller parts, down to
        the one person whom it concerns.
        """
        while True:
            part = compose(
                campaign,
                loaded.batch_id,
                loaded.batch,
                loaded.update_time,
                loaded.people,
                service_name=loaded.service_name,
                now=self._clock.now(),
                most=writing.size.size,
                refused=writing.refused,
            )
            if not part.settled and not part.is_last:
                count = len(writing.left_alone)
                raise Conflict(f"batch {loaded.batch_id}: others keep writing to {count} people")
            try:
                result = await self._store.commit(part.writes)
            except (Conflict, CommitOutcomeUnknown, StoreContended) as race:
                self._raced(loaded, part, writing, race)
                return False
            except (StoreRejected, ValueError) as refusal:
                if part.written == 0:
                    raise
                if part.written == 1:
                    writing.refused[part.last_written] = _refused_by_store(refusal)
                writing.size.refused(part.written)
                continue
            writing.size.passed()
            writing.previews |= part.previews
            settled = set(part.settled)
            loaded.people = [one for one in loaded.people if one.uid not in settled]
            loaded.batch = StoredBatch(
                service_id=campaign.service_id,
                state="sent" if part.is_last else "planned",
                recipients=part.recipients,
                planned=[uid for uid in loaded.batch.planned if uid not in settled],
            )
            loaded.update_time = result.update_times[0]
            if part.is_last:
                return True

    def _raced(
        self, loaded: _Loaded, part: ComposedPart, writing: _Writing, race: Exception
    ) -> None:
        writing.races += 1
        if writing.races >= _RACES:
            raise Conflict(
                f"batch {loaded.batch_id}: other writers of its chats won {_RACES} times"
            ) from race
        if writing.size.raced(part.written) and part.last_written:
            writing.left_alone.add(part.last_written)

    async def _finish(
        self,
        campaign_id: str,
        batch_id: str,
        batch: StoredBatch,
        *,
        previews: dict[str, str] | None,
    ) -> None:
        self._progress.mark(campaign_id)
        if batch.state == "done":
            return
        await self._publisher.publish(
            [
                CampaignBatchSent(
                    campaign_id=campaign_id,
                    batch_id=batch_id,
                    service_id=batch.service_id,
                    previews=previews,
                )
            ]
        )


def _as_title(name: str) -> str:
    """A service's name, short enough to be the title of its chats."""
    fits = limits.length(name) <= limits.CHAT_TITLE
    return name if fits else name[: limits.CHAT_TITLE // 2]


def _refused_by_store(refusal: Exception) -> Refusal:
    return Refusal(RecipientState.FAILED, RecipientReason.STORE_REJECTED, str(refusal))
