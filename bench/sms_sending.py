"""SMS through the stand-in for Twilio: our sender beside the official client in threads."""

from __future__ import annotations

import asyncio
import cProfile
import gc
import json
import pstats
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bench.figures import Contestant, Sample, process_cpu_seconds, ratio
from emulator.ports import HOST, free_port
from emulator.process import Process
from emulator.twilio.account import Account
from emulator.waiting import answers, wait_until
from parley.adapters.system import SystemClock
from parley.adapters.twilio.account import connect_twilio
from parley.adapters.twilio.http_client import IN_FLIGHT, TWILIO_URL
from parley.domain.delivery.sms import LOCAL_SENDER, SmsRequest
from parley.domain.delivery.sms_provider import SmsProvider
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from schema import paths
from workers.runtime.process import collect_less_often

PARLEY, THREADS = "parley", "twilio in threads"
CASES = {"answers at once": 0, "answers after 50 ms": 50}
"""The second is nearer to the real Twilio; the first shows the CPU alone."""

BODY = "Your appointment is tomorrow at 09:30. Answer C to confirm or R to move it."
ACCOUNT = Account()


@dataclass(frozen=True, slots=True)
class Plan:
    """How many SMS are sent in each round, and where to."""

    url: str
    stand_in_pid: int | None
    messages: int = 10_000
    rounds: int = 3


@contextmanager
def serving(*, messages: int, rounds: int) -> Iterator[Plan]:
    """Run a stand-in in a process of its own, empty."""
    port = free_port()
    with TemporaryDirectory() as folder:
        process = Process(
            "twilio",
            [sys.executable, "-m", "emulator.twilio", "--port", str(port)],
            log=Path(folder) / "twilio.log",
        )
        process.start()
        try:
            url = f"http://{HOST}:{port}"
            wait_until(lambda: answers(f"{url}/_/faults"), seconds=20, what="the stand-in")
            yield Plan(url, process.pid, messages=messages, rounds=rounds)
        finally:
            process.end()


def measure(plan: Plan, *, delay_ms: int) -> list[dict[str, Any]]:
    """Return one case as rows: A B A B, one process, a round each in turn."""
    _put_faults(plan, [{"delayMs": delay_ms}] if delay_ms else [])
    # Threads that wait send no faster in the long run, so a tenth shows their rate.
    theirs = plan.messages // 10 if delay_ms else plan.messages
    ways: dict[str, Callable[[], Sample]] = {
        PARLEY: lambda: asyncio.run(_by_parley(plan, plan.messages)),
        THREADS: lambda: _by_threads(plan, theirs),
    }
    contestants = {name: Contestant(name) for name in ways}
    _by_threads(plan, 200)
    asyncio.run(_by_parley(plan, 200))
    for _ in range(plan.rounds):
        for name, work in ways.items():
            contestants[name].samples.append(work())
    return [_row(contestants[PARLEY], contestants[THREADS]), _row(contestants[THREADS], None)]


def _row(one: Contestant, other: Contestant | None) -> dict[str, Any]:
    row = {
        "what": one.name,
        "SMS/s": round(one.rate),
        "lowest": round(min(one.rates)),
        "highest": round(max(one.rates)),
        "cpu ms each": round(_cpu_ms(one), 3),
        "stand-in's": round(_cpu_ms(one, of_stand_in=True), 3),
    }
    if other is not None:
        row["x rate"] = round(ratio(one.samples, other.samples), 2)
        pairs = zip(one.samples, other.samples, strict=True)
        row["x cpu"] = round(median(_each(mine) / _each(theirs) for mine, theirs in pairs), 3)
    return row


def _cpu_ms(one: Contestant, *, of_stand_in: bool = False) -> float:
    return 1_000 * median(_each(sample, of_stand_in=of_stand_in) for sample in one.samples)


