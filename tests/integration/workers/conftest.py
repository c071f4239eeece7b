"""Real workers on the emulators, a project of their own, and the stand-in that sees the pushes."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from emulator.binaries import ROOT
from emulator.fcm.server import FcmStandIn
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.twilio.account import Account
from emulator.waiting import answers, wait_until
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import Query
from schema import paths
from schema.events import Payload
from tests import patient_http
from tests.world import World


class Site(World):
    """One project on the emulators: the app as a test uses it, and the worker processes."""

    def __init__(self, app: App, environment: dict[str, str], logs: Path) -> None:
        super().__init__(app.store)
        self.app = app
        self.environment = environment
        self.logs = logs
        self.workers: list[Process] = []

    def start_worker(self, *queues: str) -> Process:
        """A worker process; of all queues, unless some are named."""
        number = len(self.workers) + 1
        worker = Process(
            f"worker-{number}",
            [sys.executable, "-m", "workers", *(queues or ("all",))],
            log=self.logs / f"worker-{number}.log",
            environment=self.environment,
            cwd=ROOT,
        )
        worker.start()
        self.workers.append(worker)
        return worker

    async def publish(self, *payloads: Payload) -> None:
        """What a trigger or the sweeper does."""
        await self.app.publisher.publish(payloads)

    async def read(self, path: str) -> dict[str, Any] | None:
        """One document's fields."""
        (snapshot,) = await self.app.store.get_many([path])
        return snapshot.fields if snapshot else None

    async def documents(self, collection: str) -> dict[str, dict[str, Any]]:
        """A collection's documents by their paths."""
        return {
            snapshot.path: snapshot.fields
            async for page in self.app.store.stream(Query(collection))
            for snapshot in page
        }

    async def wait_for(self, path: str, *, seconds: float = 60, **expected: Any) -> dict[str, Any]:
        """A document as soon as these fields have these values."""
        fields: dict[str, Any] | None = None

        async def look() -> str | None:
            nonlocal fields
            fields = await self.read(path)
            is_there = fields is not None and expected.items() <= fields.items()
            return None if is_there else f"{path} is {fields}, wanted {expected}"

        await self.until(look, seconds=seconds)
        assert fields is not None
        return fields

    async def until(self, look: Callable[[], Awaitable[object]], *, seconds: float = 60) -> None:
        """Return when ``look`` finds nothing amiss; at the deadline fail with what it found."""
        deadline = self.app.clock.now().timestamp() + seconds
        while amiss := await look():
            for worker in self.workers:
                assert worker.status != 1, worker.log_tail()
            if self.app.clock.now().timestamp() > deadline:
                tails = "\n".join(worker.log_tail() for worker in self.workers)
                raise TimeoutError(f"after {seconds:g} s: {amiss}\n{tails}")
            await self.app.clock.sleep(0.1)

    async def recipients(self, campaign_id: str) -> dict[str, dict[str, Any]]:
        """The whole ledger of a campaign; fails if somebody stands in two batches."""
        found: dict[str, dict[str, Any]] = {}
        for batch in (await self.documents(paths.campaign_batches(campaign_id))).values():
            assert not found.keys() & batch["recipients"].keys()
            found |= batch["recipients"]
        return found

    def pushes(self) -> Counter[tuple[str, str]]:
        """How often each notification was handed over, by device and tag."""
        return Counter(
            (message["token"], message["android"]["notification"]["tag"])
            for message in self.pushed()
        )

    def pushed(self) -> list[dict[str, Any]]:
        """What the provider was given, in order."""
        log = patient_http.get(f"{self.environment['PARLEY_FCM_URL']}/_/messages").json()
        return [entry["request"]["message"] for entry in log]

    def folded(self) -> Counter[str]:
        """How many messages of each chat summaries told of."""
        counts: Counter[str] = Counter()
        for message in self.pushed():
            if message["data"]["type"] == "messages":
                counts[message["data"]["chatId"]] += int(message["data"]["count"])
        return counts


@contextmanager
def stand_in(name: str, port: int, *arguments: str, logs: Path) -> Iterator[str]:
    """A stand-in of its own, and the address of its control side."""
    process = Process(
        name,
        [sys.executable, "-m", f"emulator.{name}", *arguments],
        log=logs / f"{name}.log",
        cwd=ROOT,
    )
    process.start()
    url = f"http://{HOST}:{port}"
    try:
        wait_until(lambda: answers(f"{url}/_/faults"), seconds=60, what="the stand-in")
        yield url
    finally:
        process.end()


@contextmanager
def served(application: web.Application) -> Iterator[str]:
    """The address of an application that a thread serves, since a process is slow to start."""
    loop = asyncio.new_event_loop()
    serving = threading.Thread(target=loop.run_forever, daemon=True)
    serving.start()
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    port = free_port()

    async def begin() -> None:
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()

    asyncio.run_coroutine_threadsafe(begin(), loop).result(60)
    try:
        yield f"http://{HOST}:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        serving.join()
        loop.close()


@pytest.fixture
def fcm_url() -> Iterator[str]:
    with served(FcmStandIn().application()) as url:
        yield url


@pytest.fixture
def twilio(site: Site, tmp_path: Path) -> Iterator[str]:
    """Twilio's stand-in, to which the site's workers send. Nothing listens to its callbacks."""
    port = free_port()
    account = Account()
    with stand_in("twilio", port, "--port", str(port), logs=tmp_path) as url:
        site.environment |= {
            "PARLEY_TWILIO_URL": url,
            "PARLEY_PUBLIC_URL": f"http://{HOST}:{free_port()}",
            "TWILIO_ACCOUNT_SID": account.sid,
            "TWILIO_AUTH_TOKEN": account.token,
        }
        yield url


@pytest.fixture
def smtp(site: Site, tmp_path: Path) -> Iterator[str]:
    """The web side of a mail server, to which the site's workers send."""
    port, web_port = free_port(), free_port()
    arguments = ("--port", str(port), "--web-port", str(web_port))
    with stand_in("smtp", web_port, *arguments, logs=tmp_path) as url:
        site.environment |= {"PARLEY_SMTP_URL": f"smtp://{HOST}:{port}"}
        yield url


@pytest.fixture
async def site(
    firestore_emulator: str, pubsub_emulator: str, project_id: str, fcm_url: str, tmp_path: Path
) -> AsyncIterator[Site]:
    environment = {
        "GCLOUD_PROJECT": project_id,
        "GOOGLE_CLOUD_PROJECT": project_id,
        "FIRESTORE_EMULATOR_HOST": firestore_emulator,
        "PUBSUB_EMULATOR_HOST": pubsub_emulator,
        "PARLEY_FCM_URL": fcm_url,
    }
    channel = PubSubChannel(project_id, emulator_host=pubsub_emulator)
    await provision(channel)
    await channel.close()
    async with build(Settings.from_environment(environment)) as app:
        site = Site(app, os.environ | environment, tmp_path)
        try:
            yield site
        finally:
            for worker in site.workers:
                worker.end()
