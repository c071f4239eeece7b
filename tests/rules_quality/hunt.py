"""The hunt for mutants that no test notices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.rules_quality.coverage import Coverage, Place, Seen, merged, place_of
from tests.rules_quality.instrument import instrumented
from tests.rules_quality.mutant import Mutant, Probe, Sensitive
from tests.rules_quality.processes import Processes
from tests.rules_quality.trying import Outcome, Try, Verdict


class NotGreen(Exception):
    """The tests fail on the rules as they are, so nothing can be told from a failure."""


@dataclass(frozen=True)
class Found:
    """What became of one mutant."""

    mutant: Mutant
    verdict: Verdict
    test: str
    tests_run: int


@dataclass(frozen=True)
class Evidence:
    """What the tests of one chunk made of the rules as they are."""

    coverage: Coverage
    requests: Mapping[Probe, int]


class Hunt:
    """Counts what each chunk of tests evaluates, then tries mutants on those that could tell."""

    def __init__(self, text: str, processes: Processes) -> None:
        self._text = text
        self._processes = processes
        self._evidence: list[Evidence] = []

    def count(self, mutants: Sequence[Mutant], progress: Callable[[int, int], None]) -> None:
        """Run every test once on the rules with probes in them; `NotGreen` if one fails."""
        probes = {mutant.anchor for mutant in mutants if isinstance(mutant.anchor, Probe)}
        with_probes = instrumented(self._text, probes)
        tries = [
            Try(number, with_probes.text, (number,), count=True)
            for number in range(len(self._processes.tests))
        ]
        found: dict[int, Evidence] = {}
        for outcome in self._outcomes(tries):
            if outcome.verdict is not Verdict.SURVIVED:
                raise NotGreen(f"{outcome.verdict.value}: {outcome.test}")
            found[outcome.number] = Evidence(*with_probes.told_apart(outcome.coverage))
            progress(len(found), len(tries))
        self._evidence = [found[number] for number in range(len(tries))]

    @property
    def coverage(self) -> Coverage:
        return merged(evidence.coverage for evidence in self._evidence)

    def verdicts(self, mutants: Sequence[Mutant]) -> Iterator[Found]:
        """One for each mutant, in the order in which they are found."""
        places = self.coverage
        tries = [
            Try(number, mutant.of(self._text), self._chunks(mutant, places))
            for number, mutant in enumerate(mutants)
        ]
        for outcome in self._outcomes(tries):
            mutant = mutants[outcome.number]
            yield Found(mutant, outcome.verdict, outcome.test, outcome.tests_run)

    def _outcomes(self, tries: Sequence[Try]) -> Iterator[Outcome]:
        """One for each try. What broke is tried again: the emulator drops a call now and then."""
        again = []
        for outcome in self._processes.outcomes(tries):
            if outcome.verdict is Verdict.BROKEN:
                again.append(tries[outcome.number])
            else:
                yield outcome
        yield from self._processes.outcomes(again)

    def _chunks(self, mutant: Mutant, places: Mapping[Place, Seen]) -> tuple[int, ...]:
        """The chunks that could notice the mutant, the likeliest first."""
        telling = {
            number: count / len(self._processes.tests[number])
            for number, evidence in enumerate(self._evidence)
            if (count := self._telling(mutant, evidence, places))
        }
        return tuple(sorted(telling, key=lambda number: -telling[number]))

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
