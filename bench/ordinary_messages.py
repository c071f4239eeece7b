"""Ordinary messages by one process: of this tree, of another, and by hand, in turns.

`python -m bench.ordinary_messages --against TREE` publishes the same messages to the queue each
time, on emulators of their own, and waits until rows and pushes are there. The contestants share
the machine, so the CPU seconds of the process are the verdict; rates only describe the run.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.busy_group import run_group
from bench.message_site import Fanner, by_hand, message_site, pairs, posts_of, worker_of
from bench.whole_campaign import peak_of
from emulator.binaries import ROOT
from parley.cli.output import show_table
from schema import limits

MESSAGES = 5_000
FEW_CHATS = 200
_WARM_UP = 1_000
"""Messages before, in chats of their own: the emulators' JVMs compile as they go."""


@dataclass(frozen=True, slots=True)
class Run:
    """So many messages: the seconds until rows and pushes were there, and who used what CPU."""

    messages: int
    seconds: float
    cpu: float
    theirs: float
    peak_mib: float

    def figures(self) -> dict[str, float]:
        thousands = self.messages / 1_000
        return {
            "messages/s": round(self.messages / self.seconds),
            "CPU s/1000": round(self.cpu / thousands, 3),
            "emulators' CPU s/1000": round(self.theirs / thousands, 3),
            "peak MiB": round(self.peak_mib),
        }


async def run_chats(fanner: Fanner, messages: int, chats: int) -> Run:
    """Fan out so many messages in so many direct chats, and push them."""
    each = messages // chats
    async with message_site(fanner) as site:
        warm = pairs(_WARM_UP, "warm")
        await site.open_chats(warm)
        await site.publisher.publish(await site.post(posts_of(warm, 1)))
        await site.until_fanned_out()
        await site.until_pushed(_WARM_UP)
        people = pairs(chats, "chat")
        await site.open_chats(people)
        await site.until_idle()
        queued = await site.post(posts_of(people, each))
        before, began = site.used(), time.monotonic()
        await site.publisher.publish(queued)
        await site.until_fanned_out()
        at_once, in_all = _pushes(fanner, chats, each)
        await site.until_pushed(_WARM_UP + at_once)
        seconds = time.monotonic() - began
        await site.until_pushed(_WARM_UP + in_all)
        used = site.used()
        return Run(
            messages=chats * each,
            seconds=seconds,
            cpu=used.ours - before.ours,
            theirs=used.theirs - before.theirs,
            peak_mib=peak_of(site.worker.pid),
        )


def _pushes(fanner: Fanner, chats: int, each: int) -> tuple[int, int]:
    """Return how many pushes go out at once, and how many in all; a summary comes after 10 s."""
    people = [(each + 1) // 2, each // 2]
    if not fanner.folds:
        return chats * sum(people), chats * sum(people)
    at_once = [min(mine, limits.PUSHES_IN_A_WINDOW) for mine in people]
    summaries = [int(mine > limits.PUSHES_IN_A_WINDOW) for mine in people]
    return chats * sum(at_once), chats * (sum(at_once) + sum(summaries))


CASES: dict[str, Callable[[Fanner, int], Awaitable[Any]]] = {
    "many-chats": lambda fanner, messages: run_chats(fanner, messages, messages),
    "few-chats": lambda fanner, messages: run_chats(fanner, messages, FEW_CHATS),
    "group": lambda fanner, messages: run_group(fanner, seconds=60.0 * messages / MESSAGES),
}


async def measure(
    fanners: Sequence[Fanner], case: str, messages: int, rounds: int
) -> list[dict[str, Any]]:
    """Let the contestants run in turns; return a row for each run, and the medians with ratios.

    A ratio is the median of the rounds' ratios to the first contestant.
    """
    runs: dict[str, list[dict[str, float]]] = {fanner.name: [] for fanner in fanners}
    rows: list[dict[str, Any]] = []
    for number in range(rounds):
        for fanner in fanners if number % 2 == 0 else reversed(fanners):
            figures = (await CASES[case](fanner, messages)).figures()
            runs[fanner.name].append(figures)
            rows.append({"who": f"{fanner.name}, round {number + 1}", **figures})
            show_table(rows[-1:])
    ours = runs[fanners[0].name]
    for fanner in fanners:
        theirs = runs[fanner.name]
        row: dict[str, Any] = {"who": f"{fanner.name}, median"}
        for name in ours[0]:
            row[name] = round(statistics.median(one[name] for one in theirs), 3)
            if fanner is not fanners[0]:
                pairs_of = zip(ours, theirs, strict=True)
                row[f"{name}, ours is"] = round(
                    statistics.median(mine[name] / (their[name] or 1) for mine, their in pairs_of),
                    3,
                )
        rows.append(row)
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.ordinary_messages", description=__doc__)
    parser.add_argument("case", choices=[*CASES])
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", type=Path, action="append", default=[], metavar="TREE")
    parser.add_argument("--by-hand", action="store_true", help="also on Google's client libraries")
    parser.add_argument("--alone", type=Path, metavar="TREE", help="measure nothing but this tree")
    arguments = parser.parse_args()
    fanners = [
        worker_of(ROOT),
        *(worker_of(tree.resolve()) for tree in arguments.against),
        *([by_hand()] if arguments.by_hand else []),
    ]
    if arguments.alone:
        fanners = [worker_of(arguments.alone.resolve())]
    rows = asyncio.run(measure(fanners, arguments.case, arguments.messages, arguments.rounds))
    print()
    for row in rows[-len(fanners) :]:
        show_table([row])


if __name__ == "__main__":
    main()
