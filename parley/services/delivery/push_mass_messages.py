"""Push a mass message to the people who have it in their chats.

The commit that posts the messages is the claim: if its worker dies, a push without an outcome may
have been shown, and is repeated only while the message is recent and unread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from parley.domain.delivery.push import message_data
from parley.domain.ports import Clock
from parley.services.chats.claimed_mass_message import ClaimedMassMessage
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.services.delivery.queue_digests import QueueDigests
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.people.names import Names
from parley.store import Store
from schema import ids, limits, paths
from schema.reasons import PushOutcome
from schema.receipts import ReadReceipt

_CLOCKS_DIFFER = timedelta(seconds=10)
"""How much earlier than a worker notes it a message may have been written."""


class PushMassMessages:
    """Hands pushes over, and notes each person's outcome in the claimed job."""

    def __init__(
        self,
        *,
        store: Store,
        push_messages: PushMessages,
        summaries: SummarizePushes,
        digests: QueueDigests,
        names: Names,
        clock: Clock,
    ) -> None:
        self._store = store
        self._push = push_messages
        self._summaries = summaries
        self._digests = digests
        self._names = names
        self._clock = clock

    async def again(self, claim: ClaimedMassMessage) -> None:
        """Push to people whom earlier attempts posted to and did not notify for certain."""
        await self.fresh(claim, claim.owed)
        doubtful = claim.in_doubt()
        outcomes = await self._in_doubt(claim, doubtful)
        claim.settle_pushes(outcomes)
        await self._hand_over(claim, [uid for uid in doubtful if uid not in outcomes], True)

    async def fresh(self, claim: ClaimedMassMessage, uids: Sequence[str]) -> None:
        """Push to people for the first time."""
        await self._hand_over(claim, uids, False)

    async def _hand_over(
        self, claim: ClaimedMassMessage, uids: Sequence[str], is_repeat: bool
    ) -> None:
        if not uids:
            return
        await self._note_for_digests(claim, uids)
        if claim.waiting:
            # The provider has just asked to wait.
            claim.put_off_pushes(uids, None)
            return
        orders = await self._orders(claim, uids, is_repeat)
        try:
            settled = await self._push.push(orders)
        except PushIncomplete as incomplete:
            known = {uids[at]: outcome for at, outcome in incomplete.outcomes.items()}
            claim.settle_pushes(known)
            left = [uid for uid in uids if uid not in known]
            claim.put_off_pushes(left, incomplete.retry_after)
            return
        finally:
            self._leave_to_summaries(orders)
        claim.settle_pushes(dict(zip(uids, settled, strict=True)))

    def _leave_to_summaries(self, orders: Sequence[PushOrder]) -> None:
        """Leave it to a summary where a phone has rung three times in ten seconds.

        The job does not wait for it: its result says that the message stands for a push.
        """
        for order in orders:
            if self._summaries.is_needed(order.chat_id):
                self._summaries.hold([order.message_id], order)

    async def _note_for_digests(self, claim: ClaimedMassMessage, uids: Sequence[str]) -> None:
        """Note the people who may have to be told by email."""
        since = min(claim.results[uid]["at"] for uid in uids) - _CLOCKS_DIFFER
        await self._digests.note(claim.post.job.service_id, uids, since)

    async def _orders(
        self, claim: ClaimedMassMessage, uids: Sequence[str], is_repeat: bool
    ) -> list[PushOrder]:
        post = claim.post
        service_id = post.job.service_id
        sender = ids.service_member(service_id)
        names = await self._names.of([sender])
        settings = await self._names.push_settings.of(service_id)
        return [
            PushOrder(
                uid=uid,
                title=names[sender],
                body=post.preview,
                data=message_data(
                    chat_id=post.posts.chat_id(uid),
                    message_id=post.message_id(uid),
                    service_id=service_id,
                    kind="case",
                    sender_id=sender,
                ),
                settings=settings,
                is_repeat=is_repeat,
                posted_at=claim.results[uid]["at"],
            )
            for uid in uids
        ]

    async def _in_doubt(
        self, claim: ClaimedMassMessage, uids: Sequence[str]
    ) -> dict[str, PushOutcome]:
        """Return the outcomes of people who may have been notified and get no repeat."""
        oldest = self._clock.now() - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        outcomes = {
            uid: PushOutcome.UNCONFIRMED for uid in uids if claim.results[uid]["at"] <= oldest
        }
        recent = [uid for uid in uids if uid not in outcomes]
        receipts = await self._store.get_many(
            [paths.read_receipt(claim.post.posts.chat_id(uid), uid) for uid in recent]
        )
        for uid, receipt in zip(recent, receipts, strict=True):
            read = ReadReceipt.parse_or_none(receipt.fields) if receipt is not None else None
            if read is not None and read.read_to >= claim.results[uid]["at"]:
                outcomes[uid] = PushOutcome.ALREADY_READ
        return outcomes
