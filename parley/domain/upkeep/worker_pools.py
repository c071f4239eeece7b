"""How many processes a pool of workers needs. Pure.

A pool grows at once, by its backlog and the age of its oldest work, and shrinks by a quarter after
a time of calm. A step down that had to be taken back doubles the calm that the next one needs, so a
pool that is just large enough is left alone. Neither rule asks how busy the processes are: the
documents tell what waits, and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_LONGEST_CALM = 3_600.0


@dataclass(frozen=True, slots=True)
class PoolRule:
    """What one pool is to hold.

    ``per_second``: what one process does, in the units of the backlog. ``late_seconds``: the age
    above which work is late. ``drain_seconds``: in what time a backlog is to be gone.
    """

    name: str
    per_second: float
    late_seconds: float
    drain_seconds: float
    minimum: int = 1
    maximum: int = 20
    calm_seconds: float = 600.0


CHAT = PoolRule("chat", per_second=500.0, late_seconds=5.0, drain_seconds=10.0)
"""In messages. ``docs/scaling.md`` has the arithmetic of both rates."""

CAMPAIGNS = PoolRule(
    "campaigns", per_second=1_000.0, late_seconds=30.0, drain_seconds=300.0, calm_seconds=300.0
)
"""In people. A campaign may take minutes, so it does not pay to start a process for each."""


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """What is known of a pool now.

    ``running`` counts processes that were asked for, started or not. ``has_campaign``: one is
    planned or sent. ``most_per_second``: what throttles and the ramp let through together.
    """

    running: int
    backlog: int
    oldest_seconds: float = 0.0
    has_campaign: bool = False
    most_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class PoolMemory:
    """What the last looks at a pool left behind."""

    calm_since: datetime | None = None
    lowered_at: datetime | None = None
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Advice:
    """The processes that a pool should have, with the reason."""

    wanted: int
    why: str
    memory: PoolMemory


def advise(
    rule: PoolRule, figures: PoolFigures, now: datetime, memory: PoolMemory | None = None
) -> Advice:
    """Return how many processes a pool should have; with a new memory it only grows."""
    memory = memory or PoolMemory()
    memory = replace(memory, patience=max(memory.patience, rule.calm_seconds))
    needed, why = _needed(rule, figures)
    wanted = min(needed, max(rule.maximum, rule.minimum))
    if wanted < needed:
        why += f"; the pool has {wanted} at most"
    if wanted > figures.running:
        return Advice(wanted, why, _raised(rule, memory, now))
    if wanted == figures.running or not _is_calm(rule, figures):
        return Advice(figures.running, "as many as needed", replace(memory, calm_since=None))
    return _lowered(figures.running, wanted, now, memory)


def _needed(rule: PoolRule, figures: PoolFigures) -> tuple[int, str]:
    """Return how many processes the work that waits needs, and why."""
    least = max(rule.minimum, 1 if figures.has_campaign or figures.backlog else 0)
    work = float(figures.backlog)
    if figures.most_per_second is not None:
        work = min(work, figures.most_per_second * rule.drain_seconds)
    by_backlog = math.ceil(work / (rule.per_second * rule.drain_seconds))
    if by_backlog > max(least, figures.running):
        return by_backlog, f"{figures.backlog:,} wait, to be done in {rule.drain_seconds:g} s"
    # A single message that waits for long is late for another reason.
    is_held = figures.most_per_second is not None and figures.most_per_second <= (
        figures.running * rule.per_second
    )
    if figures.oldest_seconds > rule.late_seconds and figures.backlog > figures.running:
        if not is_held:
            why = f"the oldest waits {figures.oldest_seconds:,.0f} s, {rule.late_seconds:g} allowed"
            return max(least, figures.running + 1), why
        return max(least, figures.running), "throttles and the ramp hold it back"
    return max(least, by_backlog), "a campaign runs" if figures.has_campaign else "work waits"


def _is_calm(rule: PoolRule, figures: PoolFigures) -> bool:
    """Return whether what waits is what one look finds on its way in any case."""
    on_its_way = rule.per_second * max(1, figures.running) * rule.late_seconds / 2
    is_in_time = figures.oldest_seconds <= rule.late_seconds / 2
    return figures.has_campaign or (is_in_time and figures.backlog <= on_its_way)


def _raised(rule: PoolRule, memory: PoolMemory, now: datetime) -> PoolMemory:
    """Return the memory after a step up; one that takes back a step down makes calm longer."""
    lowered = memory.lowered_at
    patience = memory.patience
    if lowered is not None and now - lowered <= timedelta(seconds=patience):
        patience = min(2 * patience, max(_LONGEST_CALM, rule.calm_seconds))
    return PoolMemory(patience=patience)


def _lowered(running: int, wanted: int, now: datetime, memory: PoolMemory) -> Advice:
    """Return a quarter fewer processes if it has been calm for long enough."""
    since = memory.calm_since or now
    left = memory.patience - (now - since).total_seconds()
    if left > 0:
        why = f"one fewer would do; {left:,.0f} s of calm are missing"
        return Advice(running, why, replace(memory, calm_since=since))
    lower = max(wanted, running - max(1, running // 4))
    return Advice(
        lower,
        f"calm for {memory.patience:,.0f} s",
        PoolMemory(calm_since=now, lowered_at=now, patience=memory.patience),
    )
