"""The whole local stack: emulators, functions, stand-ins and workers, started and ended as one.

    with Stack(offset=1000, workers=2) as stack:
        stack.environment          # what a client of this stack needs in its environment
        stack.workers[0].signal(signal.SIGKILL)

`seed` writes the first documents and accounts, and again when an emulator has lost its data.
Entering returns when everything is ready; leaving ends every process, Java's too.
"""

import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
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
from emulator.cli_emulators import CliEmulator, cli_emulators
from emulator.firebase_cli import FirebaseCli, one_at_a_time
from emulator.found import NotFound
from emulator.java import find_java, java_environment
from emulator.ports import HOST, Ports, require_free
from emulator.process import Process
from emulator.stack_environment import environment_of
from emulator.supervisor import Supervisor
from emulator.waiting import answers, wait_until

STAND_IN_SECONDS = 60.0
EMULATOR_SECONDS = 120.0
PROVISION_SECONDS = 120.0
PROVISION_TRIES = 3
STAND_INS = {"fcm": "fcm", "twilio": "twilio", "smtp": "smtp_web", "storage": "storage"}
"""Each is a module of `emulator` and a process of this name; its control is on this port."""

Say = Callable[[str], None]


class StackEnded(Exception):
    """The stack was told to end during its set-up."""


