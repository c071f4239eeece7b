"""Cells of a benchmark take turns, and what cannot run is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bench import results
from bench.cases import CASES, chosen
from bench.figures import Sample, ratio
from bench.frame import CannotRun, Case, Cell, Column, Figures, Options, in_turns, measure, rows

RATE = Column("rate", "messages/s", 0, "times its rate")


def case(run: Callable[[str], float], *names: str, rounds: int | None = None) -> Case:
    def cells(_options: Options) -> Sequence[Cell]:
        async def figures(name: str) -> Figures:
            return {"rate": run(name)}

        return [Cell(name, lambda name=name: figures(name)) for name in names]  # type: ignore[misc]

    return Case("w0", "nothing", "Nothing", [RATE], in_turns(cells), rounds=rounds)


async def test_cells_take_turns_and_another_begins_each_round() -> None:
    order: list[str] = []

    def run(name: str) -> float:
        order.append(name)
        return 1.0

    await measure(case(run, "a", "b", "c"), Options(rounds=3))
    assert order == ["a", "b", "c", "b", "c", "a", "c", "a", "b"]


async def test_a_case_of_long_rounds_has_fewer() -> None:
    measured = await measure(case(lambda _: 1.0, "a", rounds=2), Options(rounds=5))
    assert len(measured.runs["a"]) == 2


async def test_a_cell_that_cannot_run_is_told_and_the_others_go_on() -> None:
    tried: list[str] = []

    def run(name: str) -> float:
        tried.append(name)
        if name == "b":
            raise CannotRun("Python 3.12 is missing")
        return 1.0

    measured = await measure(case(run, "a", "b"), Options(rounds=2))
    assert measured.missing == {"b": "Python 3.12 is missing"}
    assert set(measured.runs) == {"a"}
    assert tried.count("b") == 1


async def test_results_keep_the_other_cases_and_add_rounds(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps({"cases": {"w1": {"title": "kept"}}}))
    measured = await measure(case(lambda _: 2.0, "a"), Options(rounds=1))
    results.keep(measured, file)
    results.keep(measured, file, adds=True)
    cases = results.read(file)
    assert cases["w1"] == {"title": "kept"}
    assert cases["w0"]["runs"] == {"a": [{"rate": 2.0}, {"rate": 2.0}]}


async def test_rounds_of_another_machine_are_not_added(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    measured = await measure(case(lambda _: 2.0, "a"), Options(rounds=1))
    results.keep(measured, file)
    cases = results.read(file)
    cases["w0"]["machine"]["cores"] = 64
    file.write_text(json.dumps({"cases": cases}))
    with pytest.raises(ValueError, match="64"):
        results.keep(measured, file, adds=True)


async def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    rates = {"a": iter([10.0, 100.0, 30.0]), "b": iter([10.0, 10.0, 10.0])}
    measured = await measure(case(lambda name: next(rates[name]), "a", "b"), Options(rounds=3))
    table = rows(measured.kept())
    assert [row["Parley: times its rate"] for row in table] == ["", "3.00"]
    assert ratio([1.0], [0.0]) == 0.0


def test_figures_are_for_a_thousand() -> None:
    figures = Sample(500, 2.0, 1.0, 3.0, 80.0).figures(lost=0)
    assert figures == {"rate": 250.0, "cpu": 2.0, "theirs": 6.0, "peak": 80.0, "lost": 0}


def test_a_case_is_chosen_by_its_name_or_its_group() -> None:
    assert [one.name for one in chosen(["w8"])] == ["w8"]
    assert {one.name for one in chosen(["fan-out"])} == {"w3-first", "w3-existing"}
    assert chosen([]) == list(CASES.values())
    with pytest.raises(KeyError):
        chosen(["w99"])


def test_every_case_names_its_columns_once() -> None:
    for one in CASES.values():
        titles = [column.title for column in one.columns]
        assert len(set(titles)) == len(titles), one.name
