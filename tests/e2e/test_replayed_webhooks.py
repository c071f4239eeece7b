"""Signed calls of Twilio that somebody else sends again, altered or elsewhere, through Hosting."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from werkzeug.datastructures import MultiDict

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import Query, Set
from schema import ids, paths
from tests.e2e.twilio_calls import FORM, SENDER, SID, a_job, call, report, send, signature_of

OTHER_SID = "SM" + "b" * 32


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


@pytest.fixture
async def job_id(app: App) -> str:
    """A job whose SMS is on its way."""
    drawn = f"replay-{secrets.token_hex(4)}"
    await a_job(app, paths.non_chat_sms(drawn))
    return drawn


def target_of(job_id: str) -> str:
    return f"/webhooks/twilio/status/{job_id}?attempt=1"


async def delivery_of(app: App, job_id: str) -> dict[str, Any]:
    (job,) = await app.store.get_many([paths.non_chat_sms(job_id)])
    assert job is not None
    return dict(job.fields["delivery"])


@pytest.mark.parametrize(
    "altered",
    [
        {"MessageSid": OTHER_SID},
        {"MessageStatus": "delivered"},
        {"To": "+12025550199"},
        {"ErrorCode": "21610"},
    ],
)
async def test_a_signed_call_with_another_field_is_refused(
    stack: Stack, app: App, job_id: str, altered: dict[str, str]
) -> None:
    before = await delivery_of(app, job_id)
    genuine = report("sent")

    forged = await call(stack, target_of(job_id), genuine | altered, signed=genuine)

    assert forged == 403
    assert await delivery_of(app, job_id) == before


@pytest.mark.parametrize(
    ("known", "replayed"),
    [
        (report("delivered"), report("sent")),
        (report("delivered"), report("queued")),
        (report("delivered"), report("delivered")),
        (report("undelivered", ErrorCode="30003"), report("sent")),
        (report("undelivered", ErrorCode="30003"), report("delivered")),
        (report("read"), report("delivered")),
    ],
    ids=lambda form: form["MessageStatus"],
)
async def test_an_older_status_that_is_sent_again_takes_nothing_back(
    stack: Stack, app: App, job_id: str, known: dict[str, str], replayed: dict[str, str]
) -> None:
    assert await call(stack, target_of(job_id), known) == 204
    before = await delivery_of(app, job_id)

    assert await call(stack, target_of(job_id), replayed) == 204

    assert await delivery_of(app, job_id) == before


async def test_a_call_about_one_services_job_does_not_move_anothers(
    stack: Stack, app: App, job_id: str
) -> None:
    other = f"{job_id}-other"
    await a_job(app, paths.non_chat_sms(other))
    before = await delivery_of(app, other)
    genuine = report("delivered")
    url = stack.environment["PARLEY_PUBLIC_URL"] + target_of(job_id)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature_of(stack, url, genuine)}

    elsewhere = await send(stack, target_of(other), urlencode(genuine), headers)
    later = await send(stack, target_of(job_id).replace("=1", "=2"), urlencode(genuine), headers)
    # The original address in the header that Hosting sets moves the job of that address alone.
    named = {**headers, "X-Original-Url": target_of(job_id)}
    by_header = await send(stack, target_of(other), urlencode(genuine), named)

    assert (elsewhere, later) == (403, 403)
    assert by_header == 204
    assert (await delivery_of(app, job_id))["info"]["status"] == "delivered"
    assert await delivery_of(app, other) == before


async def test_fields_in_the_query_of_a_get_are_not_read(
    stack: Stack, app: App, job_id: str
) -> None:
    before = await delivery_of(app, job_id)
    target = f"{target_of(job_id)}&{urlencode(report('delivered'))}"
    url = stack.environment["PARLEY_PUBLIC_URL"] + target
    headers = {"X-Twilio-Signature": signature_of(stack, url, {})}

    assert await send(stack, target, "", headers, method="GET") == 405
    # Signed for the same address, a POST without the fields says nothing about a message.
    empty = await send(stack, target, "", {**headers, "Content-Type": FORM})

    assert empty == 400
    assert await delivery_of(app, job_id) == before


async def test_a_body_in_json_counts_only_with_its_digest_in_the_signed_address(
    stack: Stack, app: App, job_id: str
) -> None:
    before = await delivery_of(app, job_id)
    genuine, altered = json.dumps(report("sent")), json.dumps(report("delivered"))

    async def post(body: str, digest_of: str | None) -> int:
        target = target_of(job_id)
        if digest_of is not None:
            target += f"&bodySHA256={hashlib.sha256(digest_of.encode()).hexdigest()}"
        url = stack.environment["PARLEY_PUBLIC_URL"] + target
        headers = {
            "Content-Type": "application/json",
            "X-Twilio-Signature": signature_of(stack, url, {}),
        }
        return await send(stack, target, body, headers)

    assert await post(altered, genuine) == 403
    assert await post(genuine, None) == 403
    assert await delivery_of(app, job_id) == before

    assert await post(genuine, genuine) == 204
    assert (await delivery_of(app, job_id))["info"]["status"] == "sent"


async def test_repeated_keys_cannot_bring_a_second_status_into_a_signed_call(
    stack: Stack, app: App, job_id: str
) -> None:
    url = stack.environment["PARLEY_PUBLIC_URL"] + target_of(job_id)
    genuine = report("sent")
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature_of(stack, url, genuine)}
    pairs = list(genuine.items())

    # A value that is repeated as it is has the same signature, and says the same.
    twice = await send(
        stack, target_of(job_id), urlencode([*pairs, ("MessageStatus", "sent")]), headers
    )
    before = await delivery_of(app, job_id)
    forged = [
        await send(stack, target_of(job_id), urlencode(fields), headers)
        for fields in (
            [("MessageStatus", "delivered"), *pairs],
            [*pairs, ("MessageStatus", "delivered")],
            [*pairs, ("SmsStatus", "delivered")],
        )
    ]

    assert twice == 204
    assert before["info"]["status"] == "sent"
    assert forged == [403, 403, 403]
    assert await delivery_of(app, job_id) == before


async def test_repeated_keys_that_twilio_signed_are_let_in(
    stack: Stack, app: App, job_id: str
) -> None:
    url = stack.environment["PARLEY_PUBLIC_URL"] + target_of(job_id)
    pairs = [*report("delivered").items(), ("Tag", "b"), ("Tag", "a"), ("Tag", "b")]
    signature = signature_of(stack, url, MultiDict(pairs))

    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
    assert await send(stack, target_of(job_id), urlencode(pairs), headers) == 204
    assert (await delivery_of(app, job_id))["info"]["status"] == "delivered"


@pytest.mark.parametrize("wrong", ["proto", "host", "port"])
@pytest.mark.parametrize("is_told_by_headers", [False, True])
async def test_a_call_that_was_signed_for_another_address_is_refused(
    stack: Stack, app: App, job_id: str, wrong: str, is_told_by_headers: bool
) -> None:
    before = await delivery_of(app, job_id)
    genuine = report("delivered")
    public = urlsplit(stack.environment["PARLEY_PUBLIC_URL"])
    url = {
        "proto": f"https://{public.netloc}",
        "host": f"http://evil.example.com:{public.port}",
        "port": f"http://{public.hostname}:{(public.port or 0) + 1}",
    }[wrong] + target_of(job_id)
    forged = urlsplit(url)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature_of(stack, url, genuine)}
    if is_told_by_headers:
        headers |= {
            "Host": forged.netloc,
            "X-Forwarded-Host": forged.netloc,
            "X-Forwarded-Port": str(forged.port),
            "X-Forwarded-Proto": forged.scheme,
            "Forwarded": f"host={forged.netloc};proto={forged.scheme}",
        }

    status = await send(stack, target_of(job_id), urlencode(genuine), headers)

    assert status == 403
    assert await delivery_of(app, job_id) == before


async def test_an_inbound_sms_under_another_sid_is_no_second_message(
    stack: Stack, app: App
) -> None:
    phone = f"+1310555{100 + secrets.randbelow(100):04d}"
    uid = f"texter-{secrets.token_hex(4)}"
    await app.store.commit(
        [
            Set(paths.service("default"), {"name": "Parley", "kind": "default"}),
            Set(
                paths.service_user("default", uid),
                {"uid": uid, "displayName": "Tess", "phone": phone, "consents": {}},
            ),
        ]
    )
    genuine = {"MessageSid": SID[:-8] + secrets.token_hex(4), "From": phone, "To": SENDER}
    genuine |= {"Body": "Where is it?", "NumMedia": "0"}
    target = "/webhooks/twilio/inbound"
    assert await call(stack, target, genuine) == 200

    again = await call(stack, target, genuine)
    forged = await call(stack, target, genuine | {"MessageSid": OTHER_SID}, signed=genuine)

    assert (again, forged) == (200, 403)
    query = Query(paths.messages(ids.case_chat_id(uid, "default")), select=("body",))
    said = [one.fields.get("body") async for page in app.store.stream(query) for one in page]
    assert said.count("Where is it?") == 1
