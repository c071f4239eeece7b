"""The machine's processes and their descendants."""

import contextlib
import os
import re
import signal
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import psutil


class Entry(NamedTuple):
    """A process in the table. A zombie has ended, but its parent has not yet waited for it."""

    parent: int
    group: int
    is_zombie: bool


Table = Mapping[int, Entry]


def process_table() -> Table:
    """Return every process of the machine by its id."""
    table = {}
    for process in psutil.process_iter(["ppid", "status"]):
        with contextlib.suppress(OSError):  # it has ended
            table[process.pid] = Entry(
                process.info["ppid"],
                os.getpgid(process.pid),
                process.info["status"] == psutil.STATUS_ZOMBIE,
            )
    return table


def descendants(roots: Iterable[int], table: Table | None = None) -> set[int]:
    """Return the running processes among these and all their descendants.

    A process in the process group of one of them is a descendant, even if its parent has died.
    `table` is that of now; many who look at the same time read it once.
    """
    table = process_table() if table is None else table
    family = set(roots)
    grown = True
    while grown:
        more = {
            pid for pid, entry in table.items() if entry.parent in family or entry.group in family
        } - family
        family |= more
        grown = bool(more)
    return {pid for pid in family if pid in table and not table[pid].is_zombie}


def is_alive(pid: int) -> bool:
    """Return whether any process with this id runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def alive(pids: Iterable[int]) -> list[int]:
    """Return the running ones."""
    return [pid for pid in pids if is_alive(pid)]


def child_on_port(parent: int, port: int) -> int | None:
    """Return the descendant of a process whose arguments name this port."""
    argument = re.compile(rf"--port[= ]{port}(?!\d)")
    for pid in sorted(descendants([parent]) - {parent}):
        with contextlib.suppress(psutil.Error):
            if argument.search(" ".join(psutil.Process(pid).cmdline())):
                return pid
    return None


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process, unless it has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
