"""The curve of a campaign: how many people were done by when, in a few points. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from parley.domain.campaigns.results import REACHED
from schema.reasons import RecipientState

POINTS = 60
"""A plot of 480 pixels shows no more, and a status is sent to each dashboard whole."""

Curve = Mapping[str, Sequence[int]]
"""As ``CampaignStatus`` stores it; empty before the first point."""

Point = tuple[int, int, int]
"""Milliseconds since the start, people reached, and people not reached."""


def drawn_on(
    curve: Curve, counts: Mapping[str, int], *, started_at: datetime, now: datetime
) -> dict[str, list[int]]:
    """Return a curve with one point more: the counts as they are now.

    Of too many points goes the one whose neighbours are nearest to each other, so that they stay
    spread over the whole time. The first and the newest stay.
    """
    points = _points(curve)
    after = max(0, (now - started_at) // timedelta(milliseconds=1))
    done = sum(n for state, n in counts.items() if RecipientState(state).is_terminal)
    reached = sum(counts[state] for state in REACHED)
    if points and points[-1][0] >= after:
        # The clocks of two processes differ.
        after = points.pop()[0]
    points.append((after, reached, done - reached))
    if len(points) > POINTS:
        inner = range(1, len(points) - 1)
        del points[min(inner, key=lambda at: points[at + 1][0] - points[at - 1][0])]
    return {
        "after": [point[0] for point in points],
        "reached": [point[1] for point in points],
        "unreached": [point[2] for point in points],
    }


def _points(curve: Curve) -> list[Point]:
    if not curve:
        return []
    return list(zip(curve["after"], curve["reached"], curve["unreached"], strict=True))
