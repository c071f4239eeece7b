"""Wrong usage ends with status 2 before anything runs; help and output suit who reads them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parley.cli.main import main
from parley.cli.output import show_progress, show_table

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["none"],
        ["campaign"],
        ["dlq"],
        ["dlq", "show"],
        ["seed"],
        ["seed", "--users", "many"],
        ["scale", "--chat", "-1"],
        ["service", "staff", "acme", "ann", "--role", "boss", "--name", "Ann"],
        ["scale", "--every", "0"],
        ["doctor", "--local", "--project", "chat-prod"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_status_2(command: list[str], capsys: Captured) -> None:
    assert main(command, environment={}, find_stacks=list) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Usage: parley" in captured.err


@pytest.mark.parametrize(
    ("group", "command"),
    [([], "provision"), (["campaign"], "retry-failed"), (["dlq"], "redrive")],
)
def test_a_group_without_a_command_shows_its_commands(
    group: list[str], command: str, capsys: Captured
) -> None:
    main(group, environment={}, find_stacks=list)

    assert command in capsys.readouterr().err


def test_help_ends_with_status_0(capsys: Captured) -> None:
    assert main(["campaign", "status", "--help"]) == 0

    assert "--timeout" in capsys.readouterr().out


def test_the_export_prints_json(tmp_path: Path, capsys: Captured) -> None:
    assert main(["schema", "export", "--folder", str(tmp_path), "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"folder": str(tmp_path)}


def test_a_pipe_gets_plain_columns_and_no_progress_bar(capsys: Captured) -> None:
    with show_progress("people") as show:
        show(1, 2)
    show_table([{"uid": "a" * 100, "name": "[b]"}])

    captured = capsys.readouterr()
    assert captured.out.splitlines()[1] == f"{'a' * 100}  [b]"
    assert captured.err.strip() == ""
