"""Rules with probes in them: which tests make a request that a widened rule would judge?"""

from collections.abc import Collection
from dataclasses import dataclass

from tests.rules_quality.coverage import Coverage, Place
from tests.rules_quality.mutant import Probe


@dataclass(frozen=True)
class Insertion:
    """A probe, and where it stands in the text that it was put into."""

    probe: Probe
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.probe.code)


@dataclass(frozen=True)
class Instrumented:
    """The text with its probes. It judges as the text without them does."""

    text: str
    insertions: tuple[Insertion, ...]

    def told_apart(self, coverage: Coverage) -> tuple[Coverage, dict[Probe, int]]:
        """The coverage of the text as it was, and how many requests each probe has seen."""
        own: Coverage = {}
        requests: dict[Probe, int] = {}
        for place, seen in coverage.items():
            probe = self._probe_at(place)
            if probe is None:
                own[self._place_before(place)] = seen
            else:
                requests[probe] = max(requests.get(probe, 0), seen.times)
        return own, requests

    def _probe_at(self, place: Place) -> Probe | None:
        inside = (it.probe for it in self.insertions if it.start <= place[0] < it.end)
        return next(inside, None)

    def _place_before(self, place: Place) -> Place:
        shift = sum(len(it.probe.code) for it in self.insertions if it.start < place[0])
        return place[0] - shift, place[1] - shift


def instrumented(text: str, probes: Collection[Probe]) -> Instrumented:
    pieces: list[str] = []
    insertions: list[Insertion] = []
    length, copied = 0, 0
    for probe in sorted(set(probes), key=lambda probe: (probe.at, probe.code)):
        pieces += [text[copied : probe.at], probe.code]
        length += probe.at - copied
        insertions.append(Insertion(probe, length))
        length += len(probe.code)
        copied = probe.at
    return Instrumented("".join([*pieces, text[copied:]]), tuple(insertions))
