"""A step of the set-up tells what goes on, in a log as in a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.binaries import ROOT
from emulator.setup_step import main, run_step


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_a_step_prints_its_beginning_and_its_duration(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["npm packages", "--", *python("print('noise')")]) == 0

    told = capsys.readouterr().out
    assert re.fullmatch(r"npm packages \.\.\.\n  npm packages: done in \d+ s\n", told)


def test_a_long_step_prints_its_progress(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package").write_bytes(b"x" * 3_000_000)
    (tmp_path / "wait").touch()
    script = (
        "import os, time\n"
        "print('fetched 3 of 9', flush=True)\n"
        f"while os.path.exists({str(tmp_path / 'wait')!r}):\n"
        "    time.sleep(0.01)\n"
    )
    with subprocess.Popen(
        [
            *python(
                "from pathlib import Path; from emulator.setup_step import run_step; import sys\n"
                "sys.exit(run_step('Packages', sys.argv[2:], into=Path(sys.argv[1]),"
                " progress_seconds=0.2))"
            ),
            str(tmp_path),
            *python(script),
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as step:
        assert step.stdout is not None
        assert step.stdout.readline() == "Packages ...\n"
        told = next(line for line in step.stdout if "fetched" in line)
        assert "3 MB in" in told
        (tmp_path / "wait").unlink()
        assert "done in" in step.stdout.read()
    assert step.returncode == 0


def test_a_failed_step_shows_its_output_and_returns_its_status(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_step("Packages", python("raise SystemExit('no network')")) == 1

    told = capsys.readouterr().err
    assert "no network" in told
    assert "run make again" in told


def test_a_missing_tool_is_named_with_the_way_out(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "emulator.setup_step", "npm packages", "--", "npm", "ci"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 127
    assert "Install Node.js 20" in ran.stderr
