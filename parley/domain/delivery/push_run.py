"""What the answers to one run of pushes prove: about tokens, and about ourselves. Pure.

A run is what one call pushes: the devices of those whom one message, one fold of a chat or one
batch of a campaign concerns. Its notifications go out together, under the same credentials.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.delivery.push import PushFate

FEW_MISMATCHES = 10
"""So many tokens of another project go, whatever the share, where others are accepted."""

ACCEPTED_PER_MISMATCH = 2
"""For more to go: what comes over a run half-way is rather a fault of ours."""

FEW_DEAD = 100
"""So many unregistered tokens go, whatever the share."""

DEAD_PER_ACCEPTED = 4
"""More than that, and four in five of what is answered is dead: rather a fault of ours."""

LATELY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tally:
    """Tokens that are accepted, that are unregistered, and that mismatch our sender."""

    accepted: int = 0
    dead: int = 0
    mismatched: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.accepted + other.accepted,
            self.dead + other.dead,
            self.mismatched + other.mismatched,
        )


class Lately:
    """What a process had accepted, and which tokens it removed, in the last ten minutes."""

    def __init__(self) -> None:
        self._by_minute: deque[tuple[datetime, Tally]] = deque()

    def add(self, tally: Tally, now: datetime) -> None:
        minute = now.replace(second=0, microsecond=0)
        if self._by_minute and self._by_minute[-1][0] == minute:
            tally += self._by_minute.pop()[1]
        self._by_minute.append((minute, tally))

    def at(self, now: datetime) -> Tally:
        while self._by_minute and self._by_minute[0][0] <= now - LATELY:
            self._by_minute.popleft()
        return sum((tally for _, tally in self._by_minute), Tally())


def mismatches_are_the_tokens(run: Tally, lately: Tally) -> bool:
    """Whether tokens that mismatch our sender are theirs to lose: others of the run are accepted.

    Where none is, our credentials may be another project's, and the token is well. ``run`` counts
    what it was answered until now, ``lately`` that and what was accepted and removed before.
    """
    if not run.accepted:
        return False
    return all(
        tally.mismatched <= max(FEW_MISMATCHES, tally.accepted // ACCEPTED_PER_MISMATCH)
        for tally in (run, lately)
    )


def dead_may_go(lately: Tally) -> bool:
    """Whether unregistered tokens are removed; in bulk only while enough others are accepted."""
    return lately.dead <= max(FEW_DEAD, DEAD_PER_ACCEPTED * lately.accepted)


def tally(answered: Iterable[tuple[str, PushFate]]) -> Tally:
    """Count the tokens of a run by what was answered; one that was accepted is none of the bad."""
    tokens: dict[PushFate, set[str]] = {}
    for token, fate in answered:
        tokens.setdefault(fate, set()).add(token)
    accepted = tokens.get(PushFate.ACCEPTED, set())
    return Tally(
        len(accepted),
        len(tokens.get(PushFate.DEAD_TOKEN, set()) - accepted),
        len(tokens.get(PushFate.WRONG_SENDER, set()) - accepted),
    )
