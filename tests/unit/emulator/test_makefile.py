"""What the demo sets up, and what only the tests need."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from emulator.binaries import ROOT


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


@pytest.mark.parametrize("target", ["demo", "up"])
def test_the_demo_needs_no_test_tools_and_no_browser(target: str) -> None:
    commands = commands_of(target)

    assert "--require-hashes -r requirements-stack.txt" in commands
    assert "npm ci --omit=dev" in commands
    assert "requirements-dev" not in commands
    assert "emulator.browser" not in commands


def test_the_tests_install_everything() -> None:
    commands = commands_of("test")

    assert "--require-hashes -r requirements-dev.txt" in commands
    assert "--omit=dev" not in commands
    assert "emulator.browser" in commands


@pytest.mark.parametrize("target", ["demo", "up"])
def test_the_pages_are_built_with_what_the_stack_installs(target: str) -> None:
    commands = commands_of(target)

    assert "emulator.site" in commands
    assert commands.index("npm ci --omit=dev") < commands.index("emulator.site")


def test_the_scenario_needs_only_firebase_and_the_library() -> None:
    package = json.loads((ROOT / "package.json").read_text())

    assert set(package["dependencies"]) == {
        "@vitejs/plugin-react",
        "esbuild",
        "firebase",
        "firebase-tools",
        "vite",
    }
    imported = {
        name
        for file in (ROOT / "emulator" / "demo").glob("*.ts")
        for name in re.findall(r"""from ['"]([^'".][^'"/]*)""", file.read_text())
    }
    assert {name for name in imported if not name.startswith("node:")} == {
        "firebase",
        "parley-client",
    }


def test_no_package_runs_a_script_when_it_is_installed() -> None:
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()
