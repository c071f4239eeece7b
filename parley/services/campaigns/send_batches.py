"""Write one batch of a campaign, then publish the job that notifies its people.

The batch's ledger document is the fence: each commit rewrites it under its ``update_time``. Usually
one commit carries the whole batch. If the store rejects it, the batch is split into several
commits, each with the ledger document and its part of the people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from parley.domain.campaigns.advancing import Standing, is_as_written
from parley.domain.campaigns.batch import ComposedPart, Sending, compose, post_shared
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.job import InvalidCampaign
from parley.domain.campaigns.pacing import Gate, closed_until
from parley.domain.ports import Clock, Publisher
from parley.errors import (
    CommitOutcomeUnknown,
    Conflict,
    PermanentError,
    StoreContended,
    StoreRejected,
)
from parley.services.campaigns.batch_writing import BatchWriting
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.campaigns.compose_batches import ComposeBatches
from parley.services.campaigns.fenced_update import update_under_fence
from parley.services.campaigns.load_batches import LoadBatches, LoadedBatch
from parley.services.campaigns.pace import Pace
from parley.services.campaigns.progress import CampaignProgress
from parley.services.campaigns.ready_batches import ReadyBatches
from parley.services.campaigns.service_settings import ServiceSettings
from parley.services.delivery.written_batches import WrittenBatch, WrittenBatches
from parley.store import Changes, Count, Query, Snapshot, Store
from parley.store.commit_loop import create_once
from schema import ids, paths
from schema.chats import chat_patch
from schema.events import CampaignBatchSent, CampaignQueued, Payload, SmsQueued
from schema.ledger import StoredBatch, is_push_open
from schema.reasons import CampaignState


class SendCampaignBatches:
    """Sends batches of any kind of campaign, on any channel."""

    def __init__(
        self,
        *,
        store: Store,
        publisher: Publisher,
        campaigns: CompiledCampaigns,
        ready: ReadyBatches,
        settings: ServiceSettings,
        progress: CampaignProgress,
        compose: ComposeBatches,
        clock: Clock,
        written: WrittenBatches,
    ) -> None:
        self._written = written
        self._compose = compose
        self._store = store
        self._publisher = publisher
        self._campaigns = campaigns
        self._ready = ready
        self._settings = settings
        self._pace = Pace(store=store)
        self._load_batches = LoadBatches(store=store)
        self._progress = progress
        self._clock = clock

    async def send(self, campaign_id: str, batch_id: str, *, is_probe: bool = False) -> int:
        """Write the batch if it is still planned; publish its notify job in any case.

        Return how many people's messages were written. Nothing is begun while the campaign does not
        run, or its throttle holds it back. ``is_probe``: afterwards publish all batches of the
        campaign that are still planned. Raise ``Conflict`` when other writers of its chats keep
        winning, ``PermanentError`` when the campaign or the batch does not exist or the store
        rejects the ledger itself.
        """
        writing = BatchWriting()
        while True:
            job, held = await self._store.get_many(
                [paths.campaign(campaign_id), paths.campaign_batch(campaign_id, batch_id)]
            )
            if held is None:
                raise PermanentError(f"campaign {campaign_id} has no batch {batch_id}")
            batch = StoredBatch.read(held.fields, self._clock.now())
            if batch.state != "planned":
                chat_id = batch.chat_id
                if chat_id is not None and not await self._ready.planned(campaign_id, limit=1):
                    await self._count_members(chat_id)
                break
            campaign = await self._campaign(campaign_id, job)
            if job is None or not await self._may_begin(job):
                return 0
            uids = [uid for uid in batch.planned if uid not in writing.left_alone]
            rules = await self._settings.of(campaign.service_id)
            gates = await self._pace.gates(campaign, rules, batch.lane)
            if (opens_at := closed_until(gates, self._clock.now())) is not None:
                self._ready.publish_later(campaign, batch_id, lane=batch.lane, at=opens_at)
                self._progress.mark(campaign_id, rests_until=opens_at)
                return 0
            loaded = await self._load_batches.load(
                campaign,
                held,
                batch,
                uids,
                rules.person_fields(campaign),
                rules.context(campaign, self._clock.now()),
            )
            sending = Sending(
                campaign, rules, self._clock.now(), gates, writing.refused, loaded.shared
            )
            if (shared_id := await self._post_shared(sending)) is not None:
                # Those who join need the chat and the message as they stand.
                loaded.shared = await self._load_batches.shared(campaign, shared_id)
                if loaded.shared.message is None:
                    continue  # Another writer of the chat was first.
                sending = replace(sending, shared=loaded.shared)
            if await self._write_parts(sending, loaded, writing):
                await self._publish_next(campaign, batch.lane, gates, writing)
                batch = loaded.batch
                self._remember(campaign, loaded)
                break
            # Somebody may have a chat after all.
            self._load_batches.read_chats_of(campaign_id)
        await self._finish(campaign_id, batch_id, batch, writing)
        if is_probe:
            await self._ready.publish_planned(await self._campaign(campaign_id, job))
        return writing.written_by.total()

    def _remember(self, campaign: Campaign, loaded: LoadedBatch) -> None:
        """Keep what notifying needs of a batch that was written; a repeat reads it again."""
        batch, pushed = loaded.batch, campaign.kind.pushed_channels
        if batch.state == "sent" and not batch.is_push_claimed:
            written = WrittenBatch(
                loaded.update_time,
                batch.service_id,
                batch.kind,
                campaign.job.purpose,
                batch.chat_id,
                [
                    uid
                    for uid, entry in batch.recipients.items()
                    if is_push_open(entry) and entry.get("channel") in pushed
                ],
            )
            self._written.keep(paths.campaign_batch(campaign.id, loaded.batch_id), written)

    async def _post_shared(self, sending: Sending) -> str | None:
        """Post the message into the chat of all; return the chat's id if it was not there yet."""
        shared_id = sending.campaign.kind.shared_chat_id(sending.campaign)
        if shared_id is None or not (writes := await self._compose.compose(sending, post_shared)):
            return None
        await create_once(self._store, writes)
        return shared_id

    async def _may_begin(self, job: Snapshot) -> bool:
        """Return whether the campaign runs and nobody has asked to stop it.

        A job that was never changed has only ever been started, and its batches are published when
        it runs; that saves a read for each batch.
        """
        if is_as_written(job):
            return True
        again, status = await self._store.get_many(
            [paths.campaign(job.id), paths.campaign_status(job.id)]
        )
        if again is None or status is None:
            return False
        standing = Standing(again, status, None)
        if standing.is_stopping():
            # The trigger's event may have been lost.
            await self._publisher.publish(
                [CampaignQueued(campaign_id=job.id, service_id=ids.named_service(job.fields))]
            )
            return False
        return standing.state is CampaignState.RUNNING

    async def _publish_next(
        self, campaign: Campaign, lane: int, gates: Sequence[Gate], writing: BatchWriting
    ) -> None:
        """Publish the next batch of a lane when this one has made room for it."""
        now = self._clock.now()
        passed = [(gate, gate.counted(writing.written_by)) for gate in gates]
        at = max((gate.next_at(count, now) for gate, count in passed), default=now)
        if campaign.lanes or gates:
            rests = bool(gates and writing.written_by)
            has_next = await self._ready.publish_next(campaign, lane, at=at if rests else None)
            chat_id = campaign.kind.shared_chat_id(campaign)
            if not has_next and chat_id is not None:
                await self._count_members(chat_id)
            self._progress.mark(campaign.id, rests_until=at)

    async def _count_members(self, chat_id: str) -> None:
        """Bring a shared chat's number of members up to date: once, when all have joined."""
        query = Query(paths.chat_members(chat_id))
        count = int((await self._store.aggregate(query, {"members": Count()}))["members"])

        def counted(chat: Snapshot) -> Changes | None:
            is_same = chat.fields.get("memberCount") == count
            return None if is_same else chat_patch(member_count=count)

        await update_under_fence(self._store, paths.chat(chat_id), counted)

    async def _campaign(self, campaign_id: str, job: Snapshot | None) -> Campaign:
        if job is None:
            raise PermanentError(f"campaignQueue/{campaign_id} does not exist any more")
        try:
            return await self._campaigns.load(job)
        except InvalidCampaign as invalid:
            raise PermanentError(f"campaign {campaign_id}: {invalid.message}") from invalid

    async def _write_parts(
        self, sending: Sending, loaded: LoadedBatch, writing: BatchWriting
    ) -> bool:
        """Commit until nobody is planned; return False if others wrote and all must be reloaded.

        A commit that the store rejects is retried in smaller parts, down to the one person who
        causes the rejection.
        """
        while True:
            part = await self._compose.compose(sending, partial(_part, loaded, writing))
            if not part.settled and not part.is_last:
                count = len(writing.left_alone)
                raise Conflict(f"batch {loaded.batch_id}: others keep writing to {count} people")
            try:
                result = await self._store.commit(part.writes)
            except (Conflict, CommitOutcomeUnknown, StoreContended) as race:
                writing.note_race(loaded, part, race)
                return False
            except (StoreRejected, ValueError) as rejection:
                if part.written == 0:
                    raise
                writing.note_rejection(part, rejection)
                continue
            writing.apply(part, result, loaded)
            if part.is_last:
                return True
            if sending.gates and part.written:
                # The gates have moved on with this part.
                return False

    async def _finish(
        self, campaign_id: str, batch_id: str, batch: StoredBatch, writing: BatchWriting
    ) -> None:
        """Publish what follows the messages of a batch: its SMS, and its notify job.

        Also for a batch that was written before: it came again because its worker may have died
        before it did this. An SMS that is done already costs one read.
        """
        self._progress.mark(campaign_id)
        follow_up: list[Payload] = [
            SmsQueued(job_id=ids.campaign_sms_job_id(campaign_id, uid), service_id=batch.service_id)
            for uid in batch.sending()
        ]
        if batch.state != "done":
            follow_up.append(
                CampaignBatchSent(
                    campaign_id=campaign_id,
                    batch_id=batch_id,
                    service_id=batch.service_id,
                    previews=writing.previews or None,
                )
            )
        if follow_up:
            await self._publisher.publish(follow_up)


def _part(loaded: LoadedBatch, writing: BatchWriting, sending: Sending) -> ComposedPart:
    return compose(
        sending,
        loaded.batch_id,
        loaded.batch,
        loaded.update_time,
        loaded.people,
        most=writing.size.size,
    )
