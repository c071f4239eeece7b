"""The webhooks of Twilio: status callbacks of our SMS, and SMS that people send to us."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qs, unquote

from firebase_functions.https_fn import on_request
from flask import Request, Response
from runtime import run

from parley.app import App
from parley.domain.delivery.inbound_sms import InboundMedia, InboundSms, OptOutType
from parley.domain.delivery.sms_callbacks import SmsCallback
from parley.errors import Conflict, RetryableError
from parley.settings import Settings
from parley.structured_logging import error_text, get_log
from schema import ids
from webhooks.twilio_signatures import TwilioSignatures
from webhooks.webhook_requests import SignedWebhook, WebhookRefused, read_webhook

T = TypeVar("T")

STATUS_PATH = "/webhooks/twilio/status/"
INBOUND_PATH = "/webhooks/twilio/inbound"

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Tells Twilio to answer nothing; answers are sent as messages of their own."""

RETRY_AFTER = 5
MAX_MEDIA = 10
MAX_CODE = 32

_ATTEMPT = re.compile(r"[1-9][0-9]{0,5}")
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
_STATUS = re.compile(r"[a-z_]{1,40}")
_OPT_OUT_TYPES: Mapping[str, OptOutType] = {"STOP": "STOP", "START": "START", "HELP": "HELP"}
_DRAWN_ID = re.compile(ids.DRAWN_ID_PATTERN)

log = get_log("functions.twilio_webhooks")

Work = Callable[[App], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook. ``work`` decodes a signed request into what the App does about it."""

    name: str
    work: Callable[[SignedWebhook], Work]
    answer: Callable[[], Response]


def status_work(signed: SignedWebhook) -> Work:
    """Apply a status callback to the job and the attempt that its URL names."""
    job_id = _job_id(signed.path)
    attempt = parse_qs(signed.query).get("attempt", [])
    if len(attempt) != 1 or _ATTEMPT.fullmatch(attempt[0]) is None:
        raise WebhookRefused(400, "the URL needs one attempt, a number from 1")
    callback = SmsCallback(
        message_sid=_sid(signed),
        status=_status(signed),
        to=_number(signed.value("To")),
        error_code=signed.value("ErrorCode")[:MAX_CODE] or None,
    )
    if callback.reports_opt_out and not ids.is_name(callback.to):
        raise WebhookRefused(400, "To is not the number that opted out")
    return lambda app: app.sms_status.apply(job_id, callback, attempt=int(attempt[0]))


def inbound_work(signed: SignedWebhook) -> Work:
    """Receive an SMS from a person."""
    if signed.path != INBOUND_PATH:
        raise WebhookRefused(404, "there is no such webhook")
    if ":" in _number(signed.value("From")):
        raise WebhookRefused(400, "only SMS, MMS and RCS are received here")
    inbound = InboundSms(
        message_sid=_sid(signed),
        from_=_number(signed.value("From")),
        to=_number(signed.value("To")),
        body=signed.value("Body"),
        opt_out_type=_OPT_OUT_TYPES.get(signed.value("OptOutType")),
        media=_media(signed),
        messaging_service_sid=_messaging_service(signed),
    )
    if not inbound.from_ or not inbound.to:
        raise WebhookRefused(400, "From and To are needed")
    if not ids.is_name(inbound.from_):
        # An opt-out is kept under this name.
        raise WebhookRefused(400, "From is not an address of a person")
    return lambda app: app.receive_sms.receive(inbound)


WEBHOOKS = (
    Webhook("twilioStatus", status_work, lambda: Response(status=204)),
    Webhook("twilioInbound", inbound_work, lambda: Response(EMPTY_TWIML, mimetype="text/xml")),
)


class RunsOnApp(Protocol):
    """Runs a coroutine on the App of this process and waits for it."""

    def __call__(self, call: Callable[[App], Coroutine[Any, Any, T]], /) -> T: ...


def respond(webhook: Webhook, request: Request, run_on_app: RunsOnApp = run) -> Response:
    """Answer one request. Nothing is done unless its signature is right."""
    try:
        unsigned = read_webhook(request)
        signatures = TwilioSignatures.from_settings(run_on_app(_settings))
        run_on_app(webhook.work(signatures.require_signed(unsigned)))
        return webhook.answer()
    except WebhookRefused as refused:
        log.warning(
            "webhook.refused", webhook=webhook.name, status=refused.status, why=refused.message
        )
        return _text(refused.status, refused.message, refused.headers)
    except (RetryableError, Conflict) as error:
        log.warning("webhook.notDone", webhook=webhook.name, error=error_text(error))
        return _text(503, "busy; call again", {"Retry-After": str(RETRY_AFTER)})
    except Exception as error:
        log.error("webhook.failed", webhook=webhook.name, trace=error)
        return _text(500, "something went wrong here")


def bound_secrets(environment: Mapping[str, str]) -> list[str]:
    """Return the secrets that Firebase binds to the webhooks when it deploys them.

    On the emulator they are plain variables, and looking for them at Google's would fail. Shared
    keys are rare: their secret is bound if the variable is set while deploying.
    """
    if environment.get("FUNCTIONS_EMULATOR") == "true":
        return []
    keys = "PARLEY_TWILIO_WEBHOOK_KEYS"
    return ["TWILIO_AUTH_TOKEN", *([keys] if environment.get(keys) else [])]


def endpoint(webhook: Webhook) -> Callable[[Request], Response]:
    """Return the function that Firebase deploys for a webhook, under its ``__name__``."""

    def handle(request: Request) -> Response:
        return respond(webhook, request)

    handle.__name__ = handle.__qualname__ = webhook.name
    deployed: Callable[[Request], Response] = on_request(secrets=bound_secrets(os.environ))(handle)
    return deployed


ENDPOINTS = {webhook.name: endpoint(webhook) for webhook in WEBHOOKS}


async def _settings(app: App) -> Settings:
    return app.settings


def _text(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(message, status, headers=dict(headers or {}), mimetype="text/plain")


def _job_id(path: str) -> str:
    """Return the id at the end of the path of a callback; it names one document."""
    name = unquote(path.removeprefix(STATUS_PATH))
    campaign_id, colon, uid = name.partition(":")
    is_id = _DRAWN_ID.fullmatch(campaign_id) is not None and (not colon or ids.is_name(uid))
    if not path.startswith(STATUS_PATH) or not is_id:
        raise WebhookRefused(404, "the URL names no job")
    return name


def _sid(signed: SignedWebhook) -> str:
    sid = signed.value("MessageSid") or signed.value("SmsSid")
    if _SID.fullmatch(sid) is None:
        raise WebhookRefused(400, "MessageSid is not the SID of a message")
    return sid


def _status(signed: SignedWebhook) -> str:
    status = signed.value("MessageStatus") or signed.value("SmsStatus")
    if _STATUS.fullmatch(status) is None:
        raise WebhookRefused(400, "MessageStatus is not a status")
    return status


def _number(address: str) -> str:
    """Return an address without the channel that Twilio puts before those of RCS."""
    return address.removeprefix("rcs:").strip()[:128]


def _messaging_service(signed: SignedWebhook) -> str | None:
    sid = signed.value("MessagingServiceSid")
    return sid if _SERVICE_SID.fullmatch(sid) else None


def _media(signed: SignedWebhook) -> tuple[InboundMedia, ...]:
    count = signed.value("NumMedia")
    found = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    return tuple(
        InboundMedia(url, signed.value(f"MediaContentType{number}"))
        for number in range(min(found, MAX_MEDIA))
        if (url := signed.value(f"MediaUrl{number}"))
    )
