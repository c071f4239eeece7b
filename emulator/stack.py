"""The whole local stack: emulators, functions, stand-ins and workers, started and ended as one.

    with Stack(offset=1000, workers=2) as stack:
        stack.environment          # what a client of this stack needs in its environment
        stack.workers[0].signal(signal.SIGKILL)

Entering returns when everything is ready; leaving ends every process, Java's too.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from emulator.binaries import (
    FIRESTORE_VARIABLE,
    PUBSUB_VARIABLE,
    ROOT,
    STATE,
    find_firestore,
    find_pubsub,
)
from emulator.firebase_cli import FirebaseCli
from emulator.found import NotFound
from emulator.java import find_java, java_environment
from emulator.ports import HOST, OFFSET_VARIABLE, PROJECT, Ports, require_free
from emulator.process import Process
from emulator.supervisor import Supervisor
from emulator.waiting import answers, wait_until

STAND_IN_SECONDS = 20.0
PROVISION_SECONDS = 60.0
Say = Callable[[str], None]


class Stack:
    """A running local stack.

    Attributes:
        ports: where everything listens.
        environment: the variables by which a client, a worker or a test reaches this stack.
        workers: a handle for each worker process; kill them, stop them, start them again.
        supervisor: restarts what dies, unless `restart` is false.
    """

    def __init__(
        self,
        *,
        offset: int = 0,
        workers: int = 1,
        functions: bool = True,
        restart: bool = False,
        root: Path = ROOT,
        say: Say = lambda line: None,
    ) -> None:
        self.root = root
        self.offset = offset
        self.ports = Ports.at(offset)
        self.logs = STATE / ("logs" if offset == 0 else f"logs-{offset}")
        self.environment = environment_of(self.ports, offset)
        self.say = say
        self.firebase = FirebaseCli(
            root, self.ports, offset, self.logs, functions, self._tool_environment()
        )
        self.stand_ins = {"fcm": self._python("fcm", "emulator.fcm")}
        self.workers = [
            self._python(f"worker-{number}", "workers", "all") for number in range(1, workers + 1)
        ]
        self.supervisor = Supervisor(self._watched(), restart=restart, say=say)
        self.supervisor.on_restart[self.firebase.process.name] = self._firebase_again

    @property
    def addresses(self) -> dict[str, str]:
        """What to call each part, and where it is."""
        ports = self.ports
        found = {name: f"{HOST}:{ports.by_name()[name]}" for name in self.firebase.emulators}
        return {**found, "fcm": f"http://{HOST}:{ports.fcm}", "logs": str(self.logs)}

    def __enter__(self) -> Self:
        require_free(self._needed_ports())
        for log in self.logs.glob("*.log"):
            log.unlink()
        try:
            self._start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """End everything: workers first, so that they can still give back what they hold."""
        self.supervisor.close()
        for process in reversed(self._watched()):
            process.ask_to_stop()
        for process in reversed(self._watched()):
            process.end()

    def start_worker(self, number: int = 0) -> Process:
        """Start a worker again that ended; with its process handle's old name and log."""
        worker = self.workers[number]
        worker.start()
        return worker

    def _start(self) -> None:
        for stand_in in self.stand_ins.values():
            stand_in.start()
        self.firebase.process.start()
        self._await(self.stand_ins["fcm"], f"http://{HOST}:{self.ports.fcm}/_/faults")
        self.firebase.await_ready(self.say)
        self.provision()
        for worker in self.workers:
            worker.start()
        self.supervisor.start()

    def provision(self) -> None:
        """Create topics and subscriptions as `parley/queues.py` declares them."""
        command = Path(sys.executable).parent / "parley"
        process = self._process("provision", [str(command), "provision"])
        process.start()
        if process.wait(PROVISION_SECONDS) != 0:
            process.require_running()

    def _firebase_again(self) -> None:
        """The emulators hold everything in memory: a restart begins with an empty project."""
        self.firebase.await_ready(self.say)
        self.provision()
        self.say("The emulators are back, empty.")

    def _await(self, process: Process, url: str) -> None:
        def ready() -> bool:
            process.require_running()
            return answers(url)

        wait_until(ready, seconds=STAND_IN_SECONDS, what=f"{process.name} at {url}")

    def _watched(self) -> list[Process]:
        return [*self.stand_ins.values(), self.firebase.process, *self.workers]

    def _needed_ports(self) -> dict[str, int]:
        needed = {"hub", "logging", "firestore_websocket", "fcm", *self.firebase.emulators}
        if "functions" in needed:
            needed |= {"eventarc", "tasks"}
        return {name: port for name, port in self.ports.by_name().items() if name in needed}

    def _python(self, name: str, *module: str) -> Process:
        return self._process(name, [sys.executable, "-m", *module])

    def _process(self, name: str, command: list[str]) -> Process:
        log = self.logs / f"{name}.log"
        return Process(name, command, log=log, environment=self.environment, cwd=self.root)

    def _tool_environment(self) -> dict[str, str]:
        """Java and the emulators' binaries, for the Firebase CLI."""
        found = java_environment(find_java().path)
        for variable, find in (
            (FIRESTORE_VARIABLE, find_firestore),
            (PUBSUB_VARIABLE, find_pubsub),
        ):
            try:
                found[variable] = str(find().path)
            except NotFound:
                # With a network, the CLI downloads what is missing.
                self.say(f"{variable}: none found, the Firebase CLI will download it.")
        own = {k: v for k, v in self.environment.items() if k.startswith("PARLEY_")}
        return {**own, **found}


def environment_of(ports: Ports, offset: int) -> dict[str, str]:
    """The variables that lead to a stack on these ports."""
    return {
        "GCLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "FIRESTORE_EMULATOR_HOST": f"{HOST}:{ports.firestore}",
        "PUBSUB_EMULATOR_HOST": f"{HOST}:{ports.pubsub}",
        "FIREBASE_AUTH_EMULATOR_HOST": f"{HOST}:{ports.auth}",
        "PARLEY_FUNCTIONS_URL": f"http://{HOST}:{ports.functions}",
        "PARLEY_FCM_URL": f"http://{HOST}:{ports.fcm}",
        OFFSET_VARIABLE: str(offset),
        "PYTHONUNBUFFERED": "1",
    }
