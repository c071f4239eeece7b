"""Run the tools of node_modules from pytest, in the root of the repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tiers import REPORTS

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 420
"""For one command. The first call of a function in the emulator is slow."""
CACHE = ROOT / ".parley" / "typescript"


def find_tool(name: str) -> str:
    """Return the path of a tool; skip the test where `make install` has not installed it."""
    found = ROOT / "node_modules" / ".bin" / name
    if not found.exists() and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed: run `make install`")
    return str(found)


def run(
    command: list[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables added to the environment."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def check_types(project: Path) -> subprocess.CompletedProcess[str]:
    """Run the TypeScript compiler on a project without writing JavaScript."""
    cache = CACHE / project.relative_to(ROOT).with_suffix(".tsbuildinfo")
    options = ["--noEmit", "--incremental", "--tsBuildInfoFile", str(cache)]
    return run([find_tool("tsc"), "--project", str(project), *options])


def run_vitest(
    tier: str, *folders: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a tier's tests below these folders, and report them for the sum of `tests.tiers`."""
    report = REPORTS / f"vitest-{'-'.join([tier, *folders]).replace('/', '-')}.xml"
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    command = [find_tool("vitest"), "run", "--project", tier, *reporters, *folders]
    return run(command, {"NO_COLOR": "1", **(environment or {})})
