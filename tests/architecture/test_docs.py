"""What the documentation names exists: links, files, targets, commands, settings, log actions."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from parley.cli.main import app
from tests.architecture.sources import ROOT, files

PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / "docs").rglob("*.md"),
    ]
)
TOP = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci"}
"""What a path from the root begins with; what runs leave behind begins with a dot."""

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
_FILE_NAME = re.compile(r"\.?[\w-]+\.(?:py|md|json|toml|txt|rules|mjs|ts|example)|Makefile")
_TARGETS = re.compile(r"\bmake ((?:[a-z][a-z-]*(?: |$))+)", re.MULTILINE)
_COMMAND = re.compile(r"\bparley ((?:[a-z][a-z-]*(?: |$))+)", re.MULTILINE)
_SETTING = re.compile(r"\bPARLEY_[A-Z_]+")
_ACTION = re.compile(r"(?:worker|queue|work|message|suspect|background|process|call)\.[a-zA-Z_]+")


def spans(text: str) -> Iterator[str]:
    """What stands in backticks within prose."""
    yield from _SPAN.findall(_FENCE.sub("", text))


def code(text: str) -> str:
    """Everything that is set as code, a piece a line; what a shell takes for a comment is not."""
    fenced = "\n".join(_FENCE.findall(text))
    uncommented = re.sub(r"\s+#.*$", "", fenced, flags=re.MULTILINE)
    return "\n".join([uncommented, *spans(text)])


def broken_links(page: Path, text: str) -> list[str]:
    targets = [link.split("#")[0] for link in _LINK.findall(_FENCE.sub("", text))]
    return [
        target
        for target in targets
        if target and "://" not in target and not (page.parent / target).exists()
    ]


def missing_paths(text: str) -> list[str]:
    """Paths from the root, and names of files at the root; paths of the tree are not files."""
    return [
        span
        for span in spans(text)
        if _PATH.fullmatch(span)
        and (("/" in span and span.split("/")[0] in TOP) or _FILE_NAME.fullmatch(span))
        and not (ROOT / span).exists()
    ]


def unknown_targets(text: str) -> list[str]:
    there = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = [name for names in _TARGETS.findall(code(text)) for name in names.split()]
    return [name for name in named if name not in there]


def unknown_commands(text: str) -> list[str]:
    there = set(commands(typer.main.get_command(app)))
    groups = {name.rpartition(" ")[0] for name in there} - {""}
    wrong = []
    for said in _COMMAND.findall(code(text)):
        words = said.split()
        name = " ".join(words[: 2 if words[0] in groups else 1])
        if name not in there:
            wrong.append(name)
    return wrong


def commands(command: Any, prefix: str = "") -> Iterator[str]:
    """Every command that may be run, by its whole name: ``campaign send``."""
    below = getattr(command, "commands", None)
    if below is None:
        yield prefix
        return
    for name, one in below.items():
        yield from commands(one, f"{prefix} {name}".strip())


def unknown_settings(text: str) -> list[str]:
    there = set(_SETTING.findall((ROOT / ".env.example").read_text() + source("emulator")))
    return [name for name in _SETTING.findall(text) if name not in there]


def unknown_actions(text: str) -> list[str]:
    there = source("parley", "functions", "workers")
    return [span for span in spans(text) if _ACTION.fullmatch(span) and f'"{span}"' not in there]


def source(*roots: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in files(*roots))


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def page(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


def test_every_named_file_exists(page: Path) -> None:
    assert missing_paths(page.read_text(encoding="utf-8")) == []


def test_every_named_make_target_exists(page: Path) -> None:
    assert unknown_targets(page.read_text(encoding="utf-8")) == []


def test_every_named_parley_command_exists(page: Path) -> None:
    assert unknown_commands(page.read_text(encoding="utf-8")) == []


def test_every_named_setting_is_read(page: Path) -> None:
    assert unknown_settings(page.read_text(encoding="utf-8")) == []


def test_every_named_log_action_is_logged() -> None:
    assert unknown_actions((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")) == []


def test_missing_things_are_found() -> None:
    readme = ROOT / "README.md"

    assert broken_links(readme, "[x](docs/none.md) [y](https://a.example) [z](#z)") == [
        "docs/none.md"
    ]
    assert missing_paths("`schema/none.py` `none.md` `chats/x` `schema/` `a.b`") == [
        "schema/none.py",
        "none.md",
    ]
    assert unknown_targets("`make test none` and make sure\n```\nmake up # make x\n```") == ["none"]
    assert unknown_commands("`parley sweep --json` `parley campaign none` `parley none`") == [
        "campaign none",
        "none",
    ]
    assert unknown_settings("`PARLEY_NONE`, `PARLEY_FCM_URL`") == ["PARLEY_NONE"]
    assert unknown_actions("`worker.none` `worker.started`") == ["worker.none"]
