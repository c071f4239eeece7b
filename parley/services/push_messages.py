"""Pushes: load the devices of people, hand the notifications over, forget dead tokens.

At least once: what could not be handed over is raised for the queue to bring back, and what this
process has handed over already is not handed over again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from parley.domain import push
from parley.domain.errors import Conflict, RetryableError
from parley.domain.ports import (
    DELETE_FIELD,
    Clock,
    PushSender,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
)
from parley.domain.push import Device, Notification, PushFate, PushResult
from schema import changes, paths
from schema.push_tokens import PushTokens
from schema.reasons import PushOutcome

_QUICK_TRIES = 3
"""Tries within one call, for faults that pass at once; the queue's back-off does the rest."""

_QUICK_RETRY_SECONDS = 0.5

_REMEMBERED = 50_000
"""Notifications of the last minutes, about 10 MB."""


@dataclass(frozen=True, slots=True)
class PushOrder:
    """One message for one person, to be shown on each of their devices."""

    uid: str
    title: str
    body: str
    data: dict[str, str]
    is_mention: bool = False

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
        self._handed_over: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def push(self, orders: Sequence[PushOrder]) -> list[PushOutcome]:
        """One outcome an order, in order; raises :class:`PushIncomplete`.

        Reads one document a person, and writes one for each person of whom a token is dead.
        """
        if not orders:
            return []
        tokens = await self._load({order.uid for order in orders})
        outcomes: dict[int, PushOutcome] = {}
        waiting: list[tuple[int, Notification]] = []
        now = self._clock.now()
        for index, order in enumerate(orders):
            held = tokens.get(order.uid)
            devices = _devices(order.uid, held[1]) if held else []
            if held and _is_muted(held[1], order, now):
                outcomes[index] = PushOutcome.MUTED
            elif not devices:
                outcomes[index] = PushOutcome.NO_DEVICE
            else:
                waiting += [
                    (index, notification)
                    for notification in push.notifications(
                        devices, title=order.title, body=order.body, data=order.data
                    )
                ]
        fates, left, retry_after = await self._send(waiting)
        await self._forget_dead(tokens, fates)
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
            if snapshot is not None and (parsed := _parse(snapshot)) is not None:
                loaded[uid] = (snapshot, parsed)
        return loaded

    async def _send(
        self, waiting: list[tuple[int, Notification]]
    ) -> tuple[
        list[tuple[int, Notification, PushResult]],
        list[tuple[int, Notification]],
        float | None,
    ]:
        """Fates of what was settled, what is left, and how long the provider asks to wait."""
        fates: list[tuple[int, Notification, PushResult]] = []
        left = []
        for index, notification in waiting:
            if _key(notification) in self._handed_over:
                fates.append((index, notification, PushResult(PushFate.ACCEPTED)))
            else:
                left.append((index, notification))
        retry_after: float | None = None
        for attempt in range(_QUICK_TRIES):
            if not left:
                break
            if attempt:
                await self._clock.sleep(_QUICK_RETRY_SECONDS * attempt)
            results = await self._sender.send([notification for _, notification in left])
            again = []
            for (index, notification), result in zip(left, results, strict=True):
                if result.fate is PushFate.RETRY:
                    again.append((index, notification))
                    retry_after = max(retry_after or 0.0, result.retry_after or 0.0)
                else:
                    fates.append((index, notification, result))
                    if result.fate is PushFate.ACCEPTED:
                        self._remember(notification)
            left = again
            if (retry_after or 0.0) > _QUICK_RETRY_SECONDS:
                break
        return fates, left, retry_after

    async def _forget_dead(
        self,
        tokens: Mapping[str, tuple[Snapshot, PushTokens]],
        fates: Iterable[tuple[int, Notification, PushResult]],
    ) -> None:
        dead: dict[str, dict[str, str]] = {}
        for _, notification, result in fates:
            if result.fate is PushFate.DEAD_TOKEN:
                device = notification.device
                dead.setdefault(device.uid, {})[device.installation_id] = device.token
        for uid, devices in dead.items():
            await self._forget(tokens[uid][0], devices)

    async def _forget(self, snapshot: Snapshot, dead: Mapping[str, str]) -> None:
        """Remove devices whose token is still the one that failed, in one write."""
        current: Snapshot | None = snapshot
        while current is not None:
            parsed = _parse(current)
            gone = [
                installation_id
                for installation_id, device in (parsed.devices if parsed else {}).items()
                if dead.get(installation_id) == device.token
            ]
            if not gone:
                return
            removal: changes.PathChanges = {}
            for installation_id in gone:
                removal |= changes.device_removed(installation_id, DELETE_FIELD)
            try:
                await self._store.commit(
                    [Update(current.path, removal, UpdatedAt(current.update_time))]
                )
            except Conflict:
                (current,) = await self._store.get_many([current.path])
            else:
                return

    def _remember(self, notification: Notification) -> None:
        self._handed_over[_key(notification)] = None
        if len(self._handed_over) > _REMEMBERED:
            self._handed_over.popitem(last=False)


def _key(notification: Notification) -> tuple[str, str]:
    return notification.tag, notification.device.token


def _parse(snapshot: Snapshot) -> PushTokens | None:
    """A document that the rules let pass always parses; one that does not has no devices."""
    try:
        return PushTokens.parse(snapshot.fields)
    except ValidationError:
        return None


def _devices(uid: str, tokens: PushTokens) -> list[Device]:
    return [
        Device(uid=uid, installation_id=installation_id, token=device.token, kind=device.kind)
        for installation_id, device in tokens.devices.items()
    ]


def _is_muted(tokens: PushTokens, order: PushOrder, now: datetime) -> bool:
    """Whether the person wants no push of this; a mention is heard unless they say otherwise."""
    if order.is_mention and tokens.mentions != "unlessMuted":
        return False
    muted = (tokens.muted or {}).get(order.chat_id)
    return muted > now if isinstance(muted, datetime) else bool(muted)


def _outcome(fates: Iterable[PushFate]) -> PushOutcome:
    """The best that happened on any device; only dead tokens are no device at all."""
    seen = set(fates)
    if PushFate.ACCEPTED in seen:
        return PushOutcome.HANDED_OVER
    return PushOutcome.FAILED if PushFate.REJECTED in seen else PushOutcome.NO_DEVICE
