"""The benchmark of SMS runs, at a size that says nothing about speed."""

from __future__ import annotations

import pytest

from bench.sms_sending import CASES, PARLEY, THREADS, measure, serving

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("delay_ms", CASES.values(), ids=CASES)
def test_both_contestants_have_every_sms_accepted_once(delay_ms: int) -> None:
    with serving(messages=300, rounds=1) as plan:
        rows = measure(plan, delay_ms=delay_ms)

    assert [row["what"] for row in rows] == [PARLEY, THREADS]
    assert all(row["SMS/s"] > 0 and row["cpu ms each"] > 0 for row in rows)
    assert rows[0].keys() - rows[1].keys() == {"x rate", "x cpu"}
