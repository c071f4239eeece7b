"""CPU seconds and memory of processes, and the figures of one run."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Sample:
    """One timed piece of work: how much, how long, and the CPU seconds of those who did it.

    ``emulator_cpu_seconds`` are those of emulators and stand-ins, which share the machine.
    """

    amount: int
    seconds: float
    cpu_seconds: float
    emulator_cpu_seconds: float
    peak_mib: float = 0.0

    @property
    def rate(self) -> float:
        """Amount a second."""
        return self.amount / self.seconds

    def figures(self, **others: float) -> dict[str, float]:
        """Return what a case notes of it, and what else is to be noted."""
        thousands = self.amount / 1_000
        return {
            "rate": self.rate,
            "cpu": self.cpu_seconds / thousands,
            "theirs": self.emulator_cpu_seconds / thousands,
            "peak": self.peak_mib,
            **others,
        }


def process_cpu_seconds(pid: int | None) -> float:
    """Return the CPU seconds of a process so far, user and system; 0.0 if it cannot be asked."""
    if pid is None:
        return 0.0
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def families_cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds of processes and of all their descendants that live."""
    return sum(process_cpu_seconds(pid) for pid in _families(pids))


def families_peak_mib(pids: Iterable[int]) -> float:
    """Return the sum of the most memory that each process and descendant has had."""
    return sum(peak_of(pid) for pid in _families(pids))


def _families(pids: Iterable[int]) -> set[int]:
    family: set[int] = set()
    for pid in pids:
        try:
            children = psutil.Process(pid).children(recursive=True)
        except psutil.Error:
            continue
        family |= {pid, *(child.pid for child in children)}
    return family


def peak_of(pid: int) -> float:
    """Return the most memory that a process has had, in MiB; 0.0 if it has ended.

    Where the system does not tell the most, it is what the process has now.
    """
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(peak) / 1024
    except (OSError, ValueError):
        pass
    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the rounds' ratios, so that a slow minute weighs on both sides."""
    pairs = zip(ours, theirs, strict=False)
    return statistics.median(mine / other if other else 0.0 for mine, other in pairs)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
