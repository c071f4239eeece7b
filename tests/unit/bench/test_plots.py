"""Plots show each cell's median and its spread."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from bench.plots import bars

SVG = "{http://www.w3.org/2000/svg}"


def kept(**runs: list[float]) -> dict[str, Any]:
    return {
        "title": "Rates & <ratios>",
        "columns": [{"key": "rate", "title": "messages/s", "digits": 0, "ratio": None}],
        "runs": {name: [{"rate": one} for one in rates] for name, rates in runs.items()},
    }


def test_bars_have_the_length_of_the_medians_on_one_scale() -> None:
    root = ElementTree.fromstring(bars(kept(parley=[800.0, 1000.0, 1200.0], other=[500.0])))
    ours, theirs = (float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect"))
    assert abs(ours / theirs - 2) < 0.01


def test_a_line_reaches_from_the_lowest_to_the_highest_round() -> None:
    root = ElementTree.fromstring(bars(kept(parley=[500.0, 1000.0])))
    (bar,) = root.iter(f"{SVG}rect")
    (line,) = root.iter(f"{SVG}line")
    start = float(bar.attrib["x"])
    low, high = (float(line.attrib[name]) - start for name in ("x1", "x2"))
    assert abs(high / low - 2) < 0.01
    assert low < float(bar.attrib["width"]) < high


def test_a_title_with_signs_of_xml_is_read_back() -> None:
    root = ElementTree.fromstring(bars(kept(parley=[1.0])))
    assert root.attrib["aria-label"] == "Rates & <ratios>"


def test_rates_of_zero_are_drawn() -> None:
    root = ElementTree.fromstring(bars(kept(parley=[0.0])))
    assert [bar.attrib["width"] for bar in root.iter(f"{SVG}rect")] == ["0.0"]