def _each(sample: Sample, *, of_stand_in: bool = False) -> float:
    """Return the CPU seconds of one SMS."""
    seconds = sample.emulator_cpu_seconds if of_stand_in else sample.cpu_seconds
    return seconds / sample.amount


@contextmanager
def _timed(plan: Plan, amount: int, samples: list[Sample]) -> Iterator[None]:
    gc.collect()
    theirs = process_cpu_seconds(plan.stand_in_pid)
    began, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    after = process_cpu_seconds(plan.stand_in_pid)
    samples.append(Sample(amount, seconds, cpu, after - theirs))
    _expect_accepted(plan, amount)


async def _by_parley(plan: Plan, amount: int) -> Sample:
    samples: list[Sample] = []
    thresholds = gc.get_threshold()
    # As in a worker process.
    collect_less_often()
    try:
        async with connect_twilio(_settings(plan), clock=SystemClock()) as provider:
            with _timed(plan, amount, samples):
                await _send_all(provider, amount)
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
    return samples[0]


async def _send_all(provider: SmsProvider, amount: int) -> None:
    """Send with as many in flight as the sender has connections, as a worker's lanes do."""
    clock, numbers = SystemClock(), iter(range(amount))

    async def lane() -> None:
        for number in numbers:
            request = SmsRequest(to=_phone(number), body=BODY, sender=LOCAL_SENDER)
            path = paths.non_chat_sms(f"job{number}")
            await provider.sender.send(request, JobAttempt(path, 1, clock.now()))

    async with asyncio.TaskGroup() as group:
        for _ in range(IN_FLIGHT):
            group.create_task(lane())


class _LedAway(TwilioHttpClient):  # type: ignore[misc]  # untyped
    """The official HTTP client as it comes, with another scheme and host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._own_url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace(TWILIO_URL, self._own_url, 1), *args, **kwargs)


def _by_threads(plan: Plan, amount: int) -> Sample:
    """Send by one client that Python's own pool of threads shares.

    The pool has as many threads as the client keeps connections: 4 more than cores.
    """
    samples: list[Sample] = []
    client = Client(ACCOUNT.sid, ACCOUNT.token, http_client=_LedAway(plan.url))

    def send(number: int) -> None:
        client.messages.create(to=_phone(number), from_=LOCAL_SENDER, body=BODY)

    with ThreadPoolExecutor() as pool, _timed(plan, amount, samples):
        for _ in pool.map(send, range(amount)):
            pass
    return samples[0]


def _settings(plan: Plan) -> Settings:
    return Settings.from_environment(
        {
            "GCLOUD_PROJECT": "demo-parley",
            "PARLEY_TWILIO_URL": plan.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
            "TWILIO_AUTH_TOKEN": ACCOUNT.token,
        }
    )


def _phone(number: int) -> str:
    return f"+1212{2_000_000 + number:07d}"


def _expect_accepted(plan: Plan, amount: int) -> None:
    """Raise unless the stand-in accepted so many, each once; then empty its log."""
    with urlopen(f"{plan.url}/_/messages") as answer:
        log = json.load(answer)
    accepted = {entry["response"]["sid"] for entry in log if entry["status"] == 201}
    recipients = {entry["request"]["To"] for entry in log}
    if not len(log) == len(accepted) == len(recipients) == amount:
        raise RuntimeError(f"{amount} SMS were sent and {len(accepted)} accepted of {len(log)}")
    with urlopen(Request(f"{plan.url}/_/messages", method="DELETE")):
        pass


def _put_faults(plan: Plan, faults: list[dict[str, Any]]) -> None:
    body = json.dumps(faults).encode()
    with urlopen(Request(f"{plan.url}/_/faults", body, method="PUT")):
        pass


def profile(plan: Plan) -> None:
    """Print where our own Python spends its time."""

    async def work() -> None:
        async with connect_twilio(_settings(plan), clock=SystemClock()) as provider:
            profiler = cProfile.Profile()
            profiler.enable()
            await _send_all(provider, plan.messages)
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)

    asyncio.run(work())
