"""Events of Firestore become the arguments of ``parley.triggers``."""

from types import SimpleNamespace
from typing import Any

import pytest
from triggers import before_and_after

from parley.triggers import TRIGGERS, Trigger


def snapshot(fields: dict[str, Any] | None) -> SimpleNamespace:
    return SimpleNamespace(to_dict=lambda: fields)


def trigger(on: str) -> Trigger:
    return next(one for one in TRIGGERS if one.on == on)


def test_a_creation_has_only_the_document() -> None:
    assert before_and_after(trigger("created"), snapshot({"a": 1})) == (None, {"a": 1})


@pytest.mark.parametrize("on", ["updated", "written"])
def test_a_change_has_the_document_before_and_after(on: str) -> None:
    change = SimpleNamespace(before=snapshot({"a": 1}), after=snapshot({"a": 2}))

    assert before_and_after(trigger(on), change) == ({"a": 1}, {"a": 2})


def test_a_missing_document_is_none_and_an_empty_one_has_no_fields() -> None:
    change = SimpleNamespace(before=None, after=snapshot(None))

    assert before_and_after(trigger("written"), change) == (None, {})
