"""When sending windows are open, over clock changes and in zones that changed lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.windows import is_open, opens_at, window_zone
from schema.sending_window import SendingWindow

DAY = ("09:00", "20:00")


def window(hours: tuple[str, str], zone: str = "recipient") -> SendingWindow:
    return SendingWindow.model_validate({"from": hours[0], "to": hours[1], "timeZone": zone})


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("America/Vancouver", "2026-11-30T16:15"),
        ("America/Edmonton", "2026-11-30T15:15"),
        ("America/Winnipeg", "2026-11-30T14:15"),
        ("America/Havana", "2026-11-30T13:15"),
    ],
)
def test_zones_that_gave_up_winter_time_are_open_by_their_new_clocks(zone: str, at: str) -> None:
    assert opens_at(window(DAY), ZoneInfo(zone), instant(at)) is None


@pytest.mark.parametrize(
    ("zone", "hours", "at", "opens"),
    [
        ("Africa/Casablanca", DAY, "2026-11-30T08:45", "2026-11-30T09:00"),
        ("Europe/Paris", DAY, "2027-03-28T06:59", "2027-03-28T07:00"),
        # 02:30 does not exist on this day; the window opens with the end of the gap.
        ("Europe/Paris", ("02:30", "06:00"), "2027-03-28T00:45", "2027-03-28T01:00"),
        # The hour comes a second time.
        ("Europe/Paris", ("02:00", "02:30"), "2027-10-31T00:40", "2027-10-31T01:00"),
        # Midnight does not exist on this day.
        ("Asia/Beirut", ("00:00", "06:00"), "2027-03-27T21:30", "2027-03-27T22:00"),
        ("UTC", ("22:00", "06:00"), "2026-11-30T12:00", "2026-11-30T22:00"),
        ("UTC", DAY, "2026-11-30T20:00", "2026-12-01T09:00"),
    ],
)
def test_a_closed_window_opens_when_the_local_clock_says_so(
    zone: str, hours: tuple[str, str], at: str, opens: str
) -> None:
    assert opens_at(window(hours), ZoneInfo(zone), instant(at)) == instant(opens)


def test_a_window_inside_a_gap_opens_on_the_next_day() -> None:
    swallowed = window(("02:10", "02:40"))
    opens = opens_at(swallowed, ZoneInfo("Europe/Paris"), instant("2027-03-28T00:30"))
    assert opens == instant("2027-03-29T00:10")


@pytest.mark.parametrize("own", [None, "", "Mars/Olympus", "localtime", 7])
def test_a_recipient_without_a_known_zone_counts_as_utc(own: object) -> None:
    assert window_zone(window(DAY), own).key == "UTC"


def test_a_window_with_a_zone_of_its_own_ignores_the_recipients() -> None:
    assert window_zone(window(DAY, "Europe/Kiev"), "America/New_York").key == "Europe/Kiev"


CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda it: f"{it[0]:02}:{it[1]:02}")
ZONES = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)


@given(
    hours=st.tuples(CLOCK, CLOCK).filter(lambda it: it[0] != it[1]),
    zone=ZONES,
    minutes=st.integers(0, 3 * 366 * 24 * 60),
)
def test_a_window_is_closed_until_it_opens_and_open_then(
    hours: tuple[str, str], zone: str, minutes: int
) -> None:
    at = instant("2025-01-01T00:00") + timedelta(minutes=minutes)
    opens = opens_at(window(hours), ZoneInfo(zone), at)
    if opens is None:
        assert is_open(window(hours), ZoneInfo(zone), at)
        return
    assert is_open(window(hours), ZoneInfo(zone), opens)
    assert at < opens <= at + timedelta(hours=49)
    step = at
    while step < opens:
        assert not is_open(window(hours), ZoneInfo(zone), step)
        step += timedelta(minutes=1)
