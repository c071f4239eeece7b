"""Start, watch and end a child process together with its descendants.

The Firebase CLI puts its Java emulators into process groups of their own. So ending a child means
ending all of its descendants, including those whose parent has already died.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from emulator.process_table import Table, alive, descendants, process_table, send
from emulator.waiting import wait_until

GRACE_SECONDS = 10.0
KILL_SECONDS = 5.0
"""Seconds in which the system ends a killed process."""


class ProcessDied(Exception):
    """A process ended unexpectedly; the message has the end of its log."""


class Process:
    """One child: its command, its log file and its descendants.

    It can be started again after it ended; `pid` is then that of the new process.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.cwd = cwd
        self.stop_signal = stop_signal
        self._popen: subprocess.Popen[bytes] | None = None
        self._family: set[int] = set()
        self._asked = False
        self._log_start = 0
        self._started_at = 0.0

    @property
    def pid(self) -> int:
        if self._popen is None:
            raise ProcessDied(f"{self.name} was never started")
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def expected(self) -> bool:
        """Return whether it should run now; if it does not, a supervisor restarts it."""
        return True

    @property
    def status(self) -> int | None:
        """Return the exit status, None while it runs."""
        return None if self._popen is None else self._popen.poll()

    @property
    def since_start(self) -> float:
        """Return the seconds since its last start."""
        return time.monotonic() - self._started_at

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._log_start = out.tell()
            self._popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.cwd,
                start_new_session=True,
            )
        self._family = {self._popen.pid}
        self._asked = False
        self._started_at = time.monotonic()

    def include(self, pid: int) -> None:
        """Add another process to its family, to end with it."""
        self._family.add(pid)

    def remember_family(self, table: Table | None = None) -> None:
        """Note the present descendants, to find them if their parent dies."""
        own = set() if self._popen is None else {self._popen.pid}
        # Forget those that ended, because another program may get their id.
        self._family = own | descendants(self._family, table)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, but not to its descendants."""
        os.kill(self.pid, number)

    def wait(self, seconds: float = GRACE_SECONDS) -> int:
        """Wait for its end and return the exit status; `TimeoutError` at the deadline."""
        try:
            return self._popen.wait(seconds) if self._popen else 0
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"{self.name} still runs after {seconds:g} s") from None

    def ask_to_stop(self) -> None:
        """Tell it to end, without waiting."""
        if self.running:
            self.remember_family()
            # A stopped process handles no other signal until it continues.
            self.signal(signal.SIGCONT)
            self.signal(self.stop_signal)
            self._asked = True

    def end(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Ask it to stop, and kill the rest of its family after the grace period."""
        if self._popen is None:
            return
        if not self._asked:
            self.ask_to_stop()
        if self.running:
            try:
                self.wait(grace_seconds)
            except TimeoutError:
                self.signal(signal.SIGKILL)
                self.wait()
        self.end_remains(grace_seconds)

    def end_remains(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """End the descendants of an ended process; without grace they are killed at once."""
        self.remember_family()
        remains = set(alive(self._family))
        kinds = (signal.SIGTERM, signal.SIGKILL) if grace_seconds > 0 else (signal.SIGKILL,)
        for number in kinds:
            for pid in alive(remains):
                send(pid, number)
            try:
                wait_until(
                    lambda: not alive(remains),
                    seconds=grace_seconds or KILL_SECONDS,
                    what=f"{self.name} to end",
                )
            except TimeoutError:
                continue
            break
        self._family = set()

    def end_strays(self) -> None:
        """End the processes of its group whose parent has died."""
        table = process_table()
        family = descendants([self.pid], table)
        for pid in family - {self.pid}:
            entry = table.get(pid)
            if entry and entry.group == self.pid and entry.parent not in family:
                send(pid, signal.SIGTERM)

    def require_running(self) -> None:
        """Raise `ProcessDied` with the end of the log if it has ended."""
        if not self.running:
            raise ProcessDied(f"{self.name} ended with {self.status}:\n{self.log_tail()}")

    def said(self) -> str:
        """Return its output since the last start."""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def log_tail(self, lines: int = 30) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
