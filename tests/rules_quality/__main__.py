"""Try every mutant of the security rules on the rules' tests: `make test-rules-mutants`.

Ends with 1 if a mutant survived that `equivalents.toml` does not explain.
"""

import argparse
import os
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from tests.rules.acting import RULES
from tests.rules_quality import syntax
from tests.rules_quality.hunt import Hunt, NotGreen
from tests.rules_quality.journal import Entry, Journal, state_of
from tests.rules_quality.mutant import Mutant
from tests.rules_quality.mutants import mutants_of
from tests.rules_quality.processes import Processes
from tests.rules_quality.trying import Verdict

ROOT = RULES.parents[1]
KEPT = ROOT / ".parley" / "rules-mutants"
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
FOLDERS = ("tests/rules",)
PROGRESS_EVERY = 25


def equivalents() -> dict[str, str]:
    """Mutants that change no verdict, each with the reason why."""
    listed = tomllib.loads(EQUIVALENTS.read_text())
    return {
        name: group["reason"].strip() for group in listed["equivalent"] for name in group["mutants"]
    }


def chosen(mutants: list[Mutant], options: argparse.Namespace, journal: Journal) -> list[Mutant]:
    """The mutants that the options ask for; those with a known verdict are left out."""
    known = {} if options.survivors else journal.known()
    kept = [mutant for mutant in mutants if mutant.name not in known]
    if options.survivors:
        survivors = journal.survivors()
        kept = [mutant for mutant in kept if mutant.name in survivors]
    if options.lines:
        first, _, last = options.lines.partition("-")
        kept = [m for m in kept if int(first) <= m.line <= int(last or first)]
    if options.only_changed:
        lines = changed_lines()
        kept = [mutant for mutant in kept if mutant.line in lines]
    if not options.equivalents:
        explained = equivalents()
        kept = [mutant for mutant in kept if mutant.name not in explained]
    return kept


def changed_lines() -> set[int]:
    """Lines of the rules that differ from the last commit."""
    command = ["git", "diff", "--unified=0", "HEAD", "--", str(RULES)]
    diff = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines: set[int] = set()
    for start, count in re.findall(r"^@@ \S+ \+(\d+)(?:,(\d+))? @@", diff, re.MULTILINE):
        lines |= set(range(int(start), int(start) + int(count or 1)))
    return lines


def hunt(text: str, mutants: list[Mutant], options: argparse.Namespace, journal: Journal) -> None:
    session = Hunt(
        text, lambda: Processes(options.processes, FOLDERS, KEPT), killers=journal.killers()
    )
    tests = sum(len(chunk) for chunk in session.tests)
    print(f"{len(mutants)} mutants, {tests} tests in {len(session.tests)} chunks")
    began = time.monotonic()

    def counting(done: int, of: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == of:
            print(f"  counted {done}/{of} chunks, {time.monotonic() - began:.0f} s", flush=True)

    session.count(mutants, counting)
    verdicts: Counter[Verdict] = Counter()
    for done, found in enumerate(session.verdicts(mutants), start=1):
        journal.add(found)
        verdicts[found.verdict] += 1
        if found.verdict is not Verdict.KILLED:
            print(f"  {found.verdict.value}: line {found.mutant.line}, {found.mutant.name}")
        if done % PROGRESS_EVERY == 0 or done == len(mutants):
            counts = ", ".join(f"{count} {verdict.value}" for verdict, count in verdicts.items())
            passed = time.monotonic() - began
            print(f"  {done}/{len(mutants)}: {counts}, {passed:.0f} s", flush=True)


def report(mutants: list[Mutant], known: dict[str, Entry]) -> int:
    """Print the sum over all mutants and answer the exit status."""
    explained = equivalents()
    there = {mutant.name for mutant in mutants}
    verdicts = Counter(
        "equivalent"
        if mutant.name in explained and verdict(known, mutant) != Verdict.KILLED.value
        else verdict(known, mutant)
        for mutant in mutants
    )
    print(f"\n{len(mutants)} mutants: " + ", ".join(f"{n} {v}" for v, n in verdicts.most_common()))
    wrong = [
        f"line {mutant.line}, {mutant.name}: {verdict(known, mutant)} {known[mutant.name].test}"
        for mutant in mutants
        if mutant.name not in explained
        and verdict(known, mutant) not in (Verdict.KILLED.value, "not tried")
    ]
    stale = [name for name in explained if name not in there]
    stale += [name for name in explained if name in known and known[name].verdict == "killed"]
    for title, lines in (("Not killed:", wrong), ("In equivalents.toml, but no such:", stale)):
        if lines:
            print(title, *lines, sep="\n  ")
    return 1 if wrong or stale else 0


def verdict(known: dict[str, Entry], mutant: Mutant) -> str:
    return known[mutant.name].verdict if mutant.name in known else "not tried"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rules_quality", description=__doc__)
    parser.add_argument("--lines", metavar="A-B", help="only mutants of these lines of the rules")
    parser.add_argument("--only-changed", action="store_true", help="only of lines not committed")
    parser.add_argument("--survivors", action="store_true", help="only what survived the last time")
    parser.add_argument("--equivalents", action="store_true", help="try equivalents.toml's too")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--list", action="store_true", help="name the mutants and end")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args(arguments)

    text = RULES.read_text()
    mutants = mutants_of(syntax.read(text))
    journal = Journal(KEPT / "journal.jsonl", state_of(RULES, *(ROOT / it for it in FOLDERS)))
    if options.fresh:
        journal.begin_anew()
    wanted = chosen(mutants, options, journal)
    if options.list:
        print(*(f"{mutant.line}: {mutant.name}" for mutant in wanted), sep="\n")
        return 0
    if wanted:
        try:
            hunt(text, wanted, options, journal)
        except NotGreen as failure:
            print(f"The tests fail on the rules as they are.\n{failure}")
            return 2
    return report(mutants, journal.known())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
