"""What the pages show in a console can be typed as it stands, from the root of a checkout."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from parley.cli.main import app
from tests.architecture.sources import ROOT
from tests.architecture.test_docs import PAGES, commands

_CONSOLE = re.compile(r"^ *```console\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"[A-Z_]+=.*")
_COMMENT = re.compile(r"\s{2,}# .*$", re.MULTILINE)
PROGRAMS = frozenset(
    {"cd", "curl", "gcloud", "make", "npm", "npx", "python3.11", "worker/bin/pip"}
    | {"worker/bin/python", ".venv/bin/parley", ".venv/bin/pytest", ".venv/bin/python"}
)
"""What is on the path of somebody who follows a page, or lies where an earlier step put it."""


def lines(text: str) -> Iterator[list[str]]:
    """The words of each command in the consoles of a page, without what is set before them."""
    for block in _CONSOLE.findall(text):
        joined = re.sub(r"\\\n\s*", "", _COMMENT.sub("", block))
        for line in joined.splitlines():
            prompt, _, typed = line.strip().partition("$ ")
            if prompt or not typed:
                continue
            words = shlex.split(typed)
            while words:
                end = words.index("&&") if "&&" in words else len(words)
                yield [word for word in words[:end] if not _VARIABLE.fullmatch(word)]
                words = words[end + 1 :]


def refusal(words: list[str]) -> str | None:
    """Why `parley` refuses these words, as its parser says it; None if it takes them."""
    command: Any = typer.main.get_command(app)
    path = ["parley"]
    while hasattr(command, "commands"):
        if not words or words[0] not in command.commands:
            return f"{' '.join(path)} has no command {words[:1]}"
        path.append(words[0])
        command, words = command.commands[words[0]], words[1:]
    try:
        command.make_context(" ".join(path), list(words))
    except Exception as error:
        return f"{' '.join(path)}: {getattr(error, 'message', error)}"
    return None


def wrong(text: str) -> list[str]:
    found = []
    for program, *words in lines(text):
        if program not in PROGRAMS:
            found.append(f"{program} is not found")
        elif program == ".venv/bin/parley" and (said := refusal(words)):
            found.append(said)
    return found


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "web" / "client" / "README.md"], ids=lambda page: page.name
)
def test_every_command_in_a_console_can_be_typed_as_it_stands(page: Path) -> None:
    assert wrong(page.read_text(encoding="utf-8")) == []


def test_the_page_of_commands_has_all_of_them() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    named = {
        name
        for name in commands(typer.main.get_command(app))
        # `pause ID`, `resume ID`: a row names the group once.
        if re.search(rf"`(?:\.venv/bin/parley )?(?:{name}|{name.split()[-1]} ID)\b", page)
    }

    assert set(commands(typer.main.get_command(app))) - named == set()


def test_a_command_that_cannot_be_typed_is_found() -> None:
    console = (
        "```console\n"
        "$ parley sweep\n"
        "$ .venv/bin/parley dlq list --queue x   # fine\n"
        "$ GCLOUD_PROJECT=x .venv/bin/parley dlq lst && .venv/bin/parley sweep --fast\n"
        "output\n"
        "```\n"
    )

    assert [said.split(":")[0].split(" is ")[0] for said in wrong(console)] == [
        "parley",
        "parley dlq has no command ['lst']",
        "parley sweep",
    ]
