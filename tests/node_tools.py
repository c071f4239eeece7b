"""The tools of node_modules, run from pytest in the project's root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 420
"""For one command; functions of the emulator, which tests call, start slowly."""


def tool(name: str) -> str:
    """Where a tool lies; skips where `make install` has put none."""
    found = ROOT / "node_modules" / ".bin" / name
    if not found.exists() and not os.environ.get("CI"):
        pytest.skip(f"there is no {name}: run `make install`")
    return str(found)


def run(
    command: list[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run with this environment on top of ours."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
