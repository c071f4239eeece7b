"""Mutants of `allow` and `match`: other methods, documents further below, other collections."""

import re
from collections.abc import Iterator

from tests.rules_quality.mutant import BASE, Mutant, Probe, Sensitive
from tests.rules_quality.reachable import can_allow
from tests.rules_quality.syntax import Allow, Match, Rules

METHODS = {
    "get": {"get"},
    "list": {"list"},
    "read": {"get", "list"},
    "create": {"create"},
    "update": {"update"},
    "delete": {"delete"},
    "write": {"create", "update", "delete"},
}
"""What each word of an `allow` stands for."""

NEVER = "1 == 2"
"""Never true, and counted by the emulator, which does not count `false`."""

_LITERAL = re.compile(r"(?<=/)[\w-]+")


def of_allow(rules: Rules, allow: Allow) -> Iterator[Mutant]:
    """The `allow` without its condition, gone, for each other method that it can be true of, and
    for all below."""
    where = f"{allow.path.removeprefix(BASE)} {', '.join(allow.methods)}"
    line = rules.line(allow.start)
    condition = allow.condition
    code = rules.text[allow.start : allow.end]
    decision = rules.text[condition.start : condition.end]

    for instead, sensitive in (
        ("true", Sensitive.UNLESS_TRUE),
        ("false", Sensitive.UNLESS_FALSE),
    ):
        name = f"{where}: {instead}"
        yield Mutant(name, line, condition.start, condition.end, instead, condition, sensitive)
    if len(allow.methods) > 1:
        for dropped in allow.methods:
            methods = ", ".join(method for method in allow.methods if method != dropped)
            instead = f"allow {methods}: if {decision};"
            name = f"{where}: not {dropped}"
            yield Mutant(name, line, allow.start, allow.end, instead, condition)

    covered = set().union(*(METHODS[method] for method in allow.methods))
    for method in sorted(METHODS["read"] | METHODS["write"]):
        if method not in covered and can_allow(rules, condition, method):
            instead = f"allow {', '.join([*allow.methods, method])}: if {decision};"
            probe = Probe(allow.start, f"allow {method}: if {NEVER}; ")
            name = f"{where}: {method} too"
            yield Mutant(name, line, allow.start, allow.end, instead, probe)

    below = "match /{below=**} { %s } "
    probe = Probe(allow.start, below % f"allow {', '.join(allow.methods)}: if {NEVER};")
    instead = f"{below % code}{code}"
    yield Mutant(f"{where}: below it too", line, allow.start, allow.end, instead, probe)


def of_match(rules: Rules, match: Match) -> Iterator[Mutant]:
    """Any collection where the path names one."""
    code = rules.text[match.path_start : match.path_end]
    for literal in _LITERAL.finditer(code):
        instead = code[: literal.start()] + "{anywhere}" + code[literal.end() :]
        probe = Probe(match.start, f"match {instead} {{ allow read, write: if {NEVER}; }} ")
        yield Mutant(
            f"{match.path.removeprefix(BASE)}: any collection for {literal[0]}",
            rules.line(match.start),
            match.path_start,
            match.path_end,
            instead,
            probe,
        )
