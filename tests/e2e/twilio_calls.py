"""Calls of the webhooks through Hosting, byte by byte as Twilio or an attacker makes them."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from emulator.stack import Stack
from parley.app import App
from parley.store import SERVER_TIME, Set

SENDER = "+12025550100"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
SID = "SM" + "a" * 32


async def a_job(app: App, path: str, **delivery: Any) -> None:
    """A job that a worker handed over: its first attempt was sent."""
    sent = {
        "state": "SUCCESS",
        "attempts": 1,
        "startTime": SERVER_TIME,
        "endTime": SERVER_TIME,
        "info": {"messageSid": SID, "status": "queued"},
    }
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "to": {"phone": "+12025550123"},
        "body": "Hello",
        "purpose": "transactional",
        "delivery": sent | delivery,
    }
    await app.store.commit([Set(path, job)])


def report(message_status: str, **fields: str) -> dict[str, str]:
    return {
        "MessageSid": SID,
        "MessageStatus": message_status,
        "To": "+12025550123",
        "From": SENDER,
        **fields,
    }


def signature_of(stack: Stack, url: str, fields: Any) -> str:
    """Sign as Twilio does, with the account's token."""
    validator = RequestValidator(stack.environment["TWILIO_AUTH_TOKEN"])
    signature: str = validator.compute_signature(url, fields)
    return signature


async def send(
    stack: Stack,
    target: str,
    body: str,
    headers: Mapping[str, str],
    *,
    method: str = "POST",
) -> int:
    """Send bytes to Hosting; return the status of the answer."""

    def work() -> int:
        address = urlsplit(stack.environment["PARLEY_PUBLIC_URL"])
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.request(method, target, body.encode(), dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()

    return await asyncio.to_thread(work)


async def call(
    stack: Stack,
    target: str,
    fields: Mapping[str, str],
    *,
    signed: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> int:
    """Post a form as Twilio does. ``signed``: what the signature is of, if of something else."""
    url = stack.environment["PARLEY_PUBLIC_URL"] + target
    signature = signature_of(stack, url, dict(signed or fields))
    sent = {"Content-Type": FORM, "X-Twilio-Signature": signature, **(headers or {})}
    return await send(stack, target, urlencode(fields), sent)
