"""Pushes: load people's devices, hand notifications over, forget dead tokens.

At least once. If some notifications cannot be handed over, the queue redelivers their message. This
process does not repeat those that it has handed over.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from cachetools import FIFOCache

from parley.domain.delivery import push
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.delivery.token_owners import devices_of
from parley.domain.ports import Clock, PushSender
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.errors import RetryableError
from parley.services.delivery.dead_devices import DeadDevices
from parley.services.delivery.push_answers import Answered, PushAnswers
from parley.store import Snapshot, Store
from schema import paths
from schema.base import Purpose
from schema.push_tokens import PushTokens
from schema.reasons import PushOutcome
from schema.services import PushSettings

Addressed = tuple[int, Notification]
"""A notification, and the index of its order."""

QUICK_RETRY = RetryPolicy(max_attempts=3, first_seconds=1.0, max_seconds=2.0)
"""For faults that pass at once. For longer ones the queue's back-off redelivers the message."""

_LONGEST_QUICK_WAIT = 0.5
"""If the provider asks for a longer wait, the queue waits instead."""

_POSTPONED = frozenset({PushFate.RETRY, PushFate.REFUSED})

_REMEMBERED = 50_000
"""Notifications of the last minutes, about 10 MB."""


@dataclass(frozen=True, slots=True)
class PushOrder:
    """One message for one person, to be shown on each of their devices.

    ``settings`` are the service's. ``is_repeat``: it may have been shown before. ``purpose``: whose
    consent it needs; None if it is not known.
    """

    uid: str
    title: str
    body: str
    data: dict[str, str]
    is_mention: bool = False
    settings: PushSettings = push.DEFAULT_SETTINGS
    is_repeat: bool = False
    purpose: Purpose | None = "transactional"

    @property
    def chat_id(self) -> str:
        """Return the chat; people who muted it get no push."""
        return self.data["chatId"]


class PushIncomplete(RetryableError):
    """Some notifications wait for the provider. ``outcomes``: the settled ones, by order."""

    def __init__(
        self, outcomes: Mapping[int, PushOutcome], waiting: int, retry_after: float | None
    ) -> None:
        super().__init__(f"{waiting} notifications wait for the provider", retry_after=retry_after)
        self.outcomes = dict(outcomes)


