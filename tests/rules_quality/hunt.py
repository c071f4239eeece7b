"""The hunt for mutants that no test notices."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.rules_quality.coverage import Coverage, Place, Seen, merged, place_of
from tests.rules_quality.instrument import instrumented
from tests.rules_quality.mutant import Mutant, Probe, Sensitive
from tests.rules_quality.processes import Processes
from tests.rules_quality.trying import Outcome, Try, Verdict

TESTS_OF_ONE_EMULATOR = 5_000
"""It keeps the values of every expression until it ends: 3.7 GB after 7,000 tests, and at 6 it does
little but collect garbage."""

LATEST_KILLERS = 8


class NotGreen(Exception):
    """The tests fail on the rules as they are, so nothing can be told from a failure."""


@dataclass(frozen=True)
class Found:
    """What became of one mutant."""

    mutant: Mutant
    verdict: Verdict
    test: str
    """The test that failed, and what was wrong where that is not the rules' verdict."""
    tests_run: int


@dataclass(frozen=True)
class Evidence:
    """What the tests of one chunk made of the rules as they are."""

    coverage: Coverage
    requests: Mapping[Probe, int]


class Hunt:
    """Counts what each chunk of tests evaluates, then tries mutants on those that could tell.

    `begin` makes processes with an emulator of their own; both are replaced as the memory fills.
    `killers` names the test that an earlier hunt killed a mutant with.
    """

    def __init__(
        self, text: str, begin: Callable[[], Processes], killers: Mapping[str, str]
    ) -> None:
        self._text = text
        self._begin = begin
        with begin() as processes:
            self.tests = processes.tests
        self._chunk_of = {test: nth for nth, tests in enumerate(self.tests) for test in tests}
        self._evidence: list[Evidence] = []
        self._killers = killers
        self._latest: list[int] = []
        """The chunks that noticed a mutant, the latest first."""

    def count(self, mutants: Sequence[Mutant], progress: Callable[[int, int], None]) -> None:
        """Run every test once on the rules with probes in them; `NotGreen` if one fails."""
        probes = {mutant.anchor for mutant in mutants if isinstance(mutant.anchor, Probe)}
        with_probes = instrumented(self._text, probes)

        def counted(number: int) -> Try:
            return Try(number, with_probes.text, (number,), count=True)

        found: dict[int, Evidence] = {}
        for outcome in self._outcomes(len(self.tests), counted):
            if outcome.verdict is not Verdict.SURVIVED:
                raise NotGreen(f"{outcome.verdict.value}: {outcome.test} {outcome.said}")
            found[outcome.number] = Evidence(*with_probes.told_apart(outcome.coverage))
            progress(len(found), len(self.tests))
        self._evidence = [found[number] for number in range(len(self.tests))]

    def verdicts(self, mutants: Sequence[Mutant]) -> Iterator[Found]:
        """One for each mutant, in the order in which they are found."""
        places = merged(evidence.coverage for evidence in self._evidence)

        def mutated(number: int) -> Try:
            mutant = mutants[number]
            return Try(number, mutant.of(self._text), self._chunks(mutant, places))

        for outcome in self._outcomes(len(mutants), mutated):
            if outcome.verdict is Verdict.KILLED:
                killer = self._chunk_of[outcome.test]
                self._latest = [killer, *(it for it in self._latest if it != killer)]
            mutant = mutants[outcome.number]
            test = f"{outcome.test} {outcome.said}".strip()
            yield Found(mutant, outcome.verdict, test, outcome.tests_run)

    def _outcomes(self, count: int, made: Callable[[int], Try]) -> Iterator[Outcome]:
        """One for each number below `count`, of the try that is made of it.

        What broke is tried once more: the emulator drops a call now and then. What breaks twice in
        the same way is noticed: there are rules that the emulator cannot judge a query by.
        """
        waiting = deque(range(count))
        broken: dict[int, str] = {}
        while waiting:
            with self._begin() as processes:
                for outcome in _in_one_emulator(processes, waiting, made):
                    if outcome.verdict is not Verdict.BROKEN:
                        yield outcome
                    elif outcome.number not in broken:
                        broken[outcome.number] = outcome.said
                        waiting.append(outcome.number)
                    elif outcome.said == broken[outcome.number]:
                        yield replace(outcome, verdict=Verdict.KILLED, said="")
                    else:
                        yield outcome

    def _chunks(self, mutant: Mutant, places: Mapping[Place, Seen]) -> tuple[int, ...]:
        """The chunks that could notice the mutant, the likeliest first.

        That is the one which did before, then those which noticed the latest mutants, since
        neighbours mostly fall to the same tests.
        """
        telling = {
            number: count / len(self.tests[number])
            for number, evidence in enumerate(self._evidence)
            if (count := self._telling(mutant, evidence, places))
        }
        before = self._chunk_of.get(self._killers.get(mutant.name, ""))
        first = [it for it in (before, *self._latest[:LATEST_KILLERS]) if it in telling]
        others = sorted(telling, key=lambda number: -telling[number])
        return tuple(dict.fromkeys(it for it in (*first, *others) if it is not None))

    def _telling(self, mutant: Mutant, evidence: Evidence, places: Mapping[Place, Seen]) -> int:
        """How many evaluations of a chunk could come out otherwise."""
        if isinstance(mutant.anchor, Probe):
            return evidence.requests.get(mutant.anchor, 0)
        place = place_of(mutant.anchor, self._text, places)
        if place is None:
            return 1
        seen = evidence.coverage.get(place, Seen())
        match mutant.sensitive:
            case Sensitive.UNLESS_TRUE:
                return seen.times - seen.true
            case Sensitive.UNLESS_FALSE:
                return seen.times - seen.false
            case Sensitive.ALWAYS:
                return seen.times


def _in_one_emulator(
    processes: Processes, waiting: deque[int], made: Callable[[int], Try]
) -> Iterator[Outcome]:
    """Outcomes of what is waiting, until the emulator has had enough tests."""
    tests_run = 0

    def tries() -> Iterator[Try]:
        while waiting and tests_run < TESTS_OF_ONE_EMULATOR:
            yield made(waiting.popleft())

    for outcome in processes.outcomes(tries()):
        tests_run += outcome.tests_run
        yield outcome
