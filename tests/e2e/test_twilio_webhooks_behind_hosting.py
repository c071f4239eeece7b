"""Twilio's calls, through Hosting's rewrites and the functions, to jobs and chats."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest

from emulator.stack import Stack
from parley.adapters.twilio.sms_sender import status_callback
from parley.app import App
from parley.connect import build
from parley.domain.ports import JobAttempt
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import ids, paths
from tests.e2e.twilio_calls import SENDER, a_job, call, report
from tests.world import World

SECONDS = 120.0

Document = Mapping[str, Any]


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


@pytest.fixture
def phone() -> str:
    """A valid number that no other test writes to."""
    return f"+1310555{100 + secrets.randbelow(100):04d}"


async def until(app: App, path: str, holds: Callable[[Document], bool]) -> Document:
    """Wait until the document is there and shows what it should."""
    last: Document | None = None
    try:
        async with asyncio.timeout(SECONDS):
            while True:
                (snapshot,) = await app.store.get_many([path])
                last = snapshot.fields if snapshot is not None else None
                if last is not None and holds(last):
                    return last
                await app.clock.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"{path} after {SECONDS:g} s: {last}")


def status(document: Document) -> object:
    return (document.get("delivery", {}).get("info") or {}).get("status")


async def test_an_sms_is_delivered_as_the_providers_own_callbacks_say(app: App, phone: str) -> None:
    await World(app.store).service("acme")
    path = paths.non_chat_sms(f"job-{secrets.token_hex(4)}")
    await app.store.commit(
        [
            Set(
                path,
                {
                    "serviceId": "acme",
                    "createdBy": "staff1",
                    "createdAt": SERVER_TIME,
                    "to": {"phone": phone},
                    "body": "Your code is 1234",
                    "purpose": "transactional",
                },
            )
        ]
    )

    job = await until(app, path, lambda job: status(job) == "delivered")

    assert job["delivery"]["state"] == "SUCCESS"


@pytest.mark.parametrize("uid", ["ann lee", "o'neil", "ümit", "100%25", "a+b&c=d?e#f"])
async def test_a_signed_callback_changes_the_job_that_its_encoded_path_names(
    stack: Stack, app: App, uid: str
) -> None:
    path = paths.campaign_sms("camp1", uid)
    await a_job(app, path)
    attempt = JobAttempt(path, 1, app.clock.now())

    assert await call(stack, status_callback("", attempt), report("delivered")) == 204

    (job,) = await app.store.get_many([path])
    assert job is not None
    assert status(job.fields) == "delivered"


@pytest.mark.parametrize("query", ["?attempt=1&note=%20~'", "?z=1&attempt=1&a=%C3%A4+b"])
async def test_the_query_is_validated_as_sent(stack: Stack, app: App, query: str) -> None:
    path = paths.non_chat_sms("q1")
    await a_job(app, path)

    assert await call(stack, f"/webhooks/twilio/status/q1{query}", report("sent")) == 204


@pytest.mark.parametrize(
    ("headers", "changes", "status"),
    [
        ({"X-Twilio-Signature": ""}, {}, 403),
        ({"Host": "evil.example.com", "X-Forwarded-Host": "evil.example.com"}, {}, 204),
        ({"X-Original-Url": "/webhooks/twilio/status/other?attempt=1"}, {}, 204),
        ({"X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}, {}, 403),
        ({}, {"AccountSid": "AC" + "2" * 32}, 403),
        ({"Content-Type": "text/plain"}, {}, 415),
        ({}, {"Body": "a" * 70_000}, 413),
    ],
)
async def test_what_an_attacker_may_try_is_refused_or_changes_nothing(
    stack: Stack,
    app: App,
    headers: Mapping[str, str],
    changes: Mapping[str, str],
    status: int,
) -> None:
    path, other = paths.non_chat_sms("x1"), paths.non_chat_sms("other")
    for job in (path, other):
        await a_job(app, job)
    before = await app.store.get_many([path, other])
    fields = report("sent", **changes)
    target = "/webhooks/twilio/status/x1?attempt=1"

    assert await call(stack, target, fields, headers=headers) == status

    after = await app.store.get_many([path, other])
    assert after[1] == before[1]
    if status != 204:
        assert after[0] == before[0]


async def test_a_webhook_answers_no_get(stack: Stack) -> None:
    public_url = stack.environment["PARLEY_PUBLIC_URL"]
    answers = [
        await asyncio.to_thread(httpx.get, f"{public_url}/webhooks/twilio/{name}", timeout=60)
        for name in ("inbound", "status/x1?attempt=1")
    ]

    assert [answer.status_code for answer in answers] == [405, 405]


async def test_a_callback_for_a_job_that_is_gone_is_answered_all_the_same(stack: Stack) -> None:
    assert await call(stack, "/webhooks/twilio/status/gone?attempt=1", report("sent")) == 204


async def test_an_sms_from_a_known_phone_arrives_in_the_case_once(
    stack: Stack, app: App, phone: str
) -> None:
    uid = f"texter-{secrets.token_hex(4)}"
    await World(app.store).service("default")
    await app.store.commit(
        [
            Set(
                paths.service_user("default", uid),
                {
                    "uid": uid,
                    "displayName": "Tess",
                    "phone": phone,
                    "attributes": {},
                    "tags": [],
                    "consents": {},
                    "createdAt": SERVER_TIME,
                },
            )
        ]
    )
    message = {
        "MessageSid": f"SM{secrets.token_hex(16)}",
        "From": phone,
        "To": SENDER,
        "Body": "Où est mon colis ?",
        "NumMedia": "0",
    }
    for _ in range(2):
        assert await call(stack, "/webhooks/twilio/inbound", message) == 200

    chat_id = ids.case_chat_id(uid, "default")
    chat = await until(app, paths.chat(chat_id), lambda chat: "lastMessage" in chat)
    assert chat["lastMessage"]["preview"] == "Où est mon colis ?"
    assert chat["messageCount"] == 1
