"""The emulators that the Firebase CLI runs as processes of their own: Firestore and Pub/Sub.

When one is killed, the CLI only logs a warning and continues without it. So these processes are
watched too, and one that dies alone is restarted on its port. The CLI, the functions, the accounts
and the other emulator keep running.
"""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from emulator.ports import HOST, PROJECT, Ports
from emulator.process import GRACE_SECONDS, Process
from emulator.process_table import Table, child_on_port, is_alive
from emulator.single import emulator_command


class CliEmulator(Process):
    """One emulator: the CLI's child first, and ours after its first death.

    A process that we start joins the CLI's family, so it ends with the CLI.
    """

    def __init__(
        self,
        name: str,
        *,
        port: int,
        command: Callable[[], list[str]],
        cli: Process,
        log: Path,
        environment: Mapping[str, str],
        cwd: Path,
    ) -> None:
        super().__init__(name, [], log=log, environment=environment, cwd=cwd)
        self.port = port
        self._make_command = command
        self._cli = cli
        self._cli_pid: int | None = None
        self._child: int | None = None

    def adopt(self) -> None:
        """Watch the CLI's child on this emulator's port; a missing one counts as dead."""
        if self._child is None:
            # Ours ended with the previous CLI; collect its exit status.
            super().end()
        self._popen = None
        self._child = child_on_port(self._cli.pid, self.port)
        self._cli_pid = self._cli.pid
        self._started_at = time.monotonic()

    @property
    def expected(self) -> bool:
        """Return whether it should run, which is while its CLI runs."""
        return self._cli.running and self._cli.pid == self._cli_pid

    @property
    def pid(self) -> int:
        return super().pid if self._child is None else self._child

    @property
    def running(self) -> bool:
        return super().running if self._child is None else is_alive(self._child)

    @property
    def status(self) -> int | None:
        """Return our own child's exit status; the status of the CLI's child is unknown."""
        return super().status if self._child is None else None

    def start(self) -> None:
        """Start it outside the CLI, with the same port and arguments."""
        self.command = self._make_command()
        super().start()
        self._child = None
        self._cli.include(self.pid)

    def end(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """End our own child; the CLI ends its own."""
        if self._child is None:
            super().end(grace_seconds)

    def remember_family(self, table: Table | None = None) -> None:
        """Note our own child's descendants; the CLI's child belongs to the CLI's family."""
        if self._child is None:
            super().remember_family(table)


def cli_emulators(
    root: Path,
    ports: Ports,
    *,
    functions: bool,
    cli: Process,
    logs: Path,
    environment: Mapping[str, str],
) -> dict[str, CliEmulator]:
    """Return both emulators of a CLI by name, with the arguments that the CLI gives them."""
    rules = root / json.loads((root / "firebase.json").read_text())["firestore"]["rules"]
    flags = ["--project_id", PROJECT, "--rules", str(rules)]
    flags += ["--websocket_port", str(ports.firestore_websocket)]
    if functions:
        flags += ["--functions_emulator", f"{HOST}:{ports.functions}"]

    def emulator(kind: str, port: int, more: list[str]) -> CliEmulator:
        return CliEmulator(
            f"{kind} emulator",
            port=port,
            command=lambda: [*emulator_command(kind, port), *more],
            cli=cli,
            log=logs / f"{kind}.log",
            environment=environment,
            cwd=root,
        )

    return {
        "firestore": emulator("firestore", ports.firestore, flags),
        "pubsub": emulator("pubsub", ports.pubsub, []),
    }
