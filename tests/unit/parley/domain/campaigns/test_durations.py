"""A forecast of how long a campaign takes keeps its rate, its windows and its expiry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.durations import forecast
from schema.sending_window import SendingWindow

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = SendingWindow.parse({"from": "09:00", "to": "20:00", "timeZone": "recipient"})


def ends(waiting: dict[str, int], per_minute: int, window: SendingWindow | None = None) -> datetime:
    return forecast(
        waiting, per_minute=per_minute, window=window, start=NOON, expire_at=None
    ).ends_at


def test_without_a_window_the_rate_alone_decides() -> None:
    assert ends({"UTC": 90}, 60) == NOON + timedelta(seconds=90)
    assert ends({}, 60) == NOON


def test_what_does_not_fit_into_the_hours_of_a_day_goes_on_the_next() -> None:
    # 480 minutes are left of the day, at one message a minute.
    assert ends({"UTC": 480}, 1, DAY) == datetime(2026, 6, 1, 20, tzinfo=UTC)
    assert ends({"UTC": 481}, 1, DAY) == datetime(2026, 6, 2, 9, 1, tzinfo=UTC)


def test_zones_whose_hours_have_not_begun_wait_for_them() -> None:
    assert ends({"America/Los_Angeles": 1}, 60, DAY) == datetime(2026, 6, 1, 16, 0, 1, tzinfo=UTC)
    assert ends({"UTC": 600, "America/Los_Angeles": 1}, 1, DAY) > datetime(
        2026, 6, 2, 9, tzinfo=UTC
    )


def test_who_is_left_at_the_expiry_is_told() -> None:
    late = forecast(
        {"UTC": 100},
        per_minute=60,
        window=None,
        start=NOON,
        expire_at=NOON + timedelta(seconds=40),
    )

    assert (late.ends_at, late.left) == (NOON + timedelta(seconds=40), 60)


@given(
    waiting=st.dictionaries(
        st.sampled_from(["UTC", "Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles"]),
        st.integers(min_value=0, max_value=5_000),
    ),
    per_minute=st.integers(min_value=1, max_value=100_000),
)
def test_a_window_never_makes_it_faster_and_everybody_gets_it(
    waiting: dict[str, int], per_minute: int
) -> None:
    windowed = forecast(waiting, per_minute=per_minute, window=DAY, start=NOON, expire_at=None)

    assert windowed.left == 0
    plain = ends(waiting, per_minute)
    assert windowed.ends_at >= plain - timedelta(seconds=1)
