"""The page of figures agrees with the results that are kept."""

from __future__ import annotations

from bench import page, results
from bench.cases import CASES

CASE = {
    "title": "Something drained",
    "at": "2026-11-28T19:00+00:00",
    "machine": {
        "cores": 2,
        "processor": "x86_64",
        "python": "3.11.7",
        "libraries": {"grpcio": "1.85.3"},
    },
    "load before": 0.3,
    "columns": [
        {"key": "rate", "title": "messages/s", "digits": 0, "ratio": "times its rate"},
        {"key": "lost", "title": "lost", "digits": 0, "ratio": None},
    ],
    "runs": {
        "Parley": [{"rate": 1000.0, "lost": 0.0}, {"rate": 3000.0, "lost": 0.0}],
        "by hand": [{"rate": 500.0, "lost": 4.0}, {"rate": 1000.0, "lost": 6.0}],
    },
    "missing": {"another": "its environment cannot be made"},
}
PLACES = "Before.\n\n<!-- bench w2 -->\nold\n<!-- end of bench -->\n\nAfter.\n"


def test_the_page_shows_the_results_that_are_kept() -> None:
    written = page.PAGE.read_text()
    assert page.rendered(written, results.read()) == written, "run `python -m bench page`"


def test_the_pictures_show_the_results_that_are_kept() -> None:
    wanted = page.pictures(page.PAGE.read_text(), results.read())
    assert {file: file.read_text() for file in wanted} == wanted, "run `python -m bench page`"


def test_no_picture_is_left_of_a_case_that_has_no_place() -> None:
    wanted = set(page.pictures(page.PAGE.read_text(), results.read()))
    assert set(page.PICTURES.glob("bench-*.svg")) == wanted


def test_only_cases_have_places_and_results() -> None:
    assert page.placed(page.PAGE.read_text()) | set(results.read()) <= set(CASES)


def test_a_place_shows_medians_spread_and_ratios_of_the_rounds() -> None:
    shown = page.rendered(PLACES, {"w2": CASE})
    # The rounds' ratios are 2 and 3.
    assert "| Parley | 2,000 (1,000 to 3,000) | 0 |  |" in shown
    assert "| by hand | 750 (500 to 1,000) | 5 | 2.50 |" in shown
    assert "2 rounds in turns, 2026-11-28, 2 cores (x86_64), load before 0.3" in shown
    assert "another is missing: its environment cannot be made." in shown
    assert shown.startswith("Before.")
    assert shown.endswith("After.\n")


def test_a_place_without_results_says_how_to_get_them() -> None:
    shown = page.rendered(PLACES, {})
    assert "python -m bench w2" in shown
    assert page.rendered(shown, {"w2": CASE}) == page.rendered(PLACES, {"w2": CASE})


def test_a_page_that_was_rendered_stays_as_it_is() -> None:
    once = page.rendered(PLACES, {"w2": CASE})
    assert page.rendered(once, {"w2": CASE}) == once
