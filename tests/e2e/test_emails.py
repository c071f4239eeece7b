"""A Trigger Email document on the real stack: written under the rules, delivered, read back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import urlsplit

import pytest
from google.cloud import firestore

from emulator.ports import HOST
from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import Set
from schema import paths
from tests import patient_http
from tests.rules.acting import NOW, Database

SECONDS = 120.0


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


@pytest.fixture
def web(stack: Stack) -> str:
    """The web side of the stand-in, and no faults left by another test."""
    url = stack.addresses["smtp"]
    patient_http.put(f"{url}/_/faults", json=[]).raise_for_status()
    return url


async def agent(app: App, stack: Stack) -> firestore.Client:
    """A dashboard's agent, signed in."""
    await app.store.commit(
        [
            Set(paths.service("post"), {"name": "Post", "kind": "dashboard"}),
            Set(paths.staff("post", "sam"), {"role": "agent", "displayName": "Sam"}),
            Set(paths.service_user("post", "ann"), {"uid": "ann", "email": "ann@a.example"}),
            Set(
                paths.email_template("post", "welcome"),
                {"subject": "Welcome {{ name }}", "html": "<h1>{{ name }}</h1>"},
            ),
        ]
    )
    host = stack.environment["FIRESTORE_EMULATOR_HOST"]
    return Database(host, stack.environment["GCLOUD_PROJECT"]).user("sam")


async def delivered(app: App, job_id: str) -> dict[str, Any]:
    """Wait until a job is settled, and return its delivery."""
    async with asyncio.timeout(SECONDS):
        while True:
            (job,) = await app.store.get_many([paths.email_notification(job_id)])
            delivery = (job.fields if job else {}).get("delivery") or {}
            if delivery.get("state") in ("SUCCESS", "ERROR"):
                return dict(delivery)
            await app.clock.sleep(0.05)


def mails(web: str, subject: str) -> list[dict[str, Any]]:
    entries = patient_http.get(f"{web}/_/messages").json()
    found = []
    for entry in entries:
        sent = entry["request"]
        parsed = message_from_bytes(sent["data"].encode(), policy=policy.default)
        if parsed["Subject"] == subject:
            found.append({**sent, "status": entry["status"], "mail": parsed})
    return found


async def test_a_trigger_email_document_is_delivered_and_read_back(
    app: App, stack: Stack, web: str
) -> None:
    client = await agent(app, stack)
    job = client.document(paths.email_notification("e2e-1"))
    job.set(
        {
            "serviceId": "post",
            "createdBy": "sam",
            "createdAt": NOW,
            "toUids": ["ann", "gone"],
            "cc": "Bob <bob@b.example>",
            "bcc": ["cat@c.example"],
            "template": {"name": "welcome", "data": {"name": "Ann & Bob"}},
            "message": {"attachments": [{"filename": "a.txt", "content": "hello"}]},
        }
    )

    delivery = await delivered(app, "e2e-1")

    assert delivery["state"] == "SUCCESS"
    assert job.get().get("delivery.info") == delivery["info"]
    assert delivery["info"]["accepted"] == ["ann@a.example", "bob@b.example", "cat@c.example"]
    assert delivery["info"]["leftOut"] == {"gone": "notInService"}
    (sent,) = mails(web, "Welcome Ann & Bob")
    assert sent["status"] == 250
    assert sent["from"] == "no-reply@parley.example"
    assert sent["to"] == ["ann@a.example", "bob@b.example", "cat@c.example"]
    assert sent["mail"]["Message-ID"] == delivery["info"]["messageId"]
    assert "cat@c.example" not in sent["data"]
    assert sent["mail"].get_body(("html",)).get_content().strip() == "<h1>Ann &amp; Bob</h1>"
    page = patient_http.get(web).text
    assert "Welcome Ann &amp; Bob" in page


async def test_a_refused_email_is_sent_by_a_retry_of_staff(
    app: App, stack: Stack, web: str
) -> None:
    client = await agent(app, stack)
    fault = {"status": 550, "match": {"to": "^dan@"}}
    patient_http.put(f"{web}/_/faults", json=[fault]).raise_for_status()
    job = client.document(paths.email_notification("e2e-2"))
    job.set(
        {
            "serviceId": "post",
            "createdBy": "sam",
            "createdAt": NOW,
            "to": "dan@d.example",
            "message": {"subject": "Second try", "text": "Hello"},
        }
    )
    delivery = await delivered(app, "e2e-2")
    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith("providerError:550: dan@d.example")

    patient_http.put(f"{web}/_/faults", json=[]).raise_for_status()
    job.update({"delivery.state": "RETRY"})

    async with asyncio.timeout(SECONDS):
        while (await delivered(app, "e2e-2"))["state"] != "SUCCESS":
            await app.clock.sleep(0.05)
    assert (await delivered(app, "e2e-2"))["attempts"] == 2
    assert len(mails(web, "Second try")) == 1


def test_the_mail_server_of_the_stack_is_in_its_environment(stack: Stack) -> None:
    url = urlsplit(stack.environment["PARLEY_SMTP_URL"])
    assert (url.scheme, url.hostname, url.port) == ("smtp", HOST, stack.ports.smtp)
