"""Run one emulator without the Firebase CLI: in three seconds instead of thirteen.

`python -m emulator.single firestore --port 8080 --while PID` runs until it is stopped, or until the
process PID has ended. So a killed test run leaves nothing behind.
"""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from emulator.binaries import STATE, find_firestore, find_pubsub
from emulator.java import find_java, java_environment
from emulator.ports import HOST
from emulator.process import Process
from emulator.process_table import is_alive
from emulator.waiting import answers, wait_until
from parley.blocked_ports import is_blocked

START_SECONDS = 120.0
WATCH_SECONDS = 1.0


def emulator_command(kind: str, port: int) -> list[str]:
    """Return the command for the emulator of one product (`firestore` or `pubsub`) on a port."""
    if kind == "firestore":
        java = [str(find_java().path), "-Duser.language=en", "-jar", str(find_firestore().path)]
        return [*java, "--host", HOST, "--port", str(port)]
    if kind == "pubsub":
        return [str(find_pubsub().path), f"--host={HOST}", f"--port={port}"]
    raise ValueError(f"There is no single emulator called {kind!r}")


def single_emulator(kind: str, port: int, log: Path | None = None) -> Process:
    """Return the emulator of one product (`firestore` or `pubsub`), not yet started."""
    if is_blocked(port):
        raise ValueError(f"Port {port}: browsers and Node's fetch refuse to call it")
    command = emulator_command(kind, port)
    log = log or STATE / "logs" / f"single-{kind}-{port}.log"
    environment = java_environment(find_java().path)
    return Process(f"{kind} emulator", command, log=log, environment=environment)


def start_single(kind: str, port: int, log: Path | None = None) -> Process:
    """Start it and return when it answers; raise `ProcessDied` or `TimeoutError` if it does not."""
    process = single_emulator(kind, port, log)
    process.start()

    def ready() -> bool:
        process.require_running()
        return answers(f"http://{HOST}:{port}/")

    try:
        wait_until(ready, seconds=START_SECONDS, what=f"the {process.name} on port {port}")
    except BaseException:
        process.end()
        raise
    return process


def main(arguments: list[str]) -> int:
    """Run one emulator, print `ready` when it answers, and end it with its guardian process."""
    parser = argparse.ArgumentParser(prog="python -m emulator.single", description=__doc__)
    parser.add_argument("kind", choices=["firestore", "pubsub"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--while", dest="guardian", type=int, help="end when this process ends")
    chosen = parser.parse_args(arguments)

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    process = start_single(chosen.kind, chosen.port)
    try:
        print("ready", flush=True)
        while process.running and (chosen.guardian is None or is_alive(chosen.guardian)):
            try:
                process.wait(WATCH_SECONDS)
            except TimeoutError:
                continue
        return process.status or 0
    finally:
        process.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
