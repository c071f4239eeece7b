"""A project with chats on fresh emulators, and a worker process that fans their messages out."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp

from bench.figures import process_cpu_seconds
from bench.fresh_parts import FreshParts, fresh_parts
from emulator.binaries import ROOT
from emulator.process import Process
from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.publisher import PubSubPublisher
from parley.store import SERVER_TIME, Query, Set, Write
from schema import ids, paths
from schema.events import MessageQueued

_WRITES_A_COMMIT = 400
_COMMITS_AT_ONCE = 4
_LOOK_SECONDS = 0.1
_DEADLINE_SECONDS = 900.0
_IDLE_SECONDS, _IDLE_SHARE = 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Fanner:
    """Something that fans messages out: its name, and how its process is started."""

    name: str
    command: Sequence[str]
    folder: Path
    folds: bool = False
    """Whether it folds the fourth push of a chat in ten seconds into a summary."""


def worker_of(tree: Path) -> Fanner:
    """Return Parley's worker of a checkout, which serves all queues."""
    folds = (tree / "parley/domain/delivery/push_folds.py").exists()
    command = [str(tree / ".venv/bin/python"), "-m", "workers", "all"]
    return Fanner("Parley" if tree == ROOT else tree.name, command, tree, folds)


def by_hand() -> Fanner:
    """Return the same work on Google's client libraries, as one writes it by hand."""
    python = str(ROOT / ".venv/bin/python")
    return Fanner("by hand", [python, "-m", "bench.rivals.messages_by_hand"], ROOT)


class Posted(NamedTuple):
    """A message to write; ``age`` in seconds."""

    chat_id: str
    sender: str
    name: str
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds so far: of the process that fans out, and of what it talks to."""

    ours: float
    theirs: float


@dataclass(slots=True)
class MessageSite:
    """One fresh project, and a process that works on it."""

    store: FirestoreStore
    publisher: PubSubPublisher
    worker: Process
    parts: FreshParts

    def used(self) -> Used:
        return Used(process_cpu_seconds(self.worker.pid), self.parts.cpu_seconds())

    async def open_chats(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write direct chats, each as a client does, with a device for both people."""
        await self._write(
            [
                write
                for pair in pairs
                for write in (
                    Set(paths.chat(ids.direct_chat_id(*pair)), _direct(pair[0])),
                    *map(_device, pair),
                )
            ]
        )
        await self._name({uid for pair in pairs for uid in pair})

    async def open_group(self, chat_id: str, members: Sequence[str]) -> None:
        """Write a group with all its members, and a device for each of them."""
        group = {
            "serviceId": "default",
            "kind": "group",
            "title": "Everybody",
            "createdBy": members[0],
            "createdAt": SERVER_TIME,
            "memberIds": list(members),
            "memberCount": len(members),
        }
        member = {"role": "member", "joinedAt": SERVER_TIME}
        await self._write(
            [
                Set(paths.chat(chat_id), group),
                *(Set(paths.chat_member(chat_id, uid), member) for uid in members),
                *map(_device, members),
            ]
        )
        await self._name(set(members))

    async def post(self, posts: Sequence[Posted]) -> list[MessageQueued]:
        """Write messages with their outbox entries.

        The entries have a time to come, so that the sweeper queues none of them a second time while
        a slow build still works.
        """
        now = datetime.now(UTC)
        later = now + timedelta(hours=1)
        writes: list[Write] = []
        for post in posts:
            message = {
                "senderId": post.sender,
                "createdAt": now - timedelta(seconds=post.age),
                "body": "How are you today?",
            }
            entry = {
                "chatId": post.chat_id,
                "messageId": post.name,
                "senderId": post.sender,
                "shard": 0,
                "createdAt": later,
            }
            writes += [
                Set(paths.message(post.chat_id, post.name), message),
                Set(paths.message_queue(post.chat_id, post.name), entry),
            ]
        await self._write(writes)
        return [MessageQueued(chat_id=post.chat_id, message_id=post.name) for post in posts]

    async def until_idle(self) -> None:
        """Return when the process has used CPU since its start, and uses none any more."""
        used = 0.0
        while True:
            await asyncio.sleep(_IDLE_SECONDS)
            self.worker.require_running()
            now = self.used().ours
            if 0 < now - used <= _IDLE_SHARE * _IDLE_SECONDS:
                return
            used = now

    async def until_fanned_out(self) -> None:
        """Return when the outbox is empty."""
        query = Query(paths.MESSAGE_QUEUE, limit=1, select=())
        await self._until(lambda: self._is_empty(query))

    async def until_pushed(self, pushes: int) -> None:
        """Return when so many pushes have arrived at the stand-in."""
        async with aiohttp.ClientSession() as session:
            await self._until(lambda: self._has(session, pushes))

    async def _is_empty(self, query: Query) -> bool:
        async for page in self.store.stream(query):
            if page:
                return False
        return True

    async def _has(self, session: aiohttp.ClientSession, pushes: int) -> bool:
        return await self.pushes(session) >= pushes

    async def pushes(self, session: aiohttp.ClientSession) -> int:
        """Return how many pushes have arrived at the stand-in."""
        async with session.get(f"{self.parts.fcm_url}/_/messages?after=99999999") as answer:
            return int(answer.headers["X-Total-Count"])

    async def _until(self, look: Any) -> None:
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not await look():
            self.worker.require_running()
            if time.monotonic() > deadline:
                raise TimeoutError(f"not done after {_DEADLINE_SECONDS:g} s")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _name(self, uids: set[str]) -> None:
        await self._write([Set(paths.profile(uid), {"displayName": uid}) for uid in sorted(uids)])

    async def _write(self, writes: Sequence[Write]) -> None:
        distinct = list({write.path: write for write in writes}.values())
        starts = iter(range(0, len(distinct), _WRITES_A_COMMIT))

        async def lane() -> None:
            for start in starts:
                await self.store.commit(distinct[start : start + _WRITES_A_COMMIT])

        await asyncio.gather(*(lane() for _ in range(_COMMITS_AT_ONCE)))


