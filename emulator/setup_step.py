"""Run one step of the set-up: `python -m emulator.setup_step TITLE -- CMD`.

A step prints a line when it begins and ends, and every ten seconds in between. The command's output
is shown if it fails. This runs before anything is installed, so it uses only the standard library.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)
PROGRESS_SECONDS = 10.0
SHOWN_LINES = 30
SHOWN_CHARACTERS = 70
WAYS_OUT = {"npm": "npm was not found. Install Node.js 20 or newer, which brings it."}


def run_step(
    title: str,
    command: Sequence[str],
    *,
    into: Path | None = None,
    progress_seconds: float = PROGRESS_SECONDS,
) -> int:
    """Run the command and return its exit status; `into` is the folder that grows."""
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        except FileNotFoundError:
            print(WAYS_OUT.get(command[0], f"{command[0]} was not found."), file=sys.stderr)
            return 127
        while (status := wait(process, progress_seconds)) is None:
            told = [f"{time.monotonic() - started:.0f} s", *size(into), *last_line(output.fileno())]
            print(f"  {', '.join(told)}", flush=True)
        if status != 0:
            show_failure(title, command, status, read_text(output.fileno()))
            return status
    print(f"  {title}: done in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def wait(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Return the exit status, or None if it still runs after the time."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def size(folder: Path | None) -> list[str]:
    """Return the present size of a folder."""
    if folder is None:
        return []
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # it has moved
    return [f"{total / 1e6:.0f} MB in {folder}"]


def read_text(descriptor: int) -> str:
    """Return the content of a file that another process still writes."""
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")


def last_line(descriptor: int) -> list[str]:
    """Return the last line of output."""
    lines = [line.strip() for line in read_text(descriptor).splitlines() if line.strip()]
    return [lines[-1][:SHOWN_CHARACTERS]] if lines else []


def show_failure(title: str, command: Sequence[str], status: int, text: str) -> None:
    print("\n".join(text.splitlines()[-SHOWN_LINES:]), file=sys.stderr)
    print(
        f"{title}: `{' '.join(command)}` ended with {status}; the end of its output is above. "
        "Repair the cause and run make again; finished steps are skipped.",
        file=sys.stderr,
    )


def main(arguments: Sequence[str]) -> int:
    if sys.version_info < OLDEST:
        told = ".".join(map(str, sys.version_info[:2]))
        print(f"Python 3.11 or newer is needed, and {sys.executable} is {told}.", file=sys.stderr)
        print("Name a newer one: make PYTHON=/path/to/python3.11 ...", file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(prog="python -m emulator.setup_step")
    parser.add_argument("title")
    parser.add_argument("--into", type=Path)
    parser.add_argument("command", nargs="+")
    chosen = parser.parse_args(arguments)
    try:
        return run_step(chosen.title, chosen.command, into=chosen.into)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
