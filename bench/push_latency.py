"""W6: from a message committed to its push handed over, as a ratio to the bare chain.

The bare chain is what any such design pays: the trigger, its publish, and a pull. It is measured on
the same messages, by a second subscription of the same topic that somebody pulls and does nothing
with. The judge of the push is the stand-in's own log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import aiohttp

from bench.figures import quantile
from bench.frame import Case, Cell, Column, Figures, Options, in_turns
from emulator.ports import free_offset
from emulator.stack import Stack
from parley.adapters.pubsub.channel import (
    ACKNOWLEDGE,
    CREATE_SUBSCRIPTION,
    PULL,
    AcknowledgeRequest,
    PubSubChannel,
    PullRequest,
    Subscription,
)
from parley.app import App
from parley.connect import build
from parley.queues import QUEUES
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import ids, paths
from schema.events import MessageQueued, QueueName

MESSAGES = 100
WARM_UP = 10
"""Messages before, uncounted: functions and JVMs start slowly."""

PUSH_SECONDS = 30.0
BARE = "bench-bare"
PUSH, CHAIN = "message to push", "bare chain: trigger, publish, pull"


async def _run(messages: int) -> dict[str, Figures]:
    """Send messages one at a time on a stack of its own; return both cells' figures."""
    with Stack(offset=free_offset(), workers=1) as stack:
        async with build(Settings.from_environment(stack.environment)) as app:
            return await _measure(app, stack, messages)


async def _measure(app: App, stack: Stack, messages: int) -> dict[str, Figures]:
    puller = _BarePuller(stack.environment["PUBSUB_EMULATOR_HOST"], app.settings.project_id)
    await puller.start()
    bare, pushed = [], []
    async with aiohttp.ClientSession() as session:
        for number in range(WARM_UP + messages):
            # A chat of its own: the fourth message of a chat in ten seconds would be folded.
            chat_id = ids.direct_chat_id("bench-ann", f"bench-bob{number:05d}")
            await _write_chat(app, chat_id)
            message_id = f"m{number:05d}"
            committed = await _post(app, chat_id, message_id)
            arrived = await puller.arrival(message_id)
            handed_over = await _push_time(session, stack, chat_id, message_id)
            if number >= WARM_UP:
                bare.append(1_000 * (arrived - committed))
                pushed.append(1_000 * (handed_over - committed))
    await puller.close()
    return {PUSH: _figures(pushed, bare), CHAIN: _figures(bare, bare)}


def _figures(values: list[float], base: list[float]) -> Figures:
    return {
        "p50": quantile(values, 0.5),
        "p95": quantile(values, 0.95),
        "x": quantile(values, 0.5) / quantile(base, 0.5),
    }


async def _write_chat(app: App, chat_id: str) -> None:
    people = ids.parse_chat_id(chat_id).uids
    device = {"kind": "fcmToken", "platform": "ios", "updatedAt": SERVER_TIME}
    await app.store.commit(
        [
            Set(
                paths.chat(chat_id),
                {
                    "serviceId": "default",
                    "kind": "direct",
                    "createdBy": people[0],
                    "createdAt": SERVER_TIME,
                },
            ),
            *(Set(paths.profile(uid), {"displayName": uid}) for uid in people),
            *(
                Set(
                    paths.push_tokens(uid),
                    {"devices": {"one": {"token": f"token-{uid}", **device}}},
                )
                for uid in people
            ),
        ]
    )


async def _post(app: App, chat_id: str, message_id: str) -> float:
    """What a client's batch writes; the time at which its answer came."""
    sender = ids.parse_chat_id(chat_id).uids[0]
    entry = {"chatId": chat_id, "messageId": message_id, "shard": 0}
    both = {"senderId": sender, "createdAt": SERVER_TIME}
    await app.store.commit(
        [
            Set(paths.message(chat_id, message_id), {**both, "body": "How long does it take?"}),
            Set(paths.message_queue(chat_id, message_id), {**both, **entry}),
        ]
    )
    return time.time()


async def _push_time(
    session: aiohttp.ClientSession, stack: Stack, chat_id: str, message_id: str
) -> float:
    """When the stand-in was asked to push this message."""
    tag = ids.notification_tag(chat_id, message_id)
    url = f"{stack.environment['PARLEY_FCM_URL']}/_/messages"
    async with asyncio.timeout(PUSH_SECONDS):
        while True:
            async with session.get(url) as answer:
                log = await answer.json()
            for entry in reversed(log):
                if entry["request"]["message"]["android"]["notification"]["tag"] == tag:
                    return datetime.fromisoformat(entry["at"]).timestamp()
            await asyncio.sleep(0.01)


class _BarePuller:
    """Pulls a second subscription of the message queue's topic, and only looks at the clock."""

    def __init__(self, emulator_host: str, project_id: str) -> None:
        self._channel = PubSubChannel(project_id, emulator_host=emulator_host)
        self._name = self._channel.subscription(BARE)
        self._arrivals: dict[str, float] = {}
        self._arrived = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        topic = self._channel.topic(QUEUES[QueueName.MESSAGE_QUEUE].topic)
        request = Subscription(name=self._name, topic=topic, ack_deadline_seconds=60)
        await self._channel.call(CREATE_SUBSCRIPTION, request, timeout=10)
        self._task = asyncio.create_task(self._pull())

    async def _pull(self) -> None:
        while True:
            request = PullRequest(subscription=self._name, max_messages=10)
            answer = await self._channel.call(PULL, request, timeout=90)
            at = time.time()
            if not answer.received_messages:
                continue
            for received in answer.received_messages:
                payload = MessageQueued.model_validate_json(received.message.data)
                self._arrivals.setdefault(payload.message_id, at)
            acks = AcknowledgeRequest(
                subscription=self._name,
                ack_ids=[received.ack_id for received in answer.received_messages],
            )
            await self._channel.call(ACKNOWLEDGE, acks, timeout=10)
            async with self._arrived:
                self._arrived.notify_all()

    async def arrival(self, message_id: str) -> float:
        async with asyncio.timeout(PUSH_SECONDS), self._arrived:
            await self._arrived.wait_for(lambda: message_id in self._arrivals)
            return self._arrivals[message_id]

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._channel.close()


def _cells(options: Options) -> Sequence[Cell]:
    """Return two cells that share a run: both are timed on the same messages."""
    run: dict[str, Figures] = {}

    async def push() -> Figures:
        run.update(await _run(options.amount))
        return run[PUSH]

    async def chain() -> Figures:
        if CHAIN not in run:
            run.update(await _run(options.amount))
        return run.pop(CHAIN)

    return [Cell(PUSH, push), Cell(CHAIN, chain)]


CASES: Final = (
    Case(
        "w6",
        "latency",
        "A message committed to its push handed over, one at a time, on the whole stack",
        (
            Column("p50", "p50 ms", 1),
            Column("p95", "p95 ms", 1),
            Column("x", "of the bare chain", 2),
        ),
        in_turns(_cells),
        amount=MESSAGES,
        rounds=1,
    ),
)
