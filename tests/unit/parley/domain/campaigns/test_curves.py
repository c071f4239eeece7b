"""The curve of a campaign stays small and true, however long it takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from parley.domain.campaigns.curves import POINTS, Curve, drawn_on
from schema.recipients import empty_counts

START = datetime(2026, 12, 1, 9, tzinfo=UTC)


def draw(curve: Curve, seconds: float, **counts: int) -> Curve:
    now = START + timedelta(seconds=seconds)
    return drawn_on(curve, empty_counts() | counts, started_at=START, now=now)


def test_a_point_has_its_time_and_everybody_whose_state_is_final() -> None:
    curve = draw({}, 1.5, planned=50, held=1, sending=2, sent=10, delivered=4, read=2, replied=1)
    curve = draw(curve, 3, sent=60, failed=7, skipped=2, unknown=1)

    assert curve == {"after": [1_500, 3_000], "reached": [17, 60], "unreached": [0, 10]}


def test_a_campaign_of_a_day_keeps_its_shape_in_a_few_points() -> None:
    curve: Curve = {}
    for second in range(1, 86_400 + 1, 40):
        # Fast for an hour, then nothing for a night, then fast again.
        sent = min(second, 3_600) + max(0, second - 82_800)
        curve = draw(curve, second, sent=sent, planned=7_200 - sent)

    after, reached = list(curve["after"]), list(curve["reached"])
    assert len(after) == POINTS
    assert (after[0], after[-1]) == (1_000, 86_361_000)
    assert after == sorted(after)
    assert max(late - early for early, late in pairwise(after)) < 4_000_000
    for at, done in zip(after, reached, strict=True):
        assert done == min(at // 1000, 3_600) + max(0, at // 1000 - 82_800)


def test_a_process_whose_clock_is_behind_corrects_the_newest_point() -> None:
    curve = draw(draw(draw({}, 1, sent=1), 5, sent=2), 3, sent=9)

    assert curve == {"after": [1_000, 5_000], "reached": [1, 9], "unreached": [0, 0]}
    assert draw({}, -2, sent=1)["after"] == [0]
