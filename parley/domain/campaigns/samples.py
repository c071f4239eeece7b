"""Choose the people whose texts a preview shows: those with whom a template goes wrong. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from parley.domain.delivery.routing import Exclusion
from parley.domain.delivery.sms_segments import measure_sms
from schema import limits
from schema.base import present

if TYPE_CHECKING:
    # A request's limits are here, and to read one takes no template engine.
    from parley.domain.campaigns.decisions import Decision

SAMPLES = 3
MOST_SAMPLES = 10

Picked = Literal["noName", "rightToLeft", "longest"]
"""Why somebody was chosen who is not just one of the first."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One person's text, or the reason why there is none. ``is_in_audience``: None if it is."""

    uid: str
    decision: Decision | Exclusion
    is_in_audience: bool | None = None
    picked: Picked | None = None

    def answer(self) -> dict[str, Any]:
        """Return the sample as callables answer it."""
        decision = self.decision
        if isinstance(decision, Exclusion):
            return present(
                user_id=self.uid,
                reason=str(decision.reason),
                detail=decision.detail,
                in_audience=self.is_in_audience,
            )
        text = decision.text
        is_sms = decision.channel == "sms"
        return present(
            user_id=self.uid,
            channel=decision.channel,
            text=text.body,
            title=text.title,
            segments=measure_sms(text.body or "").segments if is_sms else None,
            picked=self.picked,
            in_audience=self.is_in_audience,
        )


class SampleChooser:
    """Sees everybody of an audience once, and keeps a few.

    First come a person without a name, the longest text, and a text that runs from right to left;
    then the first people who get a text, then the first who get none.
    """

    def __init__(self) -> None:
        self._unnamed: Sample | None = None
        self._longest: Sample | None = None
        self._longest_length = -1
        self._right_to_left: Sample | None = None
        self._first: list[Sample] = []
        self._excluded: list[Sample] = []

    def see(self, uid: str, decision: Decision | Exclusion, *, has_name: bool) -> None:
        """Take a person into account."""
        if isinstance(decision, Exclusion):
            if len(self._excluded) < MOST_SAMPLES:
                self._excluded.append(Sample(uid, decision))
            return
        text = decision.text.body or ""
        if len(self._first) < MOST_SAMPLES:
            self._first.append(Sample(uid, decision))
        if not has_name and self._unnamed is None:
            self._unnamed = Sample(uid, decision, picked="noName")
        if (length := limits.length(text)) > self._longest_length:
            self._longest, self._longest_length = Sample(uid, decision, picked="longest"), length
        if self._right_to_left is None and _runs_right_to_left(text):
            self._right_to_left = Sample(uid, decision, picked="rightToLeft")

    def chosen(self, count: int = SAMPLES) -> list[Sample]:
        """Return up to ``count`` samples of different people, at most ``MOST_SAMPLES``."""
        ordered = (
            self._unnamed,
            self._right_to_left,
            self._longest,
            *self._first,
            *self._excluded,
        )
        return _distinct(one for one in ordered if one is not None)[:count]


def _distinct(samples: Iterable[Sample]) -> list[Sample]:
    by_uid: dict[str, Sample] = {}
    for sample in samples:
        by_uid.setdefault(sample.uid, sample)
    return list(by_uid.values())


def _runs_right_to_left(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in text
    )
