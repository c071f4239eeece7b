"""A campaign written as JSON has its times as texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.domain.campaigns.job_times import read_times


def test_texts_in_iso_8601_become_times_in_utc() -> None:
    job = {"name": "News", "schedule": {"startAt": "2026-12-01T10:00:00+01:00", "window": {}}}

    assert read_times(job) == {
        "name": "News",
        "schedule": {"startAt": datetime(2026, 12, 1, 9, tzinfo=UTC), "window": {}},
    }


@pytest.mark.parametrize("wrong", ["tomorrow", "2026-12-01T10:00:00", "", 5, None, []])
def test_anything_else_is_left_for_the_check_of_the_job(wrong: Any) -> None:
    job = {"createdAt": wrong, "schedule": {"expireAt": wrong}}

    assert read_times(job) == job
    assert read_times({"schedule": wrong}) == {"schedule": wrong}
