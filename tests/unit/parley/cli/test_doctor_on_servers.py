"""The doctor looks whether Pub/Sub and the mail server answer, and says what to do if not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from emulator.ports import free_port
from emulator.smtp.server import SmtpStandIn
from parley.cli.doctor import Finding, check_mail, check_queues
from parley.cli.main import main
from parley.settings import Settings
from tests.contract.mail_servers import served

PASSWORD = "hidden"


def settings(**variables: str) -> Settings:
    return Settings.from_environment({"GCLOUD_PROJECT": "demo-parley", **variables})


async def mail_finding(**options: Any) -> Finding:
    async with served(SmtpStandIn(), **options) as port:
        found = await check_mail(
            settings(PARLEY_SMTP_URL=f"smtp://ann:{PASSWORD}@127.0.0.1:{port}")
        )
    assert PASSWORD not in f"{found.found} {found.way_out}"
    return found


def login(success: bool) -> dict[str, Any]:
    def authenticate(*_: Any) -> AuthResult:
        return AuthResult(success=success, handled=success)

    return {"authenticator": authenticate, "auth_require_tls": False}


async def test_pubsub_that_does_not_answer_is_found() -> None:
    found = await check_queues(settings(PUBSUB_EMULATOR_HOST=f"127.0.0.1:{free_port()}"))

    assert not found.is_well
    assert "UNAVAILABLE" in found.found
    assert "make up" in found.way_out


async def test_a_login_that_the_mail_server_takes_is_well() -> None:
    assert (await mail_finding(**login(True))).is_well


async def test_a_login_that_the_mail_server_refuses_is_found() -> None:
    found = await mail_finding(**login(False))

    assert not found.is_well
    assert "535" in found.found or "Authentication" in found.found
    assert "PARLEY_SMTP_URL" in found.way_out


async def test_a_mail_server_that_does_not_answer_is_found() -> None:
    found = await check_mail(settings(PARLEY_SMTP_URL=f"smtp://127.0.0.1:{free_port()}"))

    assert not found.is_well


async def test_a_project_may_do_without_a_mail_server() -> None:
    found = await check_mail(settings())

    assert found.is_well
    assert "PARLEY_SMTP_URL is not set" in found.found


def test_a_wrong_file_of_credentials_is_named_with_its_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none.json")

    assert main(["doctor", "--json", "--project", "chat-prod"], environment={}) == 1

    findings = {found["what"]: found for found in json.loads(capsys.readouterr().out)}
    assert "GOOGLE_APPLICATION_CREDENTIALS=/none.json" in findings["credentials"]["found"]
    assert "/none.json was not found" in findings["credentials"]["found"]


@pytest.mark.parametrize("command", ["provision", "dlq list"])
def test_a_command_with_wrong_credentials_ends_with_a_sentence(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none.json")

    assert main([*command.split(), "--project", "chat-prod"], environment={}) == 1

    told = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in told] == ["parley", "parley"]
    assert "/none.json was not found" in told[-1]
