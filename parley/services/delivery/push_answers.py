"""Judge the provider's answers: whose fault each is, and what to log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.delivery.push_outages import PushOutages
from parley.domain.delivery.push_run import (
    LATELY,
    Lately,
    Tally,
    dead_may_go,
    mismatches_are_the_tokens,
    tally,
)
from parley.domain.ports import Clock
from parley.structured_logging import get_log

Answered = tuple[Sequence[Notification], Sequence[PushResult]]
"""The notifications of one call, and the answer to each."""

_log = get_log(__name__)


class PushAnswers:
    """Judges answers and logs our own faults. One instance a process: it knows recent answers."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._lately = Lately()
        self._outages = PushOutages()
        self._stopped: dict[str, datetime] = {}
        self._trusted_since: datetime | None = datetime.min.replace(tzinfo=UTC)

    def judge(self, run: Sequence[Answered], *, begun: datetime) -> Sequence[PushResult]:
        """Return the last answers of a run, sent at ``begun``, as the caller must treat them.

        A mismatch with our sender becomes a dead token or a refusal of ours. If too many tokens are
        reported dead, they become rejected and are kept.
        """
        now = self._clock.now()
        sent, results = run[-1]
        if all(result.fate is PushFate.ACCEPTED for result in results):
            self._lately.add(Tally(accepted=len(results)), now)
            self._trust_from(now)
            if not self._outages.is_any:
                return results
        else:
            results = self._judged(run, sent, results, begun, now)
            if any(result.fate is PushFate.ACCEPTED for result in results):
                self._trust_from(now)
            self._tell_rejected(results)
        begins, ends = self._outages.note(results, begun=begun, now=now)
        for outage in begins:
            _log.error(
                "push.refused",
                status=outage.status,
                code=outage.code,
                count=outage.count,
                error=outage.detail,
            )
        for outage in ends:
            _log.info(
                "push.acceptedAgain",
                status=outage.status,
                code=outage.code,
                count=outage.count,
                seconds=round((now - outage.since).total_seconds(), 1),
            )
        return results

    def _judged(
        self,
        run: Sequence[Answered],
        sent: Sequence[Notification],
        results: Sequence[PushResult],
        begun: datetime,
        now: datetime,
    ) -> list[PushResult]:
        these = _tally([(sent, results)])
        whole = _tally(run)
        lately = self._lately.at(now) + these
        dead = mismatch = PushFate.DEAD_TOKEN
        if these.dead and not dead_may_go(lately):
            dead = PushFate.REJECTED
            self._tell_stopped("UNREGISTERED", lately.dead, lately, now)
            these = replace(these, dead=0)
        if these.mismatched and not mismatches_are_the_tokens(whole, lately):
            mismatch = PushFate.REFUSED
            self._trusted_since = None
            if whole.accepted:
                self._tell_stopped("SENDER_ID_MISMATCH", lately.mismatched, lately, now)
        elif these.mismatched and not self._is_trusted(begun):
            mismatch = PushFate.REFUSED
        if mismatch is PushFate.REFUSED:
            these = replace(these, mismatched=0)
        self._lately.add(these, now)
        accepted = _accepted(run)
        judged = []
        for one, result in zip(sent, results, strict=True):
            fate = result.fate
            if fate is PushFate.DEAD_TOKEN:
                fate = dead
            elif fate is PushFate.WRONG_SENDER:
                is_well = one.device.token in accepted
                fate = PushFate.REFUSED if is_well else mismatch
            judged.append(result if fate is result.fate else replace(result, fate=fate))
        return judged

    def _trust_from(self, now: datetime) -> None:
        if self._trusted_since is None:
            self._trusted_since = now

    def _is_trusted(self, begun: datetime) -> bool:
        """Return whether our credentials were right when this was sent.

        Where they were not and have been mended since, some of one sending may meet the old ones.
        """
        return self._trusted_since is not None and self._trusted_since <= begun

    def _tell_rejected(self, results: Sequence[PushResult]) -> None:
        rejected = Counter(
            (result.status, result.code) for result in results if result.fate is PushFate.REJECTED
        )
        for (status, code), count in rejected.items():
            _log.warning("push.rejected", status=status, code=code, count=count)

    def _tell_stopped(self, code: str, count: int, lately: Tally, now: datetime) -> None:
        told = self._stopped.get(code)
        if told is None or told <= now - LATELY:
            self._stopped[code] = now
            _log.error("push.removalsStopped", code=code, count=count, accepted=lately.accepted)


def _tally(run: Sequence[Answered]) -> Tally:
    return tally(
        (one.device.token, result.fate)
        for sent, results in run
        for one, result in zip(sent, results, strict=True)
    )


def _accepted(run: Sequence[Answered]) -> set[str]:
    return {
        one.device.token
        for sent, results in run
        for one, result in zip(sent, results, strict=True)
        if result.fate is PushFate.ACCEPTED
    }
