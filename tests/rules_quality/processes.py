"""Several processes that try rules on one emulator, fed from one queue."""

import multiprocessing
import os
import queue
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType

from tests import emulators
from tests.rules_quality.trying import Outcome, Outcomes, Tests, Tries, Try, try_rules

LOOK_SECONDS = 5.0
"""How often it is seen whether the processes still live."""


class Processes:
    """A context in which tries can be made. `tests` names the tests of each chunk."""

    def __init__(self, count: int, folders: Sequence[str], logs: Path) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._tries: Tries = self._spawn.Queue()
        self._outcomes: Outcomes = self._spawn.Queue()
        logs.mkdir(parents=True, exist_ok=True)
        self._workers = [
            self._spawn.Process(
                target=try_rules,
                args=(self._tries, self._outcomes, folders, logs / f"process-{number}.log"),
            )
            for number in range(count)
        ]
        self._logs = logs
        # Within a run of tests the emulator of that run serves.
        self._own_session = emulators.SESSION_VARIABLE not in os.environ
        self.tests: Tests = []

    def __enter__(self) -> "Processes":
        if self._own_session:
            emulators.open_session()
        try:
            for worker in self._workers:
                worker.start()
            collected = [self._next() for _ in self._workers]
            assert all(tests == collected[0] for tests in collected)
            assert isinstance(collected[0], list)
            self.tests = collected[0]
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def outcomes(self, tries: Iterable[Try]) -> Iterator[Outcome]:
        """What comes of the tries, in the order in which they end.

        A try is asked for when a process is free for it, so what came before may shape it.
        """
        wanted = iter(tries)
        under_way = 0
        for first in islice(wanted, len(self._workers)):
            self._tries.put(first)
            under_way += 1
        while under_way:
            outcome = self._next()
            assert isinstance(outcome, Outcome)
            under_way -= 1
            yield outcome
            for following in islice(wanted, 1):
                self._tries.put(following)
                under_way += 1

    def _next(self) -> Outcome | Tests:
        while True:
            try:
                return self._outcomes.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                if not all(worker.is_alive() for worker in self._workers):
                    raise RuntimeError(f"A process has ended; see {self._logs}/") from None

    def _end(self) -> None:
        for worker in self._workers:
            if worker.is_alive():
                worker.terminate()
            if worker.pid:
                worker.join()
        if self._own_session:
            emulators.close_session()