class ProviderBusy(Exception):
    """The provider postpones some notifications, by ``retry_after`` seconds; 0 if it names none."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


@dataclass(slots=True)
class Handover:
    """The progress of handing some notifications over."""

    left: list[Addressed] = field(default_factory=list)
    settled: list[tuple[int, Notification, PushResult]] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    retry_after: float = 0.0


class PushMessages:
    """Pushes orders to people. One instance a process: it remembers what it handed over."""

    def __init__(
        self, *, store: Store, sender: PushSender, clock: Clock, randomness: random.Random
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._randomness = randomness
        self._answers = PushAnswers(clock=clock)
        self._dead_devices = DeadDevices(store=store)
        self._handed_over: FIFOCache[tuple[str, str], None] = FIFOCache(_REMEMBERED)
        self._in_doubt: FIFOCache[tuple[str, str], None] = FIFOCache(_REMEMBERED)

    async def push(self, orders: Sequence[PushOrder]) -> list[PushOutcome]:
        """Return one outcome for each order, in order; raise ``PushIncomplete``.

        Reads one document a person, and writes one for each person with a dead token.
        """
        if not orders:
            return []
        tokens = await self._load({order.uid for order in orders})
        devices_by_uid = devices_of({uid: held for uid, (_, held) in tokens.items()})
        outcomes: dict[int, PushOutcome] = {}
        waiting: list[Addressed] = []
        now = self._clock.now()
        for index, order in enumerate(orders):
            held = tokens.get(order.uid)
            devices = devices_by_uid.get(order.uid, [])
            if held and _is_refused(held[1], order):
                outcomes[index] = PushOutcome.NO_CONSENT
            elif held and _is_muted(held[1], order, now):
                outcomes[index] = PushOutcome.MUTED
            elif not devices:
                outcomes[index] = PushOutcome.NO_DEVICE
            else:
                waiting += [
                    (index, notification)
                    for notification in push.notifications(
                        devices,
                        title=order.title,
                        body=order.body,
                        data=order.data,
                        settings=order.settings,
                        is_repeat=order.is_repeat,
                    )
                ]
        handover = await self._send(waiting)
        await self._dead_devices.forget(
            {uid: snapshot for uid, (snapshot, _) in tokens.items()},
            [
                one.device
                for _, one, result in handover.settled
                if result.fate is PushFate.DEAD_TOKEN
            ],
        )
        unsettled = {index for index, _ in handover.left}
        by_order: dict[int, list[PushFate]] = {}
        for index, _, result in handover.settled:
            by_order.setdefault(index, []).append(result.fate)
        for index, fates in by_order.items():
            if index not in unsettled:
                outcomes[index] = _outcome(fates)
        if handover.left:
            raise PushIncomplete(outcomes, len(handover.left), handover.retry_after or None)
        return [outcomes[index] for index in range(len(orders))]

    async def _load(self, uids: set[str]) -> dict[str, tuple[Snapshot, PushTokens]]:
        ordered = sorted(uids)
        snapshots = await self._store.get_many([paths.push_tokens(uid) for uid in ordered])
        loaded = {}
        for uid, snapshot in zip(ordered, snapshots, strict=True):
            if snapshot is not None:
                loaded[uid] = (snapshot, PushTokens.readable(snapshot.fields))
        return loaded

    async def _send(self, waiting: Iterable[Addressed]) -> Handover:
        """Hand notifications over, with a few quick retries; settle as many as possible."""
        handover = Handover()
        for index, notification in waiting:
            if _key(notification) in self._handed_over:
                accepted = PushResult(PushFate.ACCEPTED)
                handover.settled.append((index, notification, accepted))
            else:
                handover.left.append((index, notification))
        if handover.left:
            with suppress(ProviderBusy):
                await retry(
                    lambda: self._try(handover),
                    policy=QUICK_RETRY,
                    sleep=self._clock.sleep,
                    randomness=self._randomness,
                    when=_may_retry_quickly,
                )
        return handover

    async def _try(self, handover: Handover) -> None:
        """Send what is left, once. Raise ``ProviderBusy`` if the provider postpones any of it."""
        sent = [self._muted_if_in_doubt(notification) for _, notification in handover.left]
        begun = self._clock.now()
        handover.answered.append((sent, await self._sender.send(sent)))
        results = self._answers.judge(handover.answered, begun=begun)
        left, handover.left = handover.left, []
        for (index, notification), result in zip(left, results, strict=True):
            key = _key(notification)
            if result.fate in _POSTPONED:
                handover.left.append((index, notification))
                handover.retry_after = max(handover.retry_after, result.retry_after or 0.0)
                if result.is_in_doubt:
                    self._in_doubt[key] = None
                continue
            handover.settled.append((index, notification, result))
            if self._in_doubt:
                self._in_doubt.pop(key, None)
            if result.fate is PushFate.ACCEPTED:
                self._handed_over[key] = None
        if handover.left:
            raise ProviderBusy(handover.retry_after)

    def _muted_if_in_doubt(self, notification: Notification) -> Notification:
        """Silence a notification whose earlier copy may have been accepted; its answer was lost."""
        if self._in_doubt and _key(notification) in self._in_doubt:
            return replace(notification, sound=None)
        return notification


def _may_retry_quickly(error: Exception) -> Retry | None:
    if isinstance(error, ProviderBusy) and error.retry_after <= _LONGEST_QUICK_WAIT:
        return Retry(error.retry_after)
    return None


def _key(notification: Notification) -> tuple[str, str]:
    return notification.tag, notification.device.token


def _is_refused(tokens: PushTokens, order: PushOrder) -> bool:
    """Return whether the person withdrew consent to such pushes of the service."""
    return order.purpose is not None and tokens.has_withdrawn(
        order.data["serviceId"], order.purpose
    )


def _is_muted(tokens: PushTokens, order: PushOrder, now: datetime) -> bool:
    """Return whether the person muted the chat. By default a mention is pushed all the same."""
    if order.is_mention and tokens.mentions != "unlessMuted":
        return False
    muted = (tokens.muted or {}).get(order.chat_id)
    return muted > now if isinstance(muted, datetime) else bool(muted)


def _outcome(fates: Iterable[PushFate]) -> PushOutcome:
    """Return the best outcome of any device. A person with only dead tokens has no device."""
    seen = set(fates)
    if PushFate.ACCEPTED in seen:
        return PushOutcome.HANDED_OVER
    return PushOutcome.FAILED if PushFate.REJECTED in seen else PushOutcome.NO_DEVICE
