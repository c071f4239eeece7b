"""When the provider begins to refuse us, and when it has ended: for a log that says each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from parley.domain.delivery.push import PushFate, PushResult

_OF_SOME = frozenset({"SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR"})
"""Refusals of one token, or of the devices of one platform: that others are accepted ends none."""

_QUIET = timedelta(minutes=1)
"""Without another refusal of some, before that is over."""

_MOST = 100
"""Kinds that are told apart; the provider has a dozen."""

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
    """The outages of a process. Fed with the answers to each sending, in the order they came."""

    def __init__(self) -> None:
        self._open: dict[Kind, Outage] = {}
        self._ended: dict[Kind, datetime] = {}

    @property
    def is_any(self) -> bool:
        """Whether an outage has begun and not ended."""
        return bool(self._open)

    def note(
        self, results: Iterable[PushResult], *, begun: datetime, now: datetime
    ) -> tuple[list[Outage], list[Outage]]:
        """The outages that these answers begin, and those that they end.

        ``begun`` is when they were asked for: an answer to what was asked before an outage ended
        does not begin it anew, nor end one that began meanwhile.
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
