"""Try each mutant of the security rules on the rules' tests: `make test-rules-mutants`.

The tests run once on the rules as they are, to record which of them evaluate what. Then each mutant
is a test of its own, which fails if the mutant survives.

  --lines A-B      only mutants of these lines of the rules
  --only-changed   only mutants of lines that differ from the last commit
  --equivalents    try the mutants of equivalents.toml too, which are expected to survive
  --lf             only the mutants that survived the last time
  --collect-only   list the mutants
  -n N             the number of processes; 2 without it

Any other option of pytest works too, such as `-k` or `-x`.
"""

import subprocess
import sys

from tests.rules.acting import RULES

ROOT = RULES.parents[1]
TESTS = "tests/rules"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-n2", "--dist=worksteal")
RECORDING = (*PYTEST, "-p", "tests.rules_quality.recording", "--record-each=10", TESTS)
MUTATION = (*PYTEST, "-p", "tests.rules_quality.mutation", str(RULES), TESTS)


def main(arguments: list[str]) -> int:
    """Record, then try the mutants; return the exit status of the first that fails."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return 0
    if "--collect-only" in arguments:
        return subprocess.call([*MUTATION, "-n0", *arguments], cwd=ROOT)
    if status := subprocess.call([*RECORDING, "-p", "no:cacheprovider"], cwd=ROOT):
        print("The tests fail on the rules as they are, so they cannot tell a mutant from them.")
        return status
    return subprocess.call([*MUTATION, *arguments], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
