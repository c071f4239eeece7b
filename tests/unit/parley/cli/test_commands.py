"""What a command says where it cannot act. None of these reaches a network."""

from __future__ import annotations

import json

import pytest

from emulator.ports import free_port
from emulator.stack_state import RunningStack
from parley.cli.main import main

COMMANDS = [
    ["provision"],
    ["seed", "--users", "3"],
    ["seed", "--users", "3", "--sign-ins"],
    ["token", "ann"],
    ["token", "ann", "--custom"],
    ["campaign", "send", "news.json"],
    ["campaign", "status", "c1"],
    ["campaign", "pause", "c1"],
    ["campaign", "resume", "c1"],
    ["campaign", "cancel", "c1"],
    ["campaign", "preview", "news.json"],
    ["campaign", "explain", "c1", "p1"],
    ["campaign", "export", "c1"],
    ["campaign", "retry-failed", "c1"],
    ["import", "people.csv", "--service", "acme"],
    ["sweep"],
    ["reconcile", "--repair"],
    ["service", "create", "acme", "--name", "Acme", "--owner", "ann"],
    ["service", "staff", "acme", "ann", "--role", "agent", "--name", "Ann"],
    ["scale"],
    ["health"],
    ["dlq", "list"],
    ["dlq", "show", "x"],
    ["dlq", "delete", "x"],
    ["dlq", "redrive", "--all"],
]
REAL = {"GCLOUD_PROJECT": "chat-prod"}

Told = pytest.CaptureFixture[str]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_without_a_stack_names_the_way_out(command: list[str], capsys: Told) -> None:
    assert main(command, environment={}, find_stacks=list) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("parley: no local stack runs in this checkout")
    assert "`make up`" in told.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_emulator_that_does_not_answer_is_named_at_once(
    command: list[str], capsys: Told
) -> None:
    silent = f"127.0.0.1:{free_port()}"
    names = ("FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST")

    assert main(command, environment=dict.fromkeys(names, silent), find_stacks=list) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert f"nothing answers at {silent}" in told.err
    assert "`make up`" in told.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_acts_on_a_real_project_while_a_local_stack_runs(
    command: list[str], capsys: Told
) -> None:
    running = RunningStack(1, 0, {})

    assert main(command, environment=REAL, find_stacks=lambda: [running]) == 1

    assert "--project chat-prod, or --local" in capsys.readouterr().err


@pytest.mark.parametrize("command", [command for command in COMMANDS if command[0] == "token"])
def test_a_test_token_of_a_real_project_is_refused(command: list[str], capsys: Told) -> None:
    assert main(command, environment=REAL, find_stacks=list) == 1

    assert "test tokens are created only on the local stack" in capsys.readouterr().err


def test_sign_ins_in_a_real_project_are_refused(capsys: Told) -> None:
    command = ["seed", "--users", "1", "--sign-ins", "--project", "chat-prod"]

    assert main(command, environment={}, find_stacks=list) == 1

    assert "sign-ins are created only on the local stack" in capsys.readouterr().err


def test_a_uid_with_a_colon_gets_no_token(capsys: Told) -> None:
    assert main(["token", "saml:ann"], environment={}, find_stacks=list) == 1

    assert "UID 'saml:ann' cannot be used: it holds ':'" in capsys.readouterr().err


def test_the_doctor_reports_a_missing_stack_and_needs_no_browser(
    capsys: Told,
) -> None:
    assert main(["doctor", "--json"], environment={}, find_stacks=list) == 1

    findings = {found["what"]: found for found in json.loads(capsys.readouterr().out)}
    assert "`make up`" in findings["project"]["way_out"]
    assert findings["browser"]["is_well"]
