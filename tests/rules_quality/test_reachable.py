"""The methods that a condition can allow by its text are those that the emulator allows."""

import uuid
from collections.abc import Callable

import pytest
from google.cloud import firestore

from tests.rules.acting import Database, verdict
from tests.rules_quality.reachable import ABSENT, can_allow
from tests.rules_quality.syntax import parse

RULES = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function ignores(value) { return true; }
    function looks(value) { return value.keys().size() >= 0; }
    function looksByName(value) { let size = value.size(); return size >= 0; }
    function looksItself() { let first = true; return first && request.resource.data.size() >= 0; }
    match /notes/{id} { allow METHOD: if CONDITION; }
  }
}
"""
NEW = "request.resource.data"
OLD = "resource.data"
METHODS: dict[str, Callable[[firestore.Client], object]] = {
    "get": lambda client: client.document("notes/there").get(),
    "list": lambda client: client.collection("notes").get(),
    "create": lambda client: client.document("notes/new").set({"a": 1}),
    "update": lambda client: client.document("notes/there").update({"a": 2}),
    "delete": lambda client: client.document("notes/there").delete(),
}
CONDITIONS = [
    "true",
    f"{NEW}.size() >= 0",
    f"{OLD}.size() >= 0",
    f"true && ({NEW}.size() >= 0 || {NEW} is map)",
    f"{NEW}.size() >= 0 || true",
    f"{OLD}.size() >= 0 || {NEW}.size() >= 0",
    f"!({NEW}.size() < 0)",
    f"true ? {NEW}.size() >= 0 : {NEW}.size() >= 1",
    f"true ? true : {NEW}.size() >= 1",
    f"{NEW}.diff({OLD}).affectedKeys().size() >= 0",
    f"ignores({NEW})",
    f"looks({NEW})",
    f"looksByName({NEW})",
    f"looksByName({NEW}.diff({OLD}).affectedKeys())",
    "looksItself()",
    "resource == null",
]


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_allowed_is_denied_by_the_emulator(
    method: str, condition: str, firestore_emulator: str
) -> None:
    database = Database(firestore_emulator, f"demo-reachable-{uuid.uuid4().hex[:12]}")
    database.server().document("notes/there").set({"a": 1})
    text = RULES.replace("METHOD", method).replace("CONDITION", condition)
    database.load_rules(text)
    rules = parse(text)
    (allow,) = rules.allows
    judged = verdict(lambda: METHODS[method](database.user("alice")))
    can = can_allow(rules, allow.condition, method)
    assert can or judged == "denied"
    if condition == "resource == null":
        assert can
    else:
        assert can == (judged == "allowed")


def test_an_update_has_both_documents() -> None:
    assert set(METHODS) - set(ABSENT) == {"update"}
