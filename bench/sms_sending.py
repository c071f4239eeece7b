"""SMS through the stand-in for Twilio: our sender beside the official client in threads."""

from __future__ import annotations

import asyncio
import cProfile
import gc
import json
import pstats
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.request import Request, urlopen

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bench.figures import Sample, process_cpu_seconds
from bench.frame import CPU, Case, Cell, Column, Figures, Opened, Options, in_turns, rate
from bench.fresh_parts import fresh_parts
from emulator.twilio.account import Account
from parley.adapters.system import SystemClock
from parley.adapters.twilio.account import connect_twilio
from parley.adapters.twilio.http_client import IN_FLIGHT, TWILIO_URL
from parley.domain.delivery.sms import LOCAL_SENDER, SmsRequest
from parley.domain.delivery.sms_provider import SmsProvider
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from schema import paths
from workers.runtime.process import collect_less_often

PARLEY, THREADS = "Parley", "twilio in threads"
MESSAGES: Final = 10_000
_WARM_UP = 200

BODY = "Your appointment is tomorrow at 09:30. Answer C to confirm or R to move it."
ACCOUNT = Account()


@dataclass(frozen=True, slots=True)
class Plan:
    """Where SMS are sent to."""

    url: str
    stand_in_pid: int


@contextmanager
def serving(delay_ms: int = 0) -> Iterator[Plan]:
    """Run an empty stand-in in a process of its own, which answers after so long."""
    with fresh_parts("twilio") as parts:
        plan = Plan(parts.environment["PARLEY_TWILIO_URL"], parts.parts["twilio"].pid)
        _put_faults(plan, [{"delayMs": delay_ms}] if delay_ms else [])
        yield plan


async def send_by_parley(amount: int, delay_ms: int) -> Figures:
    """Send so many SMS by Parley's sender to a fresh stand-in."""
    with serving(delay_ms) as plan:
        await _by_parley(plan, min(_WARM_UP, amount))
        return (await _by_parley(plan, amount)).figures()


async def send_by_threads(amount: int, delay_ms: int) -> Figures:
    """Send by the official client. A tenth shows the rate of threads that mostly wait."""
    with serving(delay_ms) as plan:
        some = max(1, amount // 10) if delay_ms else amount
        await asyncio.to_thread(_by_threads, plan, min(_WARM_UP, some))
        return (await asyncio.to_thread(_by_threads, plan, some)).figures()


def _opened(delay_ms: int) -> Opened:
    def cells(options: Options) -> Sequence[Cell]:
        return [
            Cell(PARLEY, lambda: send_by_parley(options.amount, delay_ms)),
            Cell(THREADS, lambda: send_by_threads(options.amount, delay_ms)),
        ]

    return in_turns(cells)


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


def profile(amount: int) -> None:
    """Print where our own Python spends its time."""

    async def work(plan: Plan) -> None:
        async with connect_twilio(_settings(plan), clock=SystemClock()) as provider:
            profiler = cProfile.Profile()
            profiler.enable()
            await _send_all(provider, amount or MESSAGES)
            profiler.disable()
            pstats.Stats(profiler).sort_stats("tottime").print_stats(45)

    with serving() as plan:
        asyncio.run(work(plan))


_COLUMNS = (rate("SMS"), CPU, Column("theirs", "stand-in's CPU, s/1,000", 3))

CASES: Final = tuple(
    Case(name, "sms", f"{{amount:,}} SMS, the stand-in {when}", _COLUMNS, _opened(ms), MESSAGES)
    for name, when, ms in (
        ("sms-at-once", "answers at once", 0),
        ("sms-after-50ms", "answers after 50 ms", 50),
    )
)
