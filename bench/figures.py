"""Samples, their median and spread, and how they are shown."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil


@dataclass(frozen=True, slots=True)
class Sample:
    """One timed piece of work: how much, how long, and the CPU seconds of this process for it.

    ``emulator_cpu_seconds`` are those of the emulator, which shares the machine.
    """

    amount: int
    seconds: float
    cpu_seconds: float
    emulator_cpu_seconds: float

    @property
    def rate(self) -> float:
        """Amount a second."""
        return self.amount / self.seconds


def process_cpu_seconds(pid: int | None) -> float:
    """Return the CPU seconds of a process so far, user and system; 0.0 if it cannot be asked."""
    if pid is None:
        return 0.0
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


@dataclass(slots=True)
class Contestant:
    """One way of doing the work, and its samples over the rounds."""

    name: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [sample.rate for sample in self.samples]

    @property
    def rate(self) -> float:
        """The median rate."""
        return statistics.median(self.rates)

    def row(self, others: Mapping[str, Contestant]) -> dict[str, Any]:
        """For the table and for ``results.json``; ratios are taken round by round."""
        row: dict[str, Any] = {
            "what": self.name,
            "people/s": round(self.rate),
            "lowest": round(min(self.rates)),
            "highest": round(max(self.rates)),
            "cpu s/1000": self._per_thousand([one.cpu_seconds for one in self.samples]),
            "emulator's": self._per_thousand([one.emulator_cpu_seconds for one in self.samples]),
        }
        for name, other in others.items():
            row[f"x {name}"] = round(ratio(self.samples, other.samples), 2)
        return row

    def _per_thousand(self, seconds: Sequence[float]) -> float:
        pairs = zip(seconds, self.samples, strict=True)
        return round(statistics.median(1_000 * one / sample.amount for one, sample in pairs), 3)


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> float:
    """The median of the rounds' ratios, so that a slow minute weighs on both sides."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(mine.rate / other.rate for mine, other in pairs)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
