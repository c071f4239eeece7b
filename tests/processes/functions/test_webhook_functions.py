"""The webhooks as Firebase serves them: the functions framework, on its own web server.

No Firestore answers here, so work that passes the signature ends as 503: to be called again.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from emulator.ports import HOST, accepts, free_port
from emulator.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
PUBLIC_URL = "https://parley.example.com"
TOKEN = "0123456789abcdef0123456789abcdef"
FIELDS = [("MessageSid", "SM" + "a" * 32), ("MessageStatus", "sent"), ("To", "+12025550123")]
PASSED, REFUSED = 503, 403


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a process that serves the function `twilioStatus`."""
    port = free_port()
    log = tmp_path_factory.mktemp("function") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "functions-framework"),
                "--target=twilioStatus",
                "--source=main.py",
                f"--host={HOST}",
                f"--port={port}",
            ],
            cwd=ROOT / "functions",
            env={
                "PATH": os.environ["PATH"],
                "GCLOUD_PROJECT": "demo-parley",
                "FIRESTORE_EMULATOR_HOST": f"{HOST}:9",
                "PUBSUB_EMULATOR_HOST": f"{HOST}:9",
                "PARLEY_FCM_URL": f"http://{HOST}:9",
                "PARLEY_TWILIO_URL": f"http://{HOST}:9",
                "PARLEY_PUBLIC_URL": PUBLIC_URL,
                "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "FUNCTIONS_EMULATOR": "true",
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: accepts(port), seconds=60, what=f"the function, see {log}")
        yield port
    finally:
        process.terminate()
        process.wait()


def post(
    port: int,
    target: str,
    fields: Sequence[tuple[str, str]] = FIELDS,
    *,
    signed: str | None = None,
    method: str = "POST",
    kind: str = "application/x-www-form-urlencoded",
    body: str | None = None,
) -> int:
    """Send a request whose target goes out byte by byte as written."""
    url = PUBLIC_URL + (target if signed is None else signed)
    headers = {
        "Content-Type": kind,
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, MultiDict(fields)),
    }
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request(method, target, urlencode(fields) if body is None else body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize(
    "target",
    [
        "/webhooks/twilio/status/c1:ann%20lee?attempt=1",
        "/webhooks/twilio/status/c1%3Aann%40x?attempt=1&b=%27&a=+~",
        "/webhooks/twilio/status/c1:o'neil?attempt=1",
    ],
)
def test_the_web_server_keeps_the_url_as_twilio_signed_it(port: int, target: str) -> None:
    assert post(port, target) == PASSED


def test_a_url_that_differs_in_its_encoding_alone_is_refused(port: int) -> None:
    sent, signed = (
        "/webhooks/twilio/status/c1:x?attempt=1",
        "/webhooks/twilio/status/c1%3Ax?attempt=1",
    )

    assert post(port, sent, signed=signed) == REFUSED


def test_repeated_fields_are_validated(port: int) -> None:
    fields = [*FIELDS, ("Tag", "b"), ("Tag", "a")]

    assert post(port, "/webhooks/twilio/status/job1?attempt=1", fields) == PASSED


@pytest.mark.parametrize(
    ("method", "kind", "length", "status"),
    [
        ("GET", "application/x-www-form-urlencoded", 0, 405),
        ("POST", "multipart/form-data; boundary=x", 10, 415),
        ("POST", "application/x-www-form-urlencoded", 65_537, 413),
        ("POST", "application/x-www-form-urlencoded", 5_000_000, 413),
    ],
)
def test_what_no_provider_sends_is_refused_with_its_own_status(
    port: int, method: str, kind: str, length: int, status: int
) -> None:
    target = "/webhooks/twilio/status/job1?attempt=1"

    assert post(port, target, method=method, kind=kind, body="a" * length) == status
