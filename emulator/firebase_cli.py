"""Start the Firebase CLI with its emulators, and find out when it is ready.

It prints "All emulators ready" even if the functions failed to load, so that is not enough.
"""

import fcntl
import json
import os
import re
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from emulator.binaries import ROOT
from emulator.firebase_config import emulators_of, write_derived
from emulator.ports import HOST, PROJECT, Ports
from emulator.process import Process
from emulator.waiting import wait_until

READY_SECONDS = 300.0
DISCOVERY_SECONDS = 60
CALLS_AT_ONCE = 4
"""Of all functions together; the others wait in order."""

PROGRESS_SECONDS = 10.0
LAZY_VALIDATORS = ROOT / "emulator" / "lazy_validators.cjs"
ALL_READY = "All emulators ready"
FUNCTIONS_LOADED = "Loaded functions definitions"
FUNCTIONS_FAILED = "Failed to load function definition"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def one_at_a_time(
    require_up: Callable[[], None],
    say: Callable[[str], None],
    folder: Path | None = None,
) -> Iterator[None]:
    """Let one CLI of this machine start at a time; say so if another one is first.

    To learn what functions there are, it serves them on the first free port from 8081. Two that do
    so at the same time take the same port, and one reads the functions of the other, or nothing.
    """
    folder = folder or Path(tempfile.gettempdir())
    with (folder / f"parley-functions-{os.getuid()}").open("w") as file:
        says = iter(["  another stack of this machine is starting; this one waits for it ..."])

        def is_ours() -> bool:
            require_up()
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                for line in says:
                    say(line)
                return False
            return True

        wait_until(is_ours, seconds=READY_SECONDS, what="the start of another stack")
        yield


class FunctionsFailed(Exception):
    """The functions could not be loaded; the message has the CLI's output."""


class FirebaseCli:
    """`firebase emulators:start` for one offset."""

    def __init__(
        self,
        root: Path,
        ports: Ports,
        offset: int,
        logs: Path,
        functions: bool,
        environment: dict[str, str],
    ) -> None:
        self.ports = ports
        config = write_derived(root, ports, offset, functions)
        self.emulators = emulators_of(json.loads(config.read_text()))
        command = [
            "node",
            f"--require={LAZY_VALIDATORS}",
            str(root / "node_modules" / ".bin" / "firebase"),
            "emulators:start",
            f"--project={PROJECT}",
            f"--config={config}",
            f"--only={','.join(self.emulators)}",
            "--log-verbosity=INFO",
        ]
        quiet = {"CI": "1", "METADATA_SERVER_DETECTION": "none", "NO_UPDATE_NOTIFIER": "1"}
        # Emulators that others started must not be mistaken for these.
        own = {"FIRESTORE_EMULATOR_HOST": "", "PUBSUB_EMULATOR_HOST": ""}
        # gunicorn, which serves the functions, would take our `WORKERS=0` for its own. With threads
        # it keeps a connection for 2 s, but the CLI reuses it for 5: 2 of 60 events that came some
        # 2 s after another were lost ("socket hang up"). Without threads it closes each, and the
        # CLI sends a process one request at a time anyway.
        own |= {"WORKERS": "1", "THREADS": "1"}
        # Seconds to load the functions; the CLI's 10 are too few on a busy or cold machine.
        own |= {"FUNCTIONS_DISCOVERY_TIMEOUT": str(DISCOVERY_SECONDS)}
        # For each call at the same time it starts another process of the function, with 80 MB and
        # seconds of CPU; its own limit is 50, which a campaign's status callbacks would reach.
        own |= {"FUNCTIONS_EMULATOR_PARALLEL": str(CALLS_AT_ONCE)}
        self.process = Process(
            "firebase",
            command,
            log=logs / "firebase.log",
            environment={**own, **quiet, **environment},
            cwd=root,
            stop_signal=signal.SIGINT,
        )

    def await_ready(
        self, say: Callable[[str], None], require_up: Callable[[], None] = lambda: None
    ) -> None:
        """Return when all emulators of this start answer and the functions are loaded.

        `require_up` raises when the stack ends meanwhile.
        """
        started = told_at = time.monotonic()

        def ready() -> bool:
            nonlocal told_at
            require_up()
            if (now := time.monotonic()) - told_at > PROGRESS_SECONDS:
                told_at = now
                lines = [line for line in self._said().splitlines() if line.strip()]
                say(f"  {now - started:.0f} s; the CLI says: {lines[-1][:100] if lines else ''}")
            return self._ready()

        wait_until(ready, seconds=READY_SECONDS, what="the Firebase emulators")
        self.process.remember_family()

    def register_triggers(self) -> None:
        """Let the functions emulator register its triggers with an empty Firestore.

        It uses the hub, whose "disable" makes the next "enable" register every trigger again.
        """
        before = len(self._said())
        for what in ("disableBackgroundTriggers", "enableBackgroundTriggers"):
            asked = Request(f"http://{HOST}:{self.ports.hub}/functions/{what}", method="PUT")
            with urlopen(asked, timeout=DISCOVERY_SECONDS):
                pass
        # The hub succeeds even if they could not be loaded.
        if FUNCTIONS_FAILED in (said := self._said()[before:]):
            raise FunctionsFailed(excerpt(said, FUNCTIONS_FAILED))
        # The CLI replaces the functions' processes, but ends only their shells.
        self.process.end_strays()

    def _said(self) -> str:
        return COLOURS.sub("", self.process.said())

    def _ready(self) -> bool:
        self.process.require_running()
        said = self._said()
        if FUNCTIONS_FAILED in said:
            raise FunctionsFailed(excerpt(said, FUNCTIONS_FAILED))
        return ALL_READY in said and ("functions" not in self.emulators or FUNCTIONS_LOADED in said)


def excerpt(text: str, word: str, before: int = 15, after: int = 15) -> str:
    """Return the lines around the first that contains `word`."""
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if word in line)
    return "\n".join(lines[max(0, place - before) : place + after])
