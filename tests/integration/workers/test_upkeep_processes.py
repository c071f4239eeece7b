"""Real processes hand the periodic tasks on when one of them is killed, or stopped."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.binaries import ROOT
from emulator.process import Process
from schema import paths
from tests.integration.workers.conftest import Site

TAKE_OVER_SECONDS = 30


class Passes:
    """What the processes noted, in the order in which they wrote it."""

    def __init__(self, site: Site, diary: Path) -> None:
        self._site = site
        self._diary = diary

    def start(self, name: str) -> Process:
        process = Process(
            name,
            [
                sys.executable,
                *("-m", "tests.integration.workers.upkeep_process"),
                *(str(self._diary), name),
            ],
            log=self._site.logs / f"{name}.log",
            environment=self._site.environment,
            cwd=ROOT,
        )
        process.start()
        self._site.workers.append(process)
        return process

    def holders(self) -> list[tuple[str, int]]:
        """Return the process and fencing token of each note that was made under a lease.

        A process that was stopped in the middle of a pass notes once more that it holds none.
        """
        lines = self._diary.read_text().splitlines() if self._diary.exists() else []
        notes = [line.split() for line in lines]
        return [(name, int(token)) for name, token, _ in notes if token != "None"]

    async def until(
        self, holds: Callable[[list[tuple[str, int]]], bool], *, seconds: float = 30
    ) -> None:
        async def look() -> str | None:
            notes = self.holders()
            return None if holds(notes) else f"{len(notes)} notes, the last {notes[-1:]}"

        await self._site.until(look, seconds=seconds)


@pytest.fixture
def passes(site: Site, tmp_path: Path) -> Passes:
    return Passes(site, tmp_path / "diary")


@pytest.mark.slow
async def test_another_process_takes_over_within_30_seconds_of_a_kill(
    site: Site, passes: Passes
) -> None:
    killed = passes.start("a")
    await passes.until(lambda notes: ("a", 1) in notes)
    for name in ("b", "c"):
        passes.start(name)
    await site.until(lambda: waiting(site, "b", "c"))

    killed.signal(signal.SIGKILL)
    killed.wait()
    await passes.until(lambda notes: notes[-1][1] == 2, seconds=TAKE_OVER_SECONDS)

    assert len(set(passes.holders())) == 2, "one of the others holds it"


@pytest.mark.slow
async def test_a_process_that_was_stopped_never_acts_as_the_holder_again(
    site: Site, passes: Passes
) -> None:
    stopped = passes.start("a")
    await passes.until(lambda notes: ("a", 1) in notes)
    passes.start("b")
    await site.until(lambda: waiting(site, "b"))

    stopped.signal(signal.SIGSTOP)
    await passes.until(lambda notes: ("b", 2) in notes, seconds=TAKE_OVER_SECONDS)
    stopped.signal(signal.SIGCONT)
    count = len(passes.holders())
    await site.until(lambda: logged(site, "a", "upkeep.ended"))
    await passes.until(lambda notes: len(notes) > count + 200)

    tokens = [token for _, token in passes.holders()]
    assert tokens == sorted(tokens), "no pass of an old holder follows one of its successor"
    lease = await site.read(paths.upkeep_lease()) or {}
    assert (lease["holder"], lease["token"]) == ("b", 2)


async def logged(site: Site, name: str, action: str) -> str | None:
    text = (site.logs / f"{name}.log").read_text()
    return None if action in text else f"{name} has not logged {action}"


async def waiting(site: Site, *names: str) -> str | None:
    """Return None once all these processes have found the lease taken."""
    for name in names:
        if missing := await logged(site, name, "upkeep.waits"):
            return missing
    return None


@pytest.mark.slow
async def test_a_worker_of_any_queue_takes_over_every_task_of_a_killed_one(site: Site) -> None:
    chat_id = await site.direct_chat()
    first = site.start_worker("campaign-queue")
    held = await site.wait_for(paths.upkeep_lease(), token=1)
    site.start_worker("message-queue")
    first.signal(signal.SIGKILL)
    first.wait()

    await site.post(chat_id, "m1", "ann")

    await site.wait_for(paths.user_chat("bob", chat_id), messageCount=1)
    assert await site.read(paths.message_queue(chat_id, "m1")) is None
    lease = await site.wait_for(paths.upkeep_lease(), token=2)
    assert lease["holder"] != held["holder"]
