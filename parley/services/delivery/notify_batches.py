"""Pushes for one batch of a campaign, with each person's outcome in the ledger.

The pushes are claimed in the ledger before the first is handed over, and given back with the
outcomes. A claim that stands when a job comes again is one whose worker died: what it left without
an outcome is in doubt, and is pushed again only while young and unread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from parley.domain.delivery import push
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, PermanentError, RetryableError
from parley.services.delivery.push_messages import PushIncomplete, PushMessages, PushOrder
from parley.services.people.names import Names
from parley.store import DELETE_FIELD, SERVER_TIME, Increment, Store, Update, UpdatedAt
from schema import changes, ids, limits, paths
from schema.campaign_status import Batch
from schema.chats import ReadReceipt
from schema.messages import Message
from schema.reasons import PushOutcome, RecipientState

_TRIES = 5


class NotifyCampaignBatches:
    """Notifies the people of batches that stand in their chats."""

    def __init__(
        self, *, store: Store, push_messages: PushMessages, names: Names, clock: Clock
    ) -> None:
        self._store = store
        self._push = push_messages
        self._names = names
        self._clock = clock

    async def notify(
        self, campaign_id: str, batch_id: str, previews: Mapping[str, str] | None
    ) -> None:
        """Push to everybody of the batch who has no outcome yet.

        Raises ``Conflict`` when another worker has just claimed it, ``PushIncomplete`` when the
        provider asks to wait; what is settled by then is in the ledger.
        """
        path = paths.campaign_batch(campaign_id, batch_id)
        (held,) = await self._store.get_many([path])
        if held is None:
            raise PermanentError(f"campaign {campaign_id} has no batch {batch_id}")
        batch = Batch.parse(held.fields)
        if batch.state == "planned":
            raise RetryableError(f"batch {batch_id} does not stand in its chats yet")
        if batch.state == "done":
            return
        claimed_at = await self._claim(path, held.update_time)
        waiting = [
            uid
            for uid in batch.uids
            if batch.recipients[uid].state is RecipientState.SENT
            and batch.recipients[uid].push is None
        ]
        outcomes: dict[str, PushOutcome] = {}
        is_repeat = batch.push_claimed_at is not None
        if is_repeat:
            outcomes = await self._in_doubt(campaign_id, batch, waiting)
            waiting = [uid for uid in waiting if uid not in outcomes]
        known = previews or {}
        orders = await self._orders(campaign_id, batch, waiting, known, is_repeat=is_repeat)
        outcomes |= dict.fromkeys(
            set(waiting) - {order.uid for order in orders}, PushOutcome.FAILED
        )
        try:
            settled = await self._push.push(orders)
        except PushIncomplete as incomplete:
            outcomes |= {orders[at].uid: fate for at, fate in incomplete.outcomes.items()}
            await self._record(path, claimed_at, outcomes, is_done=False)
            raise
        outcomes |= {order.uid: fate for order, fate in zip(orders, settled, strict=True)}
        await self._record(path, claimed_at, outcomes, is_done=True)

    async def _claim(self, path: str, update_time: datetime) -> datetime:
        claim = changes.batch_push_claimed(attempt=Increment(1), at=SERVER_TIME)
        try:
            result = await self._store.commit([Update(path, claim, UpdatedAt(update_time))])
        except CommitOutcomeUnknown as unknown:
            raise Conflict(f"{path}: it is not known whether its pushes are claimed") from unknown
        return result.update_times[0]

    async def _record(
        self, path: str, claimed_at: datetime, outcomes: Mapping[str, str], *, is_done: bool
    ) -> None:
        """The outcomes, under the claim; whoever claimed it since then records their own."""
        settled = changes.batch_notified(
            outcomes=outcomes, is_done=is_done, at=SERVER_TIME, delete_field=DELETE_FIELD
        )
        for _ in range(_TRIES):
            try:
                await self._store.commit([Update(path, settled, UpdatedAt(claimed_at))])
            except CommitOutcomeUnknown:
                continue
            except Conflict:
                return
            return

    async def _in_doubt(
        self, campaign_id: str, batch: Batch, waiting: Sequence[str]
    ) -> dict[str, PushOutcome]:
        """Of those whom a dead worker may have notified: whom not to notify again, and why."""
        oldest = self._clock.now() - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        if batch.sent_at is None or batch.sent_at <= oldest:
            return dict.fromkeys(waiting, PushOutcome.UNCONFIRMED)
        receipts = await self._store.get_many(
            [paths.read_receipt(ids.case_chat_id(uid, batch.service_id), uid) for uid in waiting]
        )
        return {
            uid: PushOutcome.ALREADY_READ
            for uid, receipt in zip(waiting, receipts, strict=True)
            if receipt is not None
            and (read := ReadReceipt.parse_or_none(receipt.fields)) is not None
            and read.read_to >= batch.sent_at
        }

    async def _orders(
        self,
        campaign_id: str,
        batch: Batch,
        uids: Sequence[str],
        previews: Mapping[str, str],
        *,
        is_repeat: bool,
    ) -> list[PushOrder]:
        """What to push; for those without a preview the message is read.

        Nothing for a message that shows nothing: it was deleted meanwhile.
        """
        known = dict(previews)
        unread = [uid for uid in uids if uid not in known]
        if unread:
            messages = await self._store.get_many(
                [
                    paths.message(
                        ids.case_chat_id(uid, batch.service_id),
                        ids.campaign_message_id(campaign_id, uid),
                    )
                    for uid in unread
                ]
            )
            for uid, snapshot in zip(unread, messages, strict=True):
                if snapshot is None:
                    continue
                if (message := Message.parse_or_none(snapshot.fields)) is not None:
                    known[uid] = push.preview(message.body, len(message.attachments or ()))
        sender = ids.service_member(batch.service_id)
        if not uids:
            return []
        names = await self._names.of([sender])
        settings = await self._names.push_settings.of(batch.service_id)
        return [
            PushOrder(
                uid=uid,
                title=names[sender],
                body=known[uid],
                data=push.message_data(
                    chat_id=ids.case_chat_id(uid, batch.service_id),
                    message_id=ids.campaign_message_id(campaign_id, uid),
                    service_id=batch.service_id,
                    kind="case",
                    sender_id=sender,
                    campaign_id=campaign_id,
                ),
                settings=settings,
                is_repeat=is_repeat,
            )
            for uid in uids
            if known.get(uid)
        ]
