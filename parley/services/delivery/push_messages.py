"""Pushes: load the devices of people, hand the notifications over, forget dead tokens.

At least once: what could not be handed over is raised for the queue to bring back, and what this
process has handed over already is not handed over again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cachetools import FIFOCache

from parley.domain.delivery import push
from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.delivery.token_owners import devices_of
from parley.domain.ports import Clock, PushSender
from parley.errors import RetryableError
from parley.services.delivery.dead_devices import DeadDevices
from parley.services.delivery.push_answers import Answered, PushAnswers
from parley.store import Snapshot, Store
from schema import paths
from schema.push_tokens import PushTokens
from schema.reasons import PushOutcome
from schema.services import PushSettings

_LATER = frozenset({PushFate.RETRY, PushFate.REFUSED})

_QUICK_TRIES = 3
"""Tries within one call, for faults that pass at once; the queue's back-off does the rest."""

_QUICK_RETRY_SECONDS = 0.5

_REMEMBERED = 50_000
"""Notifications of the last minutes, about 10 MB."""


@dataclass(frozen=True, slots=True)
class PushOrder:
    """One message for one person, to be shown on each of their devices.

    ``settings`` are the service's. ``is_repeat``: it may have been shown before.
    """

    uid: str
    title: str
    body: str
    data: dict[str, str]
    is_mention: bool = False
    settings: PushSettings = push.DEFAULT_SETTINGS
    is_repeat: bool = False

    @property
    def chat_id(self) -> str:
        """The chat whose mute is obeyed."""
        return self.data["chatId"]


class PushIncomplete(RetryableError):
    """Some notifications wait for the provider. ``outcomes`` holds what is settled, by order."""

    def __init__(
        self, outcomes: Mapping[int, PushOutcome], waiting: int, retry_after: float | None
    ) -> None:
        super().__init__(f"{waiting} notifications wait for the provider", retry_after=retry_after)
        self.outcomes = dict(outcomes)


class PushMessages:
    """Pushes orders to people. One instance a process: it remembers what it handed over."""

    def __init__(self, *, store: Store, sender: PushSender, clock: Clock) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._answers = PushAnswers(clock=clock)
        self._dead_devices = DeadDevices(store=store)
        self._handed_over: FIFOCache[tuple[str, str], None] = FIFOCache(_REMEMBERED)
        self._in_doubt: FIFOCache[tuple[str, str], None] = FIFOCache(_REMEMBERED)

    async def push(self, orders: Sequence[PushOrder]) -> list[PushOutcome]:
        """Return one outcome for each order, in order; raise :class:`PushIncomplete`."""
        if not orders:
            return []
        tokens = await self._load({order.uid for order in orders})
        devices_by_uid = devices_of({uid: held for uid, (_, held) in tokens.items()})
        outcomes: dict[int, PushOutcome] = {}
        waiting: list[tuple[int, Notification]] = []
        now = self._clock.now()
        for index, order in enumerate(orders):
            held = tokens.get(order.uid)
            devices = devices_by_uid.get(order.uid, [])
            if held and _is_muted(held[1], order, now):
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
        fates, left, retry_after = await self._send(waiting)
        await self._dead_devices.forget(
            {uid: snapshot for uid, (snapshot, _) in tokens.items()},
            [one.device for _, one, result in fates if result.fate is PushFate.DEAD_TOKEN],
        )
        unsettled = {index for index, _ in left}
        by_order: dict[int, list[PushFate]] = {}
        for index, _, result in fates:
            by_order.setdefault(index, []).append(result.fate)
        for index, settled in by_order.items():
            if index not in unsettled:
                outcomes[index] = _outcome(settled)
        if left:
            raise PushIncomplete(outcomes, len(left), retry_after)
        return [outcomes[index] for index in range(len(orders))]

    async def _load(self, uids: set[str]) -> dict[str, tuple[Snapshot, PushTokens]]:
        ordered = sorted(uids)
        snapshots = await self._store.get_many([paths.push_tokens(uid) for uid in ordered])
        loaded = {}
        for uid, snapshot in zip(ordered, snapshots, strict=True):
            if snapshot is not None:
                loaded[uid] = (snapshot, PushTokens.readable(snapshot.fields))
        return loaded

    async def _send(
        self, waiting: list[tuple[int, Notification]]
    ) -> tuple[
        list[tuple[int, Notification, PushResult]],
        list[tuple[int, Notification]],
        float | None,
    ]:
        """Return settled outcomes, open orders, and the wait that the provider asked for."""
        fates: list[tuple[int, Notification, PushResult]] = []
        left = []
        for index, notification in waiting:
            if _key(notification) in self._handed_over:
                fates.append((index, notification, PushResult(PushFate.ACCEPTED)))
            else:
                left.append((index, notification))
        run: list[Answered] = []
        retry_after: float | None = None
        for attempt in range(_QUICK_TRIES):
            if not left:
                break
            if attempt:
                await self._clock.sleep(_QUICK_RETRY_SECONDS * attempt)
            sent = [notification for _, notification in left]
            if self._in_doubt:
                sent = [self._as_it_is_known(notification) for notification in sent]
            begun = self._clock.now()
            run.append((sent, await self._sender.send(sent)))
            again = []
            results = self._answers.judge(run, begun=begun)
            for (index, notification), result in zip(left, results, strict=True):
                if result.fate in _LATER:
                    again.append((index, notification))
                    retry_after = max(retry_after or 0.0, result.retry_after or 0.0)
                    if result.is_in_doubt:
                        self._in_doubt[_key(notification)] = None
                else:
                    fates.append((index, notification, result))
                    key = _key(notification)
                    if self._in_doubt:
                        self._in_doubt.pop(key, None)
                    if result.fate is PushFate.ACCEPTED:
                        self._handed_over[key] = None
            left = again
            if (retry_after or 0.0) > _QUICK_RETRY_SECONDS:
                break
        return fates, left, retry_after

    def _as_it_is_known(self, notification: Notification) -> Notification:
        """Return it without a sound if an earlier one may have been accepted without an answer."""
        if _key(notification) in self._in_doubt:
            return replace(notification, sound=None)
        return notification


def _key(notification: Notification) -> tuple[str, str]:
    return notification.tag, notification.device.token


def _is_muted(tokens: PushTokens, order: PushOrder, now: datetime) -> bool:
    """Return whether the person's settings forbid this push; mentions may pass a mute."""
    if order.is_mention and tokens.mentions != "unlessMuted":
        return False
    muted = (tokens.muted or {}).get(order.chat_id)
    return muted > now if isinstance(muted, datetime) else bool(muted)


def _outcome(fates: Iterable[PushFate]) -> PushOutcome:
    """Return the best outcome of all devices; a person with only dead tokens has no device."""
    seen = set(fates)
    if PushFate.ACCEPTED in seen:
        return PushOutcome.HANDED_OVER
    return PushOutcome.FAILED if PushFate.REJECTED in seen else PushOutcome.NO_DEVICE
