"""Requests as Twilio makes them, signed by its own validator."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Request
from twilio.request_validator import HMAC_SHA256, RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder

from parley.settings import Settings

PUBLIC_URL = "https://parley.example.com"
ACCOUNT_SID = "AC" + "1" * 32
TOKEN = "12345"
KEY = "webhooks_sharedkey_7"
KEY_SECRET = "the secret of a shared key"
SID = "SM" + "a" * 32

Fields = Sequence[tuple[str, str]]


def settings(**changes: Any) -> Settings:
    return Settings.model_validate(
        {
            "GCLOUD_PROJECT": "demo-parley",
            "PARLEY_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "PARLEY_TWILIO_WEBHOOK_KEYS": f"{KEY}:{KEY_SECRET}",
        }
        | changes
    )


def signature_of(
    target: str, fields: Fields = (), *, secret: str = TOKEN, algorithm: str | None = None
) -> str:
    validator = RequestValidator(secret)
    signature: str = validator.compute_signature(PUBLIC_URL + target, MultiDict(fields), algorithm)
    return signature


def flask_request(
    target: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    method: str = "POST",
    environ: Mapping[str, Any] | None = None,
) -> Request:
    """A request whose target arrives as a server hands it over: raw, and decoded beside it."""
    builder = EnvironBuilder(
        path="/",
        method=method,
        data=body,
        headers=[*headers.items()],
        base_url="http://10.0.0.7:8080/",
    )
    raw: dict[str, Any] = {"RAW_URI": target, "REQUEST_URI": target}
    return Request({**builder.get_environ(), **raw, **(environ or {})})


def form_request(
    target: str,
    fields: Fields,
    *,
    signature: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """A form, signed for this target unless a signature is given."""
    return flask_request(
        target,
        urlencode(fields).encode(),
        {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature_of(target, fields) if signature is None else signature,
        }
        | dict(headers or {}),
    )


def key_headers(
    target: str, fields: Fields, *, secret: str = KEY_SECRET, key: str = KEY
) -> dict[str, str]:
    """The headers of a request that is signed with a shared key."""
    return {
        "X-Twilio-Signature": signature_of(target, fields, secret=secret, algorithm=HMAC_SHA256),
        "X-Twilio-Webhooks-Signature-Settings": f"key={key},algorithm={HMAC_SHA256}",
    }


def json_request(target: str, value: Any, *, digest_of: Any = None) -> Request:
    """JSON, whose digest is in the query."""
    body = json.dumps(value, ensure_ascii=False).encode()
    signed = body if digest_of is None else json.dumps(digest_of).encode()
    target = f"{target}{'&' if '?' in target else '?'}bodySHA256={digest(signed)}"
    headers = {"Content-Type": "application/json", "X-Twilio-Signature": signature_of(target)}
    return flask_request(target, body, headers)


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
