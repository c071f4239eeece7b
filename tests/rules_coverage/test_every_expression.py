"""Each boolean expression of the rules was seen true and seen false by the tests that just ran."""

import pytest

from tests.rules.acting import RULES
from tests.rules_quality import syntax
from tests.rules_quality.booleans import one_sided
from tests.rules_quality.coverage import Coverage, Seen
from tests.rules_quality.recording import FOLDER, kept


def test_every_expression_was_both_true_and_false() -> None:
    if not FOLDER.exists():
        pytest.skip("nothing is recorded yet: `make test-rules` does")
    coverage = kept()
    assert coverage, f"{FOLDER} is empty: run `make test-rules`, which records it"
    assert one_sided(syntax.read(RULES.read_text()), coverage) == {}


def test_an_expression_seen_one_way_only_is_found() -> None:
    text = """service cloud.firestore { match /databases/{database}/documents {
      match /notes/{id} { allow get: if id == 'a' && id.size() < 3; } } }"""
    rules = syntax.read(text)
    (left, right) = rules.allows[0].condition.parts
    seen: Coverage = {
        (left.start, left.end): Seen(true=2, false=1),
        (right.start, right.end): Seen(true=2, error=1),
    }
    assert list(one_sided(rules, seen)) == ["/notes/{id} get: `id.size() < 3`"]
