"""Environments of the rivals' own, made by uv when a benchmark first needs them.

The rivals' packages are pinned in `requirements-rivals.txt`, which agrees with no lock of Parley's:
some of them need older versions of Google's libraries. fastpubsub needs Python 3.12.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Final

from bench.frame import CannotRun
from emulator.binaries import ROOT, STATE

_BENCH = ROOT / "bench"
RIVALS: Final = _BENCH / "requirements-rivals.txt"
FASTPUBSUB: Final = _BENCH / "requirements-fastpubsub.txt"
FASTPUBSUB_PYTHON: Final = "3.12"
_INSTALL_SECONDS = 600.0


def rivals_python() -> Path:
    """Return the Python that has the rivals' packages; raise ``CannotRun``."""
    return _made(RIVALS, sys.executable)


def fastpubsub_python() -> Path:
    """Return the Python that has fastpubsub; raise ``CannotRun``."""
    return _made(FASTPUBSUB, _kept_by_pyenv(FASTPUBSUB_PYTHON) or FASTPUBSUB_PYTHON)


def _kept_by_pyenv(version: str) -> str | None:
    """Return a Python that pyenv keeps and may not have selected, which uv does not find."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = sorted(versions.glob(f"{version}.*/bin/python"))
    return str(found[-1]) if found else None


@cache
def _made(lock: Path, python: str) -> Path:
    known = hashlib.sha256(lock.read_bytes() + python.encode()).hexdigest()[:12]
    folder = STATE / f"{lock.stem}-{known}"
    interpreter, ready = folder / "bin/python", folder / ".ready"
    if ready.exists():
        return interpreter
    uv = str(Path(sys.executable).with_name("uv"))
    _run([uv, "venv", "--quiet", "--clear", "--python", python, str(folder)])
    install = [uv, "pip", "install", "--quiet", "--python", str(interpreter)]
    _run([*install, "--require-hashes", "-r", str(lock)])
    ready.touch()
    return interpreter


def _run(command: list[str]) -> None:
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRun(f"{command[1]} of uv failed: {error}") from error
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotRun(f"its environment cannot be made: {last}")
