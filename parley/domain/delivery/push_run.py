"""Judge the answers to one run of pushes: bad tokens, or bad credentials of ours? Pure.

A run is one call of push: the devices of the people of one message, one fold of a chat or one batch
of a campaign. Its notifications go out together, under the same credentials.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.delivery.push import PushFate

FEW_MISMATCHES = 10
"""Up to this many tokens of another project may always be removed, if others are accepted."""

ACCEPTED_PER_MISMATCH = 2
"""The share above which more mismatches indicate a fault of ours."""

FEW_DEAD = 100
"""Up to this many unregistered tokens may always be removed."""

DEAD_PER_ACCEPTED = 4
"""Above that, four dead tokens in five answers indicate a fault of ours."""

LATELY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of accepted, unregistered and mismatching tokens."""

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
    """The accepted and removed tokens of a process in the last ten minutes."""

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
    """Return whether mismatching tokens are at fault: others of the run are accepted.

    If none is, our credentials may be another project's and the token valid. ``run`` counts the
    answers of this run so far, ``lately`` these and the last ten minutes.
    """
    if not run.accepted:
        return False
    return all(
        tally.mismatched <= max(FEW_MISMATCHES, tally.accepted // ACCEPTED_PER_MISMATCH)
        for tally in (run, lately)
    )


def dead_may_go(lately: Tally) -> bool:
    """Return whether to remove unregistered tokens; in bulk only if enough others are accepted."""
    return lately.dead <= max(FEW_DEAD, DEAD_PER_ACCEPTED * lately.accepted)


def tally(answered: Iterable[tuple[str, PushFate]]) -> Tally:
    """Count the tokens of a run by outcome; a token that was accepted once counts as accepted."""
    tokens: dict[PushFate, set[str]] = {}
    for token, fate in answered:
        tokens.setdefault(fate, set()).add(token)
    accepted = tokens.get(PushFate.ACCEPTED, set())
    return Tally(
        len(accepted),
        len(tokens.get(PushFate.DEAD_TOKEN, set()) - accepted),
        len(tokens.get(PushFate.WRONG_SENDER, set()) - accepted),
    )
