"""What a campaign costs in Firestore: documents read and written, and their price. Pure.

The counts are those of a run that nothing disturbs. Beside them, each process that works on the
campaign refreshes its status at most once a second: one write, and one read for each thousand
batches and sum. A commit that is outraced, and a push that is repeated, cost once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from schema.ledger import Recipients, has_open_push, is_push_open

PLANNED_AT_ONCE: Final = 1_000
"""People in one commit of the planner."""

AGGREGATED_AT_ONCE: Final = 1_000
"""Documents that an aggregation scans for the price of one read."""

_DOLLARS_READ: Final = 0.06 / 100_000
_DOLLARS_WRITTEN: Final = 0.18 / 100_000
_DOLLARS_DELETED: Final = 0.02 / 100_000
"""The list price of a document in the multi-region nam5; one region costs up to half less
(firebase.google.com/docs/firestore/pricing)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Documents read, written and deleted."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0

    def __add__(self, other: Cost) -> Cost:
        """Return the cost of both."""
        return Cost(
            self.reads + other.reads, self.writes + other.writes, self.deletes + other.deletes
        )

    @property
    def price(self) -> float:
        """The list price in US dollars."""
        dollars = (
            self.reads * _DOLLARS_READ
            + self.writes * _DOLLARS_WRITTEN
            + self.deletes * _DOLLARS_DELETED
        )
        return round(dollars, 6)


START: Final = Cost(reads=10, writes=3)
"""To begin: job, status and plan twice, service and author, a look at recent bans, and the status
as it starts to run; status and plan, and the status again."""


def planning_cost(people: int, batches: int) -> Cost:
    """Return the cost of the ledger; the audience itself is read beside it.

    Each full page looks for a command: job, status and plan. The first batch needs the settings of
    the service.
    """
    pages = people // PLANNED_AT_ONCE
    settings = min(1, batches)
    return Cost(reads=3 * pages + settings, writes=batches + pages + 1)


def pace_cost(*, lanes: int, gates: int, batches: int) -> Cost:
    """Return the cost of finding the next batch of each lane: at the start, after each batch."""
    return Cost(reads=lanes + (batches if lanes or gates else 0))


def counting_cost(members: int, *, is_changed: bool) -> Cost:
    """Return the cost of counting the members of a shared chat, once all have joined."""
    counting = max(1, -(-members // AGGREGATED_AT_ONCE))
    return Cost(reads=counting + 1, writes=1 if is_changed else 0)


def batch_cost(*, people: int, gates: int, commit_writes: int) -> Cost:
    """Return the cost of sending one batch: its job and itself, its people and its gates."""
    return Cost(reads=2 + people + gates, writes=commit_writes)


def sms_cost(messages: int, *, unproven: int) -> Cost:
    """Return the cost of delivering SMS and recording that they were sent.

    Each: the job three times, the person and the opt-out of the number are read; the claim with the
    person's count, and the answer are written. ``unproven`` of them go to numbers that nobody has
    proved: who has after all, and the number's count are read, and the count is written. Beside
    that, a sender's pace takes a read and a write for each block, the results of a second a write
    for each batch, and a report two reads.
    """
    return Cost(reads=5 * messages + 2 * unproven, writes=3 * messages + unproven)


def notify_cost(recipients: Recipients, *, is_shared: bool = False) -> Cost:
    """Return the cost of the pushes of one batch: its claim and its outcomes, and the devices.

    The process that wrote a batch knows it; another one that notifies it reads it once more.
    ``is_shared``: all messages are one, in a chat whose title the pushes show.
    """
    if not has_open_push(recipients):
        return Cost()
    pushed = sum(is_push_open(entry) for entry in recipients.values())
    title = 1 if is_shared and pushed else 0
    return Cost(reads=pushed + title, writes=2)
