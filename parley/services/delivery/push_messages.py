"""Pushes: load people's devices, hand notifications over, forget dead tokens.

At least once. If some notifications cannot be handed over, the queue redelivers their message.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime

from parley.domain.delivery import push
from parley.domain.delivery.push import Device, PushFate
from parley.domain.delivery.push_folds import PushFolds
from parley.domain.ports import Clock, PushSender
from parley.services.delivery.dead_devices import DeadDevices
from parley.services.delivery.hand_over_pushes import (
    NOTIFICATION_BYTES,
    SETTLED_BYTES,
    Addressed,
    Handover,
    HandOverPushes,
)
from parley.services.delivery.peoples_devices import HeldDevices, PeoplesDevices
from parley.services.delivery.pierced_mutes import PiercedMutes
from parley.services.delivery.push_orders import PushIncomplete, PushOrder, is_muted, is_refused
from parley.store import Store
from schema.reasons import PushOutcome

_RUN = 800
"""The most notifications that are handed over together, unless one order has more."""

_Ringing = tuple[int, PushOrder, list[Device]]
"""An order to push, with its index and its person's devices."""


class PushMessages:
    """Pushes orders to people. One instance a process: it remembers what it handed over.

    ``folds``: what waits for a summary, which somebody else sends.
    """

    def __init__(
        self,
        *,
        store: Store,
        sender: PushSender,
        clock: Clock,
        randomness: random.Random,
        folds: PushFolds | None = None,
    ) -> None:
        self._clock = clock
        self._devices = PeoplesDevices(store=store)
        self._hand_over = HandOverPushes(sender=sender, clock=clock, randomness=randomness)
        self._dead_devices = DeadDevices(store=store)
        self._pierced = PiercedMutes(store=store)
        self._folds = PushFolds() if folds is None else folds

    @property
    def in_hand(self) -> int:
        """Return the bytes that pushes take in this process, devices included."""
        return self._devices.in_hand + self._hand_over.room.in_hand

    async def push(
        self,
        orders: Sequence[PushOrder],
        *,
        is_ordinary: bool = False,
        on_wait: Callable[[int], None] = lambda left: None,
    ) -> list[PushOutcome]:
        """Return one outcome for each order, in order; raise ``PushIncomplete``.

        ``is_ordinary``: they are of ordinary messages, which wait for no campaign. ``on_wait``
        gets the number of notifications that are left of a run, before each quick retry.

        Reads one document a person, and writes one for each person with a dead token. A message
        that is folded counts as handed over: a summary stands for it. Nothing is read of who was
        looked at three times within ten seconds: their messages wait for the summary.
        """
        if not orders:
            return []
        outcomes = self._fold(orders)
        if len(outcomes) == len(orders):
            return [outcomes[index] for index in range(len(orders))]
        left = {index: order for index, order in enumerate(orders) if index not in outcomes}
        people = {order.uid for order in left.values()}
        chats = {order.chat_id for order in left.values()}
        late: list[PushIncomplete] = []
        async with self._devices.of(people, chats, is_ordinary=is_ordinary) as held:
            runs = list(_runs(await self._ringing(left, held, outcomes)))
            for at, run in enumerate(runs):
                later = {order.uid for after in runs[at + 1 :] for _, order, _ in after}
                try:
                    outcomes |= await self._push(run, held, later, on_wait)
                except PushIncomplete as incomplete:
                    outcomes |= incomplete.outcomes
                    late.append(incomplete)
        if late:
            retry_after = max(one.retry_after or 0.0 for one in late)
            waiting = sum(one.waiting for one in late)
            raise PushIncomplete(outcomes, waiting, retry_after or None)
        return [outcomes[index] for index in range(len(orders))]

    def _fold(self, orders: Sequence[PushOrder]) -> dict[int, PushOutcome]:
        """Fold what is sure to be folded; a mention may pierce a mute, so it is looked at."""
        now = self._clock.now()
        self._folds.expire(now)
        return {
            index: PushOutcome.HANDED_OVER
            for index, order in enumerate(orders)
            if order.posted_at is not None
            and not order.is_mention
            and self._folds.fold_unseen(
                order.chat_id, order.uid, order.message_id, order.posted_at, now
            )
        }

    async def _ringing(
        self,
        orders: Mapping[int, PushOrder],
        held: HeldDevices,
        outcomes: dict[int, PushOutcome],
    ) -> list[_Ringing]:
        """Return the orders to push now, and note the outcomes of the others."""
        now = self._clock.now()
        muted = [
            index
            for index, order in orders.items()
            if (tokens := held.tokens.get(order.uid)) and is_muted(tokens, order.chat_id, now)
        ]
        pierced = await self._pierced.by(orders, muted, held.tokens) if muted else frozenset()
        silent = frozenset(muted) - pierced if muted else pierced
        ringing: list[_Ringing] = []
        for index, order in orders.items():
            tokens = held.tokens.get(order.uid)
            devices = held.devices.get(order.uid)
            reason: PushOutcome | None = None
            if tokens and is_refused(tokens, order):
                reason = PushOutcome.NO_CONSENT
            elif index in silent:
                reason = PushOutcome.MUTED
            elif not devices:
                reason = PushOutcome.NO_DEVICE
            if reason is not None:
                outcomes[index] = reason
                if order.posted_at is not None and not order.is_mention:
                    self._rings(order, now, is_silent=True)
            elif devices and (index in pierced or self._rings(order, now)):
                ringing.append((index, order, devices))
            else:
                outcomes[index] = PushOutcome.HANDED_OVER
        return ringing

    def _rings(self, order: PushOrder, now: datetime, *, is_silent: bool = False) -> bool:
        """Return whether to push an order now, and not to leave it to a summary."""
        return order.posted_at is None or self._folds.admit(
            order.chat_id,
            order.uid,
            order.message_id,
            order.posted_at,
            now,
            is_silent=is_silent,
        )

    async def _push(
        self,
        run: Sequence[_Ringing],
        held: HeldDevices,
        later: Set[str],
        on_wait: Callable[[int], None],
    ) -> dict[int, PushOutcome]:
        """Push a run; ``later`` are people whose devices further runs need."""
        sizes = [
            NOTIFICATION_BYTES + len(device.token) for _, _, devices in run for device in devices
        ]
        by_order: dict[int, list[PushFate]] = {}

        async def settle(handover: Handover) -> None:
            settled, handover.settled = handover.settled, []
            for index, _, result in settled:
                by_order.setdefault(index, []).append(result.fate)
            await self._dead_devices.forget(
                held.snapshots,
                [one.device for _, one, result in settled if result.fate is PushFate.DEAD_TOKEN],
            )

        async with self._hand_over.room.hold(sum(sizes)) as room:

            async def wait(handover: Handover) -> None:
                await settle(handover)
                left = len(handover.left)
                room.shrink(left * max(sizes) + (len(sizes) - left) * SETTLED_BYTES)
                held.keep({one.device.uid for _, one in handover.left} | later)
                on_wait(left)

            handover = await self._hand_over.hand_over(_addressed(run), wait)
            await settle(handover)
            unsettled = {index for index, _ in handover.left}
            outcomes = {
                index: _outcome(fates)
                for index, fates in by_order.items()
                if index not in unsettled
            }
            if handover.left:
                raise PushIncomplete(outcomes, len(handover.left), handover.retry_after or None)
            return outcomes


def _runs(ringing: Iterable[_Ringing]) -> Iterator[list[_Ringing]]:
    """Yield orders by the number of their notifications."""
    run: list[_Ringing] = []
    count = 0
    for one in ringing:
        if run and count + len(one[2]) > _RUN:
            yield run
            run, count = [], 0
        run.append(one)
        count += len(one[2])
    if run:
        yield run


def _addressed(run: Iterable[_Ringing]) -> Iterator[Addressed]:
    """Yield the notifications of each order."""
    for index, order, devices in run:
        for notification in push.notifications(
            devices,
            title=order.title,
            body=order.body,
            data=order.data,
            settings=order.settings,
            is_repeat=order.is_repeat,
            tag=order.tag,
        ):
            yield index, notification


def _outcome(fates: Iterable[PushFate]) -> PushOutcome:
    """Return the best outcome of any device. A person with only dead tokens has no device."""
    seen = set(fates)
    if PushFate.ACCEPTED in seen:
        return PushOutcome.HANDED_OVER
    return PushOutcome.FAILED if PushFate.REJECTED in seen else PushOutcome.NO_DEVICE
