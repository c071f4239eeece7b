"""Detect when the provider begins and stops refusing us, so that the log reports each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from parley.domain.delivery.push import PushFate, PushResult

_OF_SOME = frozenset({"SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR"})
"""Refusals that concern some devices or one platform; accepted pushes to others do not end them."""

_QUIET = timedelta(minutes=1)
"""Without another refusal of this kind, the outage is over after this time."""

_MOST = 100
"""The most kinds of outages to distinguish; the provider has a dozen."""

Kind = tuple[int | None, str]
"""HTTP's status and the provider's code."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Refusals of one kind, ``count`` of them so far; ``detail`` is that of the first."""

    status: int | None
    code: str
    since: datetime
    last: datetime
    count: int
    detail: str | None = None


class PushOutages:
    """The outages of a process. It gets the answers to each sending, in the order of arrival."""

    def __init__(self) -> None:
        self._open: dict[Kind, Outage] = {}
        self._ended: dict[Kind, datetime] = {}

    @property
    def is_any(self) -> bool:
        """Return whether an outage has begun and not ended."""
        return bool(self._open)

    def note(
        self, results: Iterable[PushResult], *, begun: datetime, now: datetime
    ) -> tuple[list[Outage], list[Outage]]:
        """Return the outages that these answers begin, and those that they end.

        ``begun`` is when they were sent. An answer to a push from before the end of an outage does
        not restart it, and does not end one that began meanwhile.
        """
        refused: dict[Kind, list[PushResult]] = {}
        is_accepted = False
        for result in results:
            if result.fate is PushFate.REFUSED:
                kind = (result.status, result.code or "")
                refused.setdefault(kind, []).append(result)
            elif result.fate is PushFate.ACCEPTED:
                is_accepted = True
        begins = []
        for kind, some in refused.items():
            held = self._open.get(kind)
            if held is not None:
                self._open[kind] = replace(held, last=now, count=held.count + len(some))
            elif self._ended.get(kind, begun) <= begun and len(self._open) < _MOST:
                outage = Outage(*kind, now, now, len(some), some[0].detail)
                self._open[kind] = outage
                begins.append(outage)
        ends = []
        if is_accepted:
            ends = [
                outage
                for kind, outage in self._open.items()
                if kind not in refused and self._is_over(outage, begun, now)
            ]
            for outage in ends:
                self._end(outage, now)
        return begins, ends

    def _is_over(self, outage: Outage, begun: datetime, now: datetime) -> bool:
        if outage.code in _OF_SOME:
            return outage.last <= now - _QUIET
        return outage.last <= begun

    def _end(self, outage: Outage, now: datetime) -> None:
        kind = (outage.status, outage.code)
        del self._open[kind]
        self._ended[kind] = now
        while len(self._ended) > _MOST:
            del self._ended[next(iter(self._ended))]
