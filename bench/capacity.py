"""Workers and dollars a month for so many people: arithmetic on measured and counted figures.

`python -m bench.capacity_page` prints it. Nothing is measured here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from parley.domain.campaigns.ramping import (
    OPERATIONS_PER_PERSON,
    RISE,
    RISE_SECONDS,
    ramp_seconds,
)
from schema import limits

MILLION: Final = 1_000_000
FCM_A_SECOND: Final = 600_000 / 60
"""Messages that FCM takes of a project."""
SIZES: Final = (MILLION, 10 * MILLION, 100 * MILLION)
DAYS: Final = 30
DAY_SECONDS: Final = 86_400

BUSY: Final = 0.6
"""How much of its core a process may be busy, so that a burst finds room."""
PEAK_TO_MEAN: Final = 3.0
HOURS_OF_PEAK: Final = 0.52
"""Process hours of a scaled pool to those of one that is always at its peak, as the simulation of
a day gives them (`tests/simulation/test_pools_through_a_day.py`)."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one act costs: operations of the server, of apps and of the rules; CPU of a worker.

    ``triggers`` counts runs of a function, ``stored`` the bytes that stay.
    """

    name: str
    writes: float
    deletes: float
    reads: float
    cpu_ms: float = 0.0
    triggers: float = 0.0
    stored: int = 0

    def times(self, count: float) -> Act:
        """Return the cost of so many of them."""
        return Act(
            self.name,
            self.writes * count,
            self.deletes * count,
            self.reads * count,
            self.cpu_ms * count,
            self.triggers * count,
            round(self.stored * count),
        )


# Server: "What a message costs" in docs/architecture.md. Apps: two writes for each message; what
# listeners read of message and row; three documents for the rules. CPU: docs/performance.md.
DIRECT: Final = Act(
    "message in a direct chat", 3 + 2, 1, 4 + 3 + 2 * 2, cpu_ms=1.07, triggers=1, stored=1_500
)
GROUP: Final = Act(
    "message in a group of 20", 21 + 2, 1, 21 + 3 + 2 * 20, cpu_ms=2.0, triggers=1, stored=1_500
)
READ: Final = Act("mark read", 2, 0, 3)
START: Final = Act("start of an app", 2, 0, 2 + 20, triggers=1)
FIRST: Final = Act("campaign, first contact", 4.05, 0, 3.15 + 2, cpu_ms=0.42, stored=4_000)
AGAIN: Final = Act("campaign, existing chat", 3.05, 0, 4.04 + 2, cpu_ms=0.42, stored=1_500)


@dataclass(frozen=True, slots=True)
class Habits:
    """What people do: a model to be replaced by your own figures."""

    active: float = 0.2
    messages: float = 10.0
    in_groups: float = 0.2
    reads: float = 10.0
    starts: float = 3.0
    campaigns: float = 4.0
    first: float = 0.25

    def month(self, people: int) -> list[Act]:
        """Return each act as often as it is done in a month."""
        days = people * self.active * DAYS
        sent = people * self.campaigns
        return [
            DIRECT.times(days * self.messages * (1 - self.in_groups)),
            GROUP.times(days * self.messages * self.in_groups),
            READ.times(days * self.reads),
            START.times(days * self.starts),
            FIRST.times(sent * self.first),
            AGAIN.times(sent * (1 - self.first)),
        ]

    def messages_at_peak(self, people: int) -> float:
        """Return messages a second in the busiest minutes of a day."""
        return people * self.active * self.messages / DAY_SECONDS * PEAK_TO_MEAN

    def receipts_at_peak(self, people: int) -> float:
        """Return receipts a second in the busiest minutes of a day."""
        return people * self.active * self.reads / DAY_SECONDS * PEAK_TO_MEAN


@dataclass(frozen=True, slots=True)
class Prices:
    """List prices in dollars; their sources and dates are in `docs/scaling.md`."""

    read: float = 0.06 / 100_000
    write: float = 0.18 / 100_000
    delete: float = 0.02 / 100_000
    gib_month: float = 0.18
    cpu_second: float = 0.000018
    memory_gib_second: float = 0.000002
    invocation: float = 0.40 / MILLION
    invocation_cpu: float = 0.02 * 0.000024
    queue_tib: float = 40.0


PRICES: Final = Prices()
MEMORY_GIB: Final = 0.5
"""Of a process: 150 MiB were measured at the peak."""
QUEUE_BYTES: Final = 1_000 + 250
"""Of a queue message: published alone, for at least 1,000 bytes; pulled with others."""


def processes(per_second: float, cpu_ms: float) -> int:
    """Return how many processes do so much in a second without being busier than ``BUSY``."""
    return max(1, math.ceil(per_second * cpu_ms / 1_000 / BUSY))


def campaign_seconds(people: int) -> float:
    """Return how long the ramp makes a campaign last."""
    return ramp_seconds(people, limits.RAMP_OPERATIONS)


def ramp_at_end(people: int) -> float:
    """Return the people a second that the ramp allows when a campaign ends."""
    rises = campaign_seconds(people) // RISE_SECONDS
    return limits.RAMP_OPERATIONS * math.pow(RISE, rises) / OPERATIONS_PER_PERSON


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars a month."""

    firestore: float
    storage: float
    workers: float
    functions: float
    queues: float

    @property
    def total(self) -> float:
        """Return the sum."""
        return self.firestore + self.storage + self.workers + self.functions + self.queues


def mean_cpu_ms(habits: Habits) -> float:
    """Return the CPU of an ordinary message, direct and group together."""
    return DIRECT.cpu_ms * (1 - habits.in_groups) + GROUP.cpu_ms * habits.in_groups


def chat_processes(people: int, habits: Habits) -> int:
    """Return the processes for ordinary messages at the peak; two at least, so that one may die."""
    return max(2, processes(habits.messages_at_peak(people), mean_cpu_ms(habits)))


def campaign_processes(people: int) -> int:
    """Return the processes that a campaign to everybody can use when its ramp ends."""
    return processes(min(ramp_at_end(people), FCM_A_SECOND), FIRST.cpu_ms)


def bill(people: int, habits: Habits, prices: Prices = PRICES) -> Bill:
    """Return what a month costs, without SMS, email, traffic to phones, and free amounts."""
    month = habits.month(people)
    writes, deletes, reads = (
        sum(getattr(act, name) for act in month) for name in ("writes", "deletes", "reads")
    )
    triggers = sum(act.triggers for act in month)
    chat = chat_processes(people, habits)
    hours = max(2.0, chat * HOURS_OF_PEAK) * 24 * DAYS
    hours += 24 * DAYS  # One process for campaigns always, and more while they run.
    hours += habits.campaigns * campaign_seconds(people) / 3_600 * (campaign_processes(people) - 1)
    second = prices.cpu_second + MEMORY_GIB * prices.memory_gib_second
    return Bill(
        firestore=writes * prices.write + deletes * prices.delete + reads * prices.read,
        storage=sum(act.stored for act in month) / 2**30 * prices.gib_month,
        workers=hours * 3_600 * second,
        functions=triggers * (prices.invocation + prices.invocation_cpu),
        queues=triggers * QUEUE_BYTES / 2**40 * prices.queue_tib,
    )