class Stack:
    """A running local stack.

    Attributes:
        ports: where everything listens.
        environment: the variables by which a client, a worker or a test reaches this stack.
        workers: a handle for each worker process; kill them, stop them, start them again. With
            `campaigns_apart` there are `workers` processes for chats and as many for campaigns.
        emulators: a handle for the Firestore and the Pub/Sub emulator, by name.
        supervisor: restarts what dies, unless `restart` is false.
    """

    def __init__(
        self,
        *,
        offset: int = 0,
        workers: int = 1,
        campaigns_apart: bool = False,
        functions: bool = True,
        restart: bool = False,
        root: Path = ROOT,
        say: Say = lambda line: None,
        seed: Callable[[Mapping[str, str]], None] = lambda environment: None,
    ) -> None:
        self.root = root
        self._seed = seed
        self.offset = offset
        self.ports = Ports.at(offset)
        self.logs = STATE / ("logs" if offset == 0 else f"logs-{offset}")
        self.environment = environment_of(self.ports, offset)
        self.say = say
        tools = self._tool_environment()
        self.firebase = FirebaseCli(root, self.ports, offset, self.logs, functions, tools)
        self.emulators = cli_emulators(
            root,
            self.ports,
            functions="functions" in self.firebase.emulators,
            cli=self.firebase.process,
            logs=self.logs,
            environment=tools,
        )
        self.stand_ins = {name: self._python(name, f"emulator.{name}") for name in STAND_INS}
        kinds = (
            {"worker": "chat", "campaigns": "campaigns"} if campaigns_apart else {"worker": "all"}
        )
        self.workers = [
            self._python(f"{name}-{number}", "workers", queues)
            for name, queues in kinds.items()
            for number in range(1, workers + 1)
        ]
        # Parts that restart fast come before slow ones.
        watched = [*self.stand_ins.values(), *self.workers, *self.emulators.values()]
        self.supervisor = Supervisor([*watched, self.firebase.process], restart=restart, say=say)
        self.supervisor.on_restart |= {
            self.firebase.process.name: self._firebase_again,
            self.emulators["firestore"].name: self._firestore_again,
            self.emulators["pubsub"].name: self._pubsub_again,
            **{name: partial(self._stand_in_again, name) for name in STAND_INS},
        }

    @property
    def addresses(self) -> dict[str, str]:
        """Return the name and the address of each part."""
        ports = self.ports
        found = {name: f"{HOST}:{ports.by_name()[name]}" for name in self.firebase.emulators}
        stand_ins = {name: self._control_of(name) for name in STAND_INS}
        return {**found, **stand_ins, "logs": str(self.logs)}

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
        """End everything, workers first, so that they can return their messages."""
        self.supervisor.close()
        children = [*self.workers, self.firebase.process, *self.stand_ins.values()]
        for process in children:
            process.ask_to_stop()
        for process in (*children, *self.emulators.values()):
            process.end()

    def start_worker(self, number: int = 0) -> Process:
        """Restart an ended worker, with its name and log."""
        worker = self.workers[number]
        worker.start()
        return worker

    def _start(self) -> None:
        started = time.monotonic()
        self.say("Starting the emulators and the functions ...")
        for stand_in in self.stand_ins.values():
            stand_in.start()
        with one_at_a_time(self._require_up, self.say):
            self.firebase.process.start()
            self.firebase.await_ready(self.say)
        for name in STAND_INS:
            self._await_stand_in(name)
        self._adopt_emulators()
        self.say(f"  ready after {time.monotonic() - started:.0f} s; making the topics ...")
        self.provision()
        self._seed(self.environment)
        for worker in self.workers:
            worker.start()
        self.supervisor.start()
        self.say(f"  done after {time.monotonic() - started:.0f} s")

    def provision(self) -> None:
        """Create topics and subscriptions as `parley/queues.py` declares them."""
        command = Path(sys.executable).parent / "parley"
        process = self._process("provision", [str(command), "provision"])
        # On a busy machine the emulator may not answer in time; a repeat continues.
        for _ in range(PROVISION_TRIES):
            process.start()
            try:
                self._wait(
                    lambda: not process.running, seconds=PROVISION_SECONDS, what="the topics"
                )
            finally:
                process.end()
            if process.status == 0:
                return
        process.require_running()

    def _firebase_again(self) -> None:
        """Set up a restarted CLI: emulators are in memory, so the project is empty."""
        self.firebase.await_ready(self.say, self._require_up)
        self._adopt_emulators()
        self.provision()
        self._seed(self.environment)
        self.say(
            "The emulators are back, empty: documents, accounts and queued messages are lost. "
            "Rules, triggers, topics and subscriptions are set up again."
        )

    def _firestore_again(self) -> None:
        self._await_emulator(self.emulators["firestore"])
        if "functions" in self.firebase.emulators:
            self.firebase.register_triggers()
        self._seed(self.environment)
        self.say(
            "The firestore emulator is back, empty: all documents are lost, accounts are kept. "
            "Rules and triggers are set up again."
        )

    def _pubsub_again(self) -> None:
        self._await_emulator(self.emulators["pubsub"])
        self.provision()
        self.say(
            "The pubsub emulator is back: queued messages are lost, and what stands undone in "
            "Firestore is queued again. Topics and subscriptions are set up again."
        )

    def _stand_in_again(self, name: str) -> None:
        self._await_stand_in(name)
        self.say(f"{name} is back: its log and its faults are lost.")

    def _await_stand_in(self, name: str) -> None:
        self._await(self.stand_ins[name], f"{self._control_of(name)}/_/faults")

    def _control_of(self, name: str) -> str:
        return f"http://{HOST}:{self.ports.by_name()[STAND_INS[name]]}"

    def _adopt_emulators(self) -> None:
        for emulator in self.emulators.values():
            emulator.adopt()

    def _await_emulator(self, emulator: CliEmulator) -> None:
        self._await(emulator, f"http://{HOST}:{emulator.port}/", seconds=EMULATOR_SECONDS)

    def _await(self, process: Process, url: str, *, seconds: float = STAND_IN_SECONDS) -> None:
        def ready() -> bool:
            process.require_running()
            return answers(url)

        self._wait(ready, seconds=seconds, what=f"{process.name} at {url}")

    def _wait(self, condition: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Wait for a condition, but stop when the stack ends."""

        def holds() -> bool:
            self._require_up()
            return condition()

        wait_until(holds, seconds=seconds, what=what)

    def _require_up(self) -> None:
        if self.supervisor.closing:
            raise StackEnded("The stack ends.")

    def _needed_ports(self) -> dict[str, int]:
        stand_ins = {*STAND_INS, *STAND_INS.values()}
        needed = {"hub", "logging", "firestore_websocket", *stand_ins, *self.firebase.emulators}
        if "functions" in needed:
            needed |= {"eventarc", "tasks"}
        return {name: port for name, port in self.ports.by_name().items() if name in needed}

    def _python(self, name: str, *module: str) -> Process:
        return self._process(name, [sys.executable, "-m", *module])

    def _process(self, name: str, command: list[str]) -> Process:
        log = self.logs / f"{name}.log"
        return Process(name, command, log=log, environment=self.environment, cwd=self.root)

    def _tool_environment(self) -> dict[str, str]:
        """Return the variables for Java and the emulators' binaries, for the Firebase CLI."""
        found = java_environment(find_java().path)
        for variable, find in (
            (FIRESTORE_VARIABLE, find_firestore),
            (PUBSUB_VARIABLE, find_pubsub),
        ):
            try:
                found[variable] = str(find().path)
            except NotFound:
                # With a network, the CLI downloads missing emulators.
                self.say(f"{variable}: none found, the Firebase CLI will download it.")
        own = {
            k: v
            for k, v in self.environment.items()
            if k.startswith(("PARLEY_", "TWILIO_", "STORAGE_"))
        }
        return {**own, **found}
