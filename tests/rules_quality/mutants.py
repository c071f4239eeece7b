"""Rules with one thing wrong: what a reviewer might overlook, each once and everywhere.

A mutant lets more through (a condition dropped, a path or a method widened, a limit raised) or
less (an alternative dropped, a limit lowered, an `allow` gone). The first must fail a test that
expects a denial, the second one that expects a request to pass.
"""

from collections import Counter
from dataclasses import replace

from tests.rules_quality.mutant import BASE, Mutant
from tests.rules_quality.mutate_expressions import of_body
from tests.rules_quality.mutate_paths import of_allow, of_match
from tests.rules_quality.syntax import Rules


def mutants_of(rules: Rules) -> list[Mutant]:
    """Every mutant, in the order of the text; a name that comes again gets a number."""
    below = [match for match in rules.matches if match.path != BASE]
    made = [
        *(mutant for body in rules.bodies for mutant in of_body(rules, body)),
        *(mutant for allow in rules.allows for mutant in of_allow(rules, allow)),
        *(mutant for match in below for mutant in of_match(rules, match)),
    ]
    made.sort(key=lambda mutant: (mutant.line, mutant.start))
    times: Counter[str] = Counter()
    for number, mutant in enumerate(made):
        times[mutant.name] += 1
        if times[mutant.name] > 1:
            made[number] = replace(mutant, name=f"{mutant.name} ({times[mutant.name]})")
    return made
