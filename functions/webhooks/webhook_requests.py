"""Read a provider's HTTP request, unparsed where a signature covers it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Request
from werkzeug.datastructures import Headers, MultiDict

MAX_BODY = 65_536
"""Bytes. The longest form of Twilio, a text of 1,600 characters with ten files, is half of it."""
MAX_FIELDS = 500

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

ORIGINAL_URL = "X-Original-Url"
"""Where Hosting keeps path and query as they came; what it passes on may be encoded anew."""

Form = MultiDict[str, str]


class WebhookRefused(Exception):
    """A request that changes nothing; ``status`` and ``message`` are its answer."""

    def __init__(
        self, status: int, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request as it came.

    ``targets``: path and query with their percent encoding untouched, as they arrived here and as
    they arrived at the proxy. ``json_text`` is None for a form.
    """

    targets: tuple[str, ...]
    form: Form
    json_text: str | None
    headers: Headers

    def header(self, name: str) -> str:
        """Return a header's value without space around it, empty if there is none."""
        return self.headers.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class SignedWebhook:
    """A request whose signature was right. ``path`` and ``query`` are those that were signed."""

    path: str
    query: str
    fields: Form = field(default_factory=MultiDict)

    def value(self, name: str) -> str:
        """Return a field's first value, empty if there is none."""
        return self.fields.get(name) or ""


def read_webhook(request: Request) -> WebhookRequest:
    """Read a POST with a form or JSON; raise ``WebhookRefused`` for anything else."""
    if request.method != "POST":
        raise WebhookRefused(405, "only POST is answered here", headers={"Allow": "POST"})
    kind = request.mimetype
    if kind not in (FORM, JSON):
        raise WebhookRefused(415, f"send {FORM} or {JSON}, not {kind[:60] or 'nothing'}")
    text = _text(_body(request))
    if kind == JSON:
        return WebhookRequest(_targets(request), MultiDict(), text, request.headers)
    return WebhookRequest(_targets(request), _form(text), None, request.headers)


def json_fields(text: str) -> Form:
    """Return the texts and numbers of a JSON object as a form would hold them.

    Raise ``WebhookRefused`` if it is no object.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise WebhookRefused(400, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise WebhookRefused(400, "the body is not a JSON object")
    return MultiDict((name, str(entry)) for name, entry in value.items() if _is_scalar(entry))


def split_target(target: str) -> tuple[str, str]:
    """Return path and query of a request target, both still encoded."""
    path, _, query = target.partition("?")
    return path, query


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _body(request: Request) -> bytes:
    """Read no more than the limit; the framework reads the rest, and forgets it."""
    too_large = WebhookRefused(413, f"the body is larger than {MAX_BODY} bytes")
    if (request.content_length or 0) > MAX_BODY:
        raise too_large
    body = bytearray()
    while len(body) <= MAX_BODY and (chunk := request.stream.read(MAX_BODY + 1 - len(body))):
        body += chunk
    if len(body) > MAX_BODY:
        raise too_large
    return bytes(body)


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise WebhookRefused(400, "the body is not UTF-8") from None


def _form(text: str) -> Form:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS, separator="&"
        )
    except UnicodeDecodeError:
        raise WebhookRefused(400, "a field of the form is not UTF-8") from None
    except ValueError:
        raise WebhookRefused(413, f"the form has more than {MAX_FIELDS} fields") from None
    return MultiDict(pairs)


def _targets(request: Request) -> tuple[str, ...]:
    """Return the request's path and query, raw: WSGI itself decodes the path."""
    environ = request.environ
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if not raw.startswith("/"):
        # A proxy may send the absolute form; a server may keep neither variable.
        parts = urlsplit(raw) if raw else urlsplit(request.url)
        raw = parts.path + (f"?{parts.query}" if parts.query else "")
    original = request.headers.get(ORIGINAL_URL, "").strip()
    found = [raw, *([original] if original.startswith("/") else [])]
    return tuple(dict.fromkeys(found))
