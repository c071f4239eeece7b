"""One batch of a campaign into its chats: one atomic commit, then the job that notifies.

The fence is the batch's ledger document, rewritten in that commit under its ``update_time``.
"""

from __future__ import annotations

from collections import OrderedDict

from parley.domain.campaign_batch import CHAT_FIELDS, Person, SentBatch, compose
from parley.domain.campaigns import Campaign
from parley.domain.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.domain.ports import Clock, Publisher, Snapshot, Store
from parley.services.campaign_progress import CampaignProgress
from parley.services.campaigns import CompiledCampaigns
from parley.services.names import Names
from schema import ids, paths
from schema.campaign_status import Batch
from schema.events import CampaignBatchSent

_TRIES = 8
_REMEMBERED = 1_000
"""Campaigns of which it is known whether the service had written to their people before."""


class SendCampaignBatches:
    """Writes batches."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        campaigns: CompiledCampaigns,
        names: Names,
        progress: CampaignProgress,
        clock: Clock,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._campaigns = campaigns
        self._names = names
        self._progress = progress
        self._clock = clock
        self._reads_chats: OrderedDict[str, bool] = OrderedDict()

    async def send(self, campaign_id: str, batch_id: str) -> None:
        """Send the batch if it is still planned; publish its notify job in any case.

        Raises ``Conflict`` when other writers of its chats keep winning, ``PermanentError`` when
        the campaign or the batch does not exist.
        """
        reads_chats = self._reads_chats.get(campaign_id, True)
        for _ in range(_TRIES):
            job, held = await self._store.get_many(
                [paths.campaign(campaign_id), paths.campaign_batch(campaign_id, batch_id)]
            )
            if job is None or held is None:
                raise PermanentError(f"campaign {campaign_id} has no batch {batch_id}")
            batch = Batch.parse(held.fields)
            if batch.state != "planned":
                await self._finish(campaign_id, batch_id, batch, previews=None)
                return
            campaign = self._campaigns.read(job)
            sent = await self._compose(campaign, held, batch, reads_chats=reads_chats)
            try:
                await self._store.commit(sent.writes)
            except (Conflict, CommitOutcomeUnknown):
                # Perhaps somebody has a chat after all.
                reads_chats = self._reads_chats[campaign_id] = True
                continue
            await self._finish(campaign_id, batch_id, batch, previews=sent.previews)
            return
        raise Conflict(f"batch {batch_id}: other writers of its chats won {_TRIES} times in a row")

    async def _compose(
        self, campaign: Campaign, held: Snapshot, batch: Batch, *, reads_chats: bool
    ) -> SentBatch:
        """The batch's commit, from what stands in the store now.

        If the first batch met nobody whom the service had written to before, the later ones read
        no chats: the must-not-exist of a first contact finds out, and one conflict ends that.
        """
        uids = [uid for uid in batch.uids if batch.recipients[uid].state == "planned"]
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
        return compose(
            campaign,
            held.id,
            batch,
            held.update_time,
            [Person(uid, user, chat) for uid, user, chat in people],
            service_name=names[sender],
            now=self._clock.now(),
        )

    async def _finish(
        self, campaign_id: str, batch_id: str, batch: Batch, *, previews: dict[str, str] | None
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
