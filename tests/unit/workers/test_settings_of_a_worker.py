"""A worker that cannot begin ends with a sentence and status 2, so its platform shows the cause."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.__main__ import main

SILENT = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "TWILIO_", "GCLOUD_", "GOOGLE_")) or "EMULATOR" in name:
            monkeypatch.delenv(name)


def ends_with_a_sentence(capsys: pytest.CaptureFixture[str], words: str) -> bool:
    ended = main(["chat"])
    told = capsys.readouterr().err.strip()
    return ended == 2 and words in told and "Traceback" not in told and "\n" not in told


def test_without_credentials_a_worker_names_the_way_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "chat-prod")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))

    assert ends_with_a_sentence(capsys, "name a file that holds a service account's key")


def test_a_price_file_that_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", SILENT)
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", SILENT)
    monkeypatch.setenv("PARLEY_FCM_URL", f"http://{SILENT}")
    monkeypatch.setenv("PARLEY_SMS_PRICES", "/none.json")

    assert ends_with_a_sentence(capsys, "PARLEY_SMS_PRICES='/none.json' cannot be used")


def test_a_mail_password_that_is_not_encoded_is_named_as_the_cause(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GCLOUD_PROJECT", "demo-parley")
    monkeypatch.setenv("PARLEY_SMTP_URL", "smtps://ann:pass#word@mail.example.com:465")

    assert ends_with_a_sentence(capsys, "percent-encode user and password")
