"""Watch the stack's processes: restart dead ones and report problems."""

import functools
import re
import threading
import time
from collections.abc import Callable, Sequence

from emulator.process import Process
from emulator.process_table import process_table

LOOK_SECONDS = 0.25
FAMILY_SECONDS = 2.0
HEALTHY_SECONDS = 5.0
SLOW_RESTART_SECONDS = 5.0
QUICK_DEATHS = 3
FOLLOW_UP_TRIES = 3
FOLLOW_UP_SECONDS = 1.0
CLOSE_SECONDS = 15.0
PROBLEM = re.compile(r'"severity": ?"(ERROR|CRITICAL|ALERT|EMERGENCY)"|Traceback \(most recent')


class Supervisor:
    """A thread that checks every process four times a second, in order.

    A dead process is back within a second. One that dies again at once, three times in a row, is
    then tried every five seconds, so that a broken edit does not fill the terminal.
    """

    def __init__(
        self, processes: Sequence[Process], *, restart: bool, say: Callable[[str], None]
    ) -> None:
        self.on_restart: dict[str, Callable[[], None]] = {}
        self._processes = processes
        self._restart = restart
        self._say = say
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._follow_ups: list[threading.Thread] = []
        self._deaths = dict.fromkeys((process.name for process in processes), 0)
        self._problems: set[str] = set()
        self._read = dict.fromkeys((process.name for process in processes), 0)

    def start(self) -> None:
        self._thread.start()

    @property
    def closing(self) -> bool:
        """Return whether the stack ends, so that `on_restart` should stop."""
        return self._closing.is_set()

    def close(self) -> None:
        """Stop watching; nothing is started after this returns."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        for thread in self._follow_ups:
            # Each checks `closing`; one that waits for an answer starts nothing afterwards.
            thread.join(CLOSE_SECONDS)

    def _watch(self) -> None:
        family_at = 0.0
        while not self._closing.wait(LOOK_SECONDS):
            if time.monotonic() > family_at:
                family_at = time.monotonic() + FAMILY_SECONDS
                self._guarded(self.look_at_families)
            for process in self._processes:
                self._guarded(functools.partial(self._look_at, process))

    def _guarded(self, look: Callable[[], None]) -> None:
        """Check a process; report an error once, and continue with the others."""
        try:
            look()
        except Exception as error:
            problem = f"The supervisor: {error!r}"
            if problem not in self._problems:
                self._problems.add(problem)
                self._say(problem)

    def _look_at(self, process: Process) -> None:
        self._tell_problems(process)
        if self._restart and process.expected and not process.running and self._due(process):
            self._revive(process)

    def look_at_families(self) -> None:
        """Note the descendants of all processes, to find them if their parent dies."""
        table = process_table()
        for process in self._processes:
            process.remember_family(table)

    def _due(self, process: Process) -> bool:
        if process.since_start > HEALTHY_SECONDS:
            self._deaths[process.name] = 0
        if self._deaths[process.name] < QUICK_DEATHS:
            return True
        return process.since_start > SLOW_RESTART_SECONDS

    def _revive(self, process: Process) -> None:
        self._deaths[process.name] += 1
        ended = "died" if process.status is None else f"ended with {process.status}"
        self._say(f"{process.name} {ended}; starting it again.")
        if self._deaths[process.name] == 1 and process.status not in (None, 0, -9, -15):
            self._say(process.log_tail(15))
        process.end_remains(grace_seconds=0)
        process.start()
        if again := self.on_restart.get(process.name):
            # In a thread of its own, so that the watch continues.
            thread = threading.Thread(target=self._follow_up, args=(process, again), daemon=True)
            self._follow_ups = [*filter(threading.Thread.is_alive, self._follow_ups), thread]
            thread.start()

    def _follow_up(self, process: Process, again: Callable[[], None]) -> None:
        started = process.pid
        for _ in range(FOLLOW_UP_TRIES):
            try:
                again()
                return
            except Exception as error:
                # A process that died again has a follow-up of its own.
                if self.closing or process.pid != started:
                    return
                self._say(f"{process.name}: {error}")
            if self._closing.wait(FOLLOW_UP_SECONDS):
                return
        self._say(f"{process.name} runs, and is not set up. Stop the stack, and start it again.")

    def _tell_problems(self, process: Process) -> None:
        """Repeat errors of a log on the terminal; the rest stays in the log."""
        if not process.log.exists() or process.log.stat().st_size <= self._read[process.name]:
            return
        with process.log.open(errors="replace") as log:
            log.seek(self._read[process.name])
            text = log.read()
            self._read[process.name] = log.tell()
        for line in text.splitlines():
            if PROBLEM.search(line):
                self._say(f"{process.name}: {line.strip()[:500]}")
