"""Push the messages of one campaign batch, and record each person's outcome in the ledger.

A worker claims the batch's pushes in the ledger before it hands over the first, and returns the
claim with the outcomes. A claim found on redelivery belongs to a worker that died: pushes without
an outcome may have been shown, and are repeated only while the message is recent and unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.campaigns.kinds import Kind, Kinds
from parley.domain.delivery import push
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.services.delivery.written_batches import WrittenBatch, WrittenBatches
from parley.services.people.names import Names
from parley.store import DELETE_FIELD, SERVER_TIME, Increment, Store, Update, UpdatedAt
from parley.store.commit_loop import create_once
from schema import ids, limits, paths
from schema.batches import Batch, batch_patch, pushes_patch
from schema.messages import Message
from schema.reasons import PushOutcome, RecipientState
from schema.receipts import ReadReceipt


class NotifyCampaignBatches:
    """Notifies the people of written batches, for every kind of campaign.

    ``written``: the batches that this process has written, which need not be read.
    """

    def __init__(
        self,
        *,
        store: Store,
        push_messages: PushMessages,
        names: Names,
        clock: Clock,
        kinds: Kinds,
        written: WrittenBatches,
    ) -> None:
        self._written = written
        self._store = store
        self._push = push_messages
        self._names = names
        self._clock = clock
        self._kinds = kinds

    async def notify(
        self,
        campaign_id: str,
        batch_id: str,
        previews: Mapping[str, str] | None,
        on_wait: Callable[[int], None] = lambda left: None,
    ) -> None:
        """Push to everybody in the batch who has no outcome yet.

        No-op for a batch with people who are planned: it was planned again since this job was
        published, and its next commit is followed by a job of its own.

        ``on_wait`` gets the number of notifications that are left, before each quick retry.

        Raise ``Conflict`` when another worker has just claimed the batch, ``PushIncomplete`` when
        the provider asks to wait; outcomes known by then are in the ledger.
        """
        path = paths.campaign_batch(campaign_id, batch_id)
        claimed = await self._claim_written(path)
        if claimed is None:
            batch = await self._read(path, campaign_id, batch_id)
            if batch is None:
                return
            claimed = batch, await self._claim(path, batch.update_time)
        batch, claimed_at = claimed
        work = _BatchPushes(campaign_id, batch, self._kind(campaign_id, batch.kind))
        waiting = batch.waiting
        outcomes: dict[str, PushOutcome] = {}
        if batch.is_repeat:
            outcomes = await self._in_doubt(work, waiting)
            waiting = [uid for uid in waiting if uid not in outcomes]
        orders = await self._orders(work, waiting, previews or {})
        outcomes |= dict.fromkeys(
            set(waiting) - {order.uid for order in orders}, PushOutcome.FAILED
        )
        try:
            settled = await self._push.push(orders, on_wait=on_wait)
        except PushIncomplete as incomplete:
            outcomes |= {orders[at].uid: fate for at, fate in incomplete.outcomes.items()}
            await self._record(path, claimed_at, outcomes, is_done=False)
            raise
        outcomes |= {order.uid: fate for order, fate in zip(orders, settled, strict=True)}
        await self._record(path, claimed_at, outcomes, is_done=True)

    async def _claim_written(self, path: str) -> tuple[WrittenBatch, datetime] | None:
        """Claim a batch that this process wrote; None for another, or if it has changed since."""
        batch = self._written.take(path)
        if batch is None:
            return None
        try:
            return batch, await self._claim(path, batch.update_time)
        except Conflict as race:
            if isinstance(race.__cause__, CommitOutcomeUnknown):
                raise
            return None

    async def _read(self, path: str, campaign_id: str, batch_id: str) -> WrittenBatch | None:
        """Read a batch from the store; return None if nobody in it has to be notified now."""
        (held,) = await self._store.get_many([path])
        if held is None:
            raise PermanentError(f"campaign {campaign_id} has no batch {batch_id}")
        batch = Batch.parse(held.fields)
        if batch.state in ("planned", "done"):
            return None
        pushed = self._kind(campaign_id, batch.kind).pushed_channels
        recipients = batch.recipients
        return WrittenBatch(
            held.update_time,
            batch.service_id,
            batch.kind,
            batch.purpose,
            batch.chat_id,
            [
                uid
                for uid in batch.uids
                if recipients[uid].state is RecipientState.SENT
                and recipients[uid].push is None
                and recipients[uid].channel in pushed
            ],
            sent_at=batch.sent_at,
            claimed_at=batch.push_claimed_at,
        )

    def _kind(self, campaign_id: str, name: str) -> Kind:
        kind = self._kinds.get(name)
        if kind is None:
            raise PermanentError(
                f"campaign {campaign_id} is of kind {name}, which this version cannot notify"
            )
        return kind

    async def _claim(self, path: str, update_time: datetime) -> datetime:
        """Return the fence under which the outcomes are recorded."""
        # The attempt rises because the server's time alone may equal that of the claim before.
        claim = batch_patch(
            push_claimed_at=SERVER_TIME, updated_at=SERVER_TIME, attempt=Increment(1)
        )
        try:
            result = await self._store.commit([Update(path, claim, UpdatedAt(update_time))])
        except CommitOutcomeUnknown as unknown:
            raise Conflict(f"{path}: it is not known whether its pushes are claimed") from unknown
        return result.update_times[0]

    async def _record(
        self, path: str, claimed_at: datetime, outcomes: Mapping[str, PushOutcome], *, is_done: bool
    ) -> None:
        """Record outcomes under the claim; no-op if another worker has claimed the batch since."""
        settled = pushes_patch(outcomes, is_done=is_done, at=SERVER_TIME, delete_field=DELETE_FIELD)
        await create_once(self._store, [Update(path, settled, UpdatedAt(claimed_at))])

    async def _in_doubt(self, work: _BatchPushes, waiting: Sequence[str]) -> dict[str, PushOutcome]:
        """Return the people whom a dead worker may have notified and who get no repeat."""
        sent_at = work.batch.sent_at
        oldest = self._clock.now() - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        if sent_at is None or sent_at <= oldest:
            return dict.fromkeys(waiting, PushOutcome.UNCONFIRMED)
        receipts = await self._store.get_many(
            [paths.read_receipt(work.chat_id(uid), uid) for uid in waiting]
        )
        return {
            uid: PushOutcome.ALREADY_READ
            for uid, receipt in zip(waiting, receipts, strict=True)
            if receipt is not None
            and (read := ReadReceipt.parse_or_none(receipt.fields)) is not None
            and read.read_to >= sent_at
        }

    async def _orders(
        self, work: _BatchPushes, uids: Sequence[str], previews: Mapping[str, str]
    ) -> list[PushOrder]:
        """Return a push for each person whose message exists and shows something."""
        if not uids:
            return []
        texts = {**previews, **await self._read_previews(work, uids, previews)}
        sender = ids.service_member(work.batch.service_id)
        name = (await self._names.of([sender]))[sender]
        group = await self._group_title(work)
        settings = await self._names.push_settings.of(work.batch.service_id)
        return [
            PushOrder(
                uid=uid,
                title=name if group is None else group,
                body=texts[uid] if group is None else f"{name}: {texts[uid]}",
                data=work.data(uid),
                settings=settings,
                is_repeat=work.batch.is_repeat,
                purpose=work.batch.purpose,
            )
            for uid in uids
            if texts.get(uid)
        ]

    async def _group_title(self, work: _BatchPushes) -> str | None:
        """Return the title of the chat that all share, None if they share none."""
        if work.batch.chat_id is None:
            return None
        (chat,) = await self._store.get_many([paths.chat(work.batch.chat_id)], select=("title",))
        title = chat.fields.get("title") if chat is not None else None
        return title if isinstance(title, str) else None

    async def _read_previews(
        self, work: _BatchPushes, uids: Sequence[str], previews: Mapping[str, str]
    ) -> dict[str, str]:
        """Read the messages of people without a preview."""
        unread = [uid for uid in uids if uid not in previews]
        if not unread:
            return {}
        messages = await self._store.get_many(
            [paths.message(work.chat_id(uid), work.message_id(uid)) for uid in unread]
        )
        found = {
            uid: message
            for uid, snapshot in zip(unread, messages, strict=True)
            if snapshot is not None
            and (message := Message.parse_or_none(snapshot.fields)) is not None
        }
        return {
            uid: push.preview(message.body, len(message.attachments or ()))
            for uid, message in found.items()
        }


@dataclass(slots=True)
class _BatchPushes:
    """A batch to notify, and where its kind put the messages."""

    campaign_id: str
    batch: WrittenBatch
    kind: Kind
    shared: dict[str, str] | None = None

    def chat_id(self, uid: str) -> str:
        return self.batch.chat_id or self.kind.chat_id(self.campaign_id, self.batch.service_id, uid)

    def message_id(self, uid: str) -> str:
        return self.kind.message_id(self.campaign_id, uid)

    def data(self, uid: str) -> dict[str, str]:
        """Return the ``data`` of the person's push."""
        if self.shared is None:
            # Chats of one kind differ in their ids alone.
            chat_id = self.chat_id(uid)
            self.shared = push.message_data(
                chat_id=chat_id,
                message_id=self.message_id(uid),
                service_id=self.batch.service_id,
                kind=ids.parse_chat_id(chat_id).kind,
                sender_id=ids.service_member(self.batch.service_id),
                campaign_id=self.campaign_id,
            )
        own = {"chatId": self.chat_id(uid), "messageId": self.message_id(uid)}
        return {**self.shared, **own}