@asynccontextmanager
async def message_site(fanner: Fanner) -> AsyncIterator[MessageSite]:
    """Start emulators, the push stand-in and the process; end them all."""
    with fresh_parts("firestore", "pubsub", "fcm") as parts:
        await parts.provision()
        worker = parts.start("worker", fanner.command, cwd=fanner.folder)
        channel = PubSubChannel(parts.project, emulator_host=parts.pubsub_host)
        store = FirestoreStore.connect(
            parts.project, emulator_host=parts.firestore_host, commit_seconds=120.0
        )
        site = MessageSite(store, PubSubPublisher(channel), worker, parts)
        await site.until_idle()
        try:
            yield site
        finally:
            await store.close()
            await channel.close()


def pairs(count: int, prefix: str) -> list[tuple[str, str]]:
    """Return so many pairs of people."""
    return [(f"{prefix}-a{number:05d}", f"{prefix}-b{number:05d}") for number in range(count)]


def posts_of(people: Sequence[tuple[str, str]], each: int) -> list[Posted]:
    """Return posts of every pair, in turns, by one of the two and the other, 2 s apart.

    Nobody posts so fast as to be muted.
    """
    return [
        Posted(
            ids.direct_chat_id(*pair),
            pair[turn % 2],
            f"m{turn:05d}{pair[0].replace('-', '')}",
            2.0 * (each - 1 - turn),
        )
        for turn, pair in itertools.product(range(each), people)
    ]


def _direct(creator: str) -> dict[str, Any]:
    return {
        "serviceId": "default",
        "kind": "direct",
        "createdBy": creator,
        "createdAt": SERVER_TIME,
    }


def _device(uid: str) -> Set:
    device = {"kind": "fcmToken", "platform": "android", "updatedAt": SERVER_TIME}
    token = {"token": f"token-{uid}"}
    return Set(paths.push_tokens(uid), {"devices": {"phone": {**device, **token}}})
