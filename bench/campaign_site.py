"""A project on the emulator with people in it, a campaign planned, and its writes laid by."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.system import RandomIds, SystemClock
from parley.app import App
from parley.bootstrap import wire
from parley.settings import Settings
from parley.store import SERVER_TIME, CommitResult, FieldPath, Set, Snapshot, Store, Write
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from schema import paths
from schema.events import CampaignBatchReady

SERVICE = "acme"
LANES = 4
"""Batches at once in one process, as ``parley/queues.py`` has it."""

_PEOPLE_A_COMMIT = 400


class Read(NamedTuple):
    """A call of ``get_many``."""

    paths: Sequence[str]
    select: tuple[FieldPath, ...] | None


class RecordingStore:
    """A store that keeps what was read by path and committed; all else is the store's own."""

    def __init__(self, store: FirestoreStore) -> None:
        self._store = store
        self._reads: list[Read] = []
        self._commits: list[list[Write]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def take(self) -> tuple[list[Read], list[list[Write]]]:
        """The reads and the commits since the last time."""
        taken = self._reads, self._commits
        self._reads, self._commits = [], []
        return taken

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        self._reads.append(Read(paths, select))
        return await self._store.get_many(paths, select=select, read_time=read_time)

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        self._commits.append(list(writes))
        return await self._store.commit(writes)


class CampaignSite:
    """One fresh project. Queues are taken out: what is measured is the fan-out itself."""

    def __init__(self, emulator_host: str, project_id: str | None = None) -> None:
        self.project_id = project_id or f"demo-{uuid4().hex[:12]}"
        self.store = FirestoreStore.connect(self.project_id, emulator_host=emulator_host)
        self.publisher = InMemoryPublisher()

    def app(self, store: Store | None = None) -> App:
        """The services on this project."""
        clock = SystemClock()
        return wire(
            Settings(project_id=self.project_id),
            clock=clock,
            new_ids=RandomIds(),
            store=store or self.store,
            publisher=self.publisher,
            subscriber=InMemoryQueue(clock),
            sender=RecordingPushSender(),
            accounts=InMemoryAccounts(),
            sms=InMemorySms(clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(7),
        )

    async def seed(self, people: int) -> None:
        """The service and its people."""
        await self.store.commit(
            [
                Set(paths.service(SERVICE), {"name": "Acme", "kind": "dashboard"}),
                Set(paths.staff(SERVICE, "staff"), {"role": "owner", "displayName": "Sam"}),
            ]
        )
        for first in range(0, people, _PEOPLE_A_COMMIT):
            await self.store.commit(
                [
                    Set(paths.service_user(SERVICE, uid(number)), service_user(number))
                    for number in range(first, min(people, first + _PEOPLE_A_COMMIT))
                ]
            )

    async def seed_devices(self, people: int) -> None:
        """Give everybody a phone."""
        for first in range(0, people, _PEOPLE_A_COMMIT):
            names = [uid(number) for number in range(first, min(people, first + _PEOPLE_A_COMMIT))]
            await self.store.commit([Set(paths.push_tokens(name), devices(name)) for name in names])

    async def plan(self, campaign_id: str, app: App) -> list[CampaignBatchReady]:
        """Write a campaign to everybody and freeze its audience; its batches' payloads."""
        await self.store.commit([Set(paths.campaign(campaign_id), job())])
        self.publisher.published.clear()
        await app.run_campaigns.run(campaign_id)
        return [one for one in self.publisher.published if isinstance(one, CampaignBatchReady)]

    async def send(self, app: App, batches: Sequence[CampaignBatchReady]) -> None:
        """What the worker's lanes do with them."""
        waiting = list(batches)

        async def lane() -> None:
            while waiting:
                batch = waiting.pop()
                await app.send_campaign_batches.send(batch.campaign_id, batch.batch_id)

        await asyncio.gather(*(lane() for _ in range(LANES)))


def uid(number: int) -> str:
    return f"person-{number:07d}"


def service_user(number: int) -> Mapping[str, Any]:
    """A person as an import writes one, about 400 bytes."""
    return {
        "uid": uid(number),
        "displayName": f"Person {number}",
        "phone": f"+49151{number:08d}",
        "email": f"person{number}@example.com",
        "locale": "de-DE",
        "timeZone": "Europe/Berlin",
        "attributes": {"city": "Berlin", "plan": "pro", "visits": number % 9},
        "tags": ["customer", "newsletter"],
        "consents": {},
        "createdAt": SERVER_TIME,
    }


def devices(name: str) -> dict[str, Any]:
    """Return the devices of a person with one phone."""
    phone = {"token": f"token-{name}", "kind": "fcmToken", "platform": "android"}
    return {"devices": {"phone": phone | {"updatedAt": SERVER_TIME}}}


def job() -> dict[str, Any]:
    return {
        "serviceId": SERVICE,
        "createdBy": "staff",
        "createdAt": SERVER_TIME,
        "name": "Autumn",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": 'Hello {{ user.displayName | default: "there" }}, autumn is here.'},
        "command": "start",
    }
