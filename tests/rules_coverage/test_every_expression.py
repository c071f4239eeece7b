"""Each boolean expression of the rules was both true and false in the tests that just ran."""

from collections import Counter

import pytest

from tests.rules.acting import RULES
from tests.rules_quality.coverage import Coverage, one_sided
from tests.rules_quality.recording import FOLDER, merge, read_records
from tests.rules_quality.syntax import parse


def test_every_expression_was_true_and_false() -> None:
    if not FOLDER.exists():
        pytest.skip("no coverage was recorded yet; run `make test-rules`")
    coverage = merge(read_records())
    assert coverage, f"{FOLDER} is empty: run `make test-rules`, which records the coverage"
    assert one_sided(parse(RULES.read_text()), coverage) == {}


def test_an_expression_with_one_value_is_named() -> None:
    text = """service cloud.firestore { match /databases/{database}/documents {
      match /notes/{id} { allow get: if id == 'a' && id.size() < 3; } } }"""
    rules = parse(text)
    left, right = rules.allows[0].condition.parts
    seen: Coverage = {
        (left.start, left.end): Counter({"true": 2, "false": 1}),
        (right.start, right.end): Counter({"true": 2, "error": 1}),
    }
    assert list(one_sided(rules, seen)) == ["/notes/{id} get: `id.size() < 3`"]
