"""Emulators and stand-ins of a run's own, with a fresh project, all ended with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench.figures import process_cpu_seconds
from emulator.binaries import ROOT
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.single import start_single
from emulator.waiting import answers, wait_until
from parley.adapters.pubsub.channel import PubSubChannel
from parley.adapters.pubsub.provisioning import provision

_START_SECONDS = 120.0
_EMULATORS = {"firestore": "FIRESTORE_EMULATOR_HOST", "pubsub": "PUBSUB_EMULATOR_HOST"}
_STAND_INS = {"fcm": "PARLEY_FCM_URL", "twilio": "PARLEY_TWILIO_URL"}


@dataclass(slots=True)
class FreshParts:
    """What runs for one run: the processes by kind, and the environment that leads to them."""

    project: str
    folder: Path
    environment: dict[str, str]
    parts: dict[str, Process] = field(default_factory=dict)
    _ended: ExitStack = field(default_factory=ExitStack)

    @property
    def firestore_host(self) -> str:
        return self.environment["FIRESTORE_EMULATOR_HOST"]

    @property
    def pubsub_host(self) -> str:
        return self.environment["PUBSUB_EMULATOR_HOST"]

    @property
    def fcm_url(self) -> str:
        return self.environment["PARLEY_FCM_URL"]

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        cwd: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        """Start a process that finds these parts, and end it with them."""
        process = Process(
            name,
            command,
            log=self.folder / f"{name}.log",
            environment={**self.environment, **(environment or {})},
            cwd=cwd,
        )
        process.start()
        self._ended.callback(process.end)
        return process

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of emulators and stand-ins so far."""
        return sum(process_cpu_seconds(one.pid) for one in self.parts.values())

    async def provision(self) -> None:
        """Make all topics and subscriptions."""
        channel = PubSubChannel(self.project, emulator_host=self.pubsub_host)
        await provision(channel)
        await channel.close()


@contextmanager
def fresh_parts(*kinds: str, running: Mapping[str, str] | None = None) -> Iterator[FreshParts]:
    """Start emulators (`firestore`, `pubsub`) and stand-ins (`fcm`, `twilio`).

    ``running`` has the addresses of emulators to take instead; the project is fresh there too.
    """
    with ExitStack() as ended:
        folder = Path(ended.enter_context(TemporaryDirectory()))
        project = f"demo-{uuid4().hex[:12]}"
        environment = {"GCLOUD_PROJECT": project, "GOOGLE_CLOUD_PROJECT": project}
        fresh = FreshParts(project, folder, environment, _ended=ended)
        for kind in kinds:
            if running and kind in running:
                environment[_EMULATORS[kind]] = running[kind]
                continue
            port = free_port()
            if kind in _EMULATORS:
                fresh.parts[kind] = start_single(kind, port)
                ended.callback(fresh.parts[kind].end)
                environment[_EMULATORS[kind]] = f"{HOST}:{port}"
                continue
            command = [sys.executable, "-m", f"emulator.{kind}", "--port", str(port)]
            fresh.parts[kind] = fresh.start(kind, command)
            url = f"http://{HOST}:{port}"
            environment[_STAND_INS[kind]] = url
            _wait_for(fresh.parts[kind], url)
        yield fresh


def _wait_for(stand_in: Process, url: str) -> None:
    def ready() -> bool:
        stand_in.require_running()
        return answers(f"{url}/_/faults")

    wait_until(ready, seconds=_START_SECONDS, what=f"the stand-in {stand_in.name}")
