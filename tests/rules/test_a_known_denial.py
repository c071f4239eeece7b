"""An emulator without rules is open, and every test of an allowed request would pass there."""

from tests.rules.acting import Database, verdict


def test_paths_without_a_rule_are_denied(database: Database) -> None:
    document = database.nobody().document("nowhere/document")
    assert verdict(document.get) == "denied"
    assert verdict(lambda: document.set({"a": 1})) == "denied"


def test_the_server_bypasses_the_rules(database: Database) -> None:
    document = database.server().document("nowhere/document")
    assert verdict(lambda: document.set({"a": 1})) == "allowed"
