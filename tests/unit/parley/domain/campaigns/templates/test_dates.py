from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parley.domain.campaigns.templates import BodyTemplate

NOW = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)


def shown(value: object, form: str = "%F %T %z") -> str:
    template = "{{ user.v | date: user.form }}"
    return BodyTemplate(template).render({"user": {"v": value, "form": form}}, now=NOW)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2026-12-24", "2026-12-24 00:00:00 +0000"),
        ("2026-1-5", "2026-01-05 00:00:00 +0000"),
        ("2026/12/24 18:30", "2026-12-24 18:30:00 +0000"),
        ("24.12.2026, 18:30", "2026-12-24 18:30:00 +0000"),
        ("24-Dec-2026", "2026-12-24 00:00:00 +0000"),
        ("24th December 2026", "2026-12-24 00:00:00 +0000"),
        ("Dec 24, 2026 6:30 PM", "2026-12-24 18:30:00 +0000"),
        ("December 2026", "2026-12-01 00:00:00 +0000"),
        ("Thu Dec 24 18:30:00 2026", "2026-12-24 18:30:00 +0000"),
        ("Thu, 24 Dec 2026 18:30:00 +0200", "2026-12-24 18:30:00 +0200"),
        ("2026-12-24 18:30:00 UTC", "2026-12-24 18:30:00 +0000"),
        ("2026-12-24T18:30:00-08:00", "2026-12-24 18:30:00 -0800"),
        ("2026-12-24T18:30:15.5Z", "2026-12-24 18:30:15 +0000"),
        ("2026-12-24 18:30 EST", "2026-12-24 18:30:00 -0500"),
        ("2026-12-24 12am", "2026-12-24 00:00:00 +0000"),
        ("2026-12-24T24:00", "2026-12-25 00:00:00 +0000"),
        ("20261224T183000Z", "2026-12-24 18:30:00 +0000"),
        ("2026-358", "2026-12-24 00:00:00 +0000"),
        ("18:30", "2026-11-27 18:30:00 +0000"),
        ("24 Dec", "2026-12-24 00:00:00 +0000"),
        ("today", "2026-11-27 23:30:00 +0000"),
        ("1798137000", "2026-12-24 18:30:00 +0000"),
        (-1, "1969-12-31 23:59:59 +0000"),
    ],
)
def test_common_forms_of_dates_are_read(written: object, text: str) -> None:
    assert shown(written) == text


@pytest.mark.parametrize(
    "written",
    [
        *("Ann", "Mark", "May", "monday", "tomorrow", "vip", "12 apples", "42b", "-1", "1.5"),
        *("2026-12", "12/24/2026", "2026-13-01", "31.04.2026", "24.12.26", "+49 170 1234567"),
        *("2026-12-24T25:00", "2026-400", "9" * 3 + "-" + "9" * 3, "x" * 200 + " 2026-12-24"),
    ],
)
def test_a_text_that_is_not_a_date_stays_unchanged(written: str) -> None:
    assert shown(written) == written


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%A, %-d %B %Y", "Sunday, 4 January 2026"),
        ("%a %^a %b %^B %#p %P", "Sun SUN Jan JANUARY am am"),
        ("%e|%k|%l|%_m|%-H", " 4| 8| 8| 1|8"),
        ("%G-W%V-%u %g %U %W %w %j", "2026-W01-7 26 01 00 0 004"),
        ("%L %N %3N %6N", "123 123456000 123 123456"),
        ("%z %:z %::z %:::z %Z", "+0000 +00:00 +00:00:00 +00 UTC"),
        ("%s %C %y", "1767513909 20 26"),
        ("%5d|%-5d|%_5d|%10A|%010Y|%08s", "00004|4|    4|    Sunday|0000002026|1767513909"),
        ("%c|%D|%F|%v", "Sun Jan  4 08:05:09 2026|01/04/26|2026-01-04| 4-JAN-2026"),
        ("%x|%X|%r|%R|%T", "01/04/26|08:05:09|08:05:09 AM|08:05|08:05:09"),
        ("%n%t%%|%i|%Q", "\n\t%|%i|%Q"),
    ],
)
def test_formats_are_those_of_ruby(form: str, text: str) -> None:
    assert shown("2026-01-04T08:05:09.123456Z", form) == text


def test_now_is_the_time_of_the_rendering_in_utc() -> None:
    body = BodyTemplate("{{ 'now' | date: '%F' }} {{ 'NOW' | date: '%s' }}")

    assert body.render({}, now=NOW) == "2026-11-27 1795822200"
    assert body.render({})[:2] == "20"
