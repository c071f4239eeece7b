"""The calls that Twilio makes: status callbacks and inbound messages, signed.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

import asyncio
import logging
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator
from yarl import URL

from emulator.twilio.account import Account
from emulator.twilio.messages import API_VERSION, Step, StoredMessage

AT_ONCE = 50
TIMEOUT_SECONDS = 15.0
"""How long Twilio waits for an answer."""

CONNECTIONS_TRIED = 2
"""Twilio repeats a call whose connection failed once, and none that was answered."""

KEPT_CALLS = 200_000

_log = logging.getLogger("emulator.twilio")


class Webhooks:
    """Makes the calls in the background, so that no request to the stand-in waits for one."""

    def __init__(self, account: Account) -> None:
        self.calls: deque[dict[str, Any]] = deque(maxlen=KEPT_CALLS)
        """Each call with its outcome, as `GET /_/callbacks` answers them."""
        self._account = account
        self._validator = RequestValidator(account.token)
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def running(self, application: web.Application) -> AsyncIterator[None]:
        """Hold the connections while the application runs."""
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as self._session:
            yield
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def follow(self, message: StoredMessage) -> None:
        """Report each later status of a message, at its time."""
        self._spawn(self._follow(message))

    def call(self, url: str, form: Mapping[str, str]) -> None:
        """Call an address once, with a signature."""
        self._spawn(self._post(url, form))

    async def _follow(self, message: StoredMessage) -> None:
        for step in message.steps:
            await asyncio.sleep(max(0.0, message.begins + step.after - time.time()))
            if message.is_canceled or message.status_callback is None:
                return
            # In a task of its own: a slow answer to one status does not hold up the next.
            self.call(message.status_callback, status_form(message, step))

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _post(self, url: str, form: Mapping[str, str]) -> None:
        url = url.partition("#")[0]
        headers = {
            "X-Twilio-Signature": self._validator.compute_signature(url, dict(form)),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        call: dict[str, Any] = {"at": _now(), "url": url, "request": dict(form)}
        async with self._slots:
            for last in range(1, CONNECTIONS_TRIED + 1):
                try:
                    call |= await self._answer(url, form, headers)
                    break
                except (aiohttp.ClientError, OSError) as error:
                    call |= {"status": None, "error": f"{type(error).__name__}: {error}"}
                    if last == CONNECTIONS_TRIED or not isinstance(
                        error, aiohttp.ClientConnectorError
                    ):
                        break
        self.calls.append(call)
        if call["status"] is None or call["status"] >= 400:
            _log.warning("%s answered %s", url, call["status"] or call["error"])

    async def _answer(
        self, url: str, form: Mapping[str, str], headers: dict[str, str]
    ) -> dict[str, Any]:
        assert self._session is not None
        # The address goes out as it is written, since it was signed like that.
        async with self._session.post(
            URL(url, encoded=True), data=dict(form), headers=headers
        ) as answer:
            return {"status": answer.status, "response": await answer.text()}


def status_form(message: StoredMessage, step: Step) -> dict[str, str]:
    """Return the fields of a status callback."""
    form = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.sender_at(message.begins + step.after) or "",
        "MessageSid": message.sid,
        "MessageStatus": step.status,
        "SmsSid": message.sid,
        "SmsStatus": step.status,
        "To": message.to,
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if step.error_code is not None:
        form["ErrorCode"] = str(step.error_code)
    if step.status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = datetime.now(UTC).strftime("%y%m%d%H%M")
    return form


def inbound_form(
    message: StoredMessage, to: str, opt_out_type: str | None = None
) -> dict[str, str]:
    """Return the fields of an inbound message's webhook."""
    form = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_ or "",
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(message.to_json(message.created)["num_segments"]),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": to,
    }
    if message.messaging_service_sid:
        form["MessagingServiceSid"] = message.messaging_service_sid
    if opt_out_type is not None:
        form["OptOutType"] = opt_out_type
    return form


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
