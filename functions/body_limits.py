"""Refuse the body of a call that is too large, too deep or no call, before it is parsed.

Firebase's library answers a body that its parser cannot take with ``INTERNAL`` and no reason, and
logs the fields of one that is no call.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from flask import Request, Response, jsonify
from flask_cors import cross_origin

from schema import limits
from schema.reasons import CallableReason

Endpoint = Callable[[Request], Response]

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A text in JSON, or one that never ends; always a match, so that no body is scanned twice."""

_BRACKET = re.compile(rb"[\[\]{}]")

_ENVELOPE = 1
"""The levels of a body around the arguments: ``{"data": ...}``."""


def limiting_bodies(endpoint: Endpoint, *, max_bytes: int) -> Endpoint:
    """Wrap a deployed callable so that it parses no body above the limits."""

    @functools.wraps(endpoint)
    def limited(request: Request) -> Response:
        wrong = wrong_body(request, max_bytes) if request.method == "POST" else None
        return endpoint(request) if wrong is None else _refuse(wrong)

    return limited


def wrong_body(request: Request, max_bytes: int) -> str | None:
    """Return what is wrong with the body of a call; None for one that may be parsed."""
    size = request.content_length or 0
    if size <= max_bytes:
        size = len(request.get_data())
    if size > max_bytes:
        return f"data: must be at most {max_bytes} bytes and is {size}; send less in one call"
    if is_deeper(request.get_data(), limits.ARGUMENT_DEPTH + _ENVELOPE):
        return f"data: must be nested at most {limits.ARGUMENT_DEPTH} levels deep; flatten it"
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or body.keys() != {"data"}:
        return 'the body must be a JSON object with the field "data" alone'
    return None


def is_deeper(body: bytes, most: int) -> bool:
    """Return whether maps and lists of this JSON are nested deeper than ``most`` levels."""
    depth = 0
    for bracket in _BRACKET.finditer(_TEXT.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > most:
            return True
    return False


@cross_origin(methods="POST", origins="*")
def _refuse(message: str) -> Any:
    """Answer as the callable protocol has it, to browsers of any origin, as callables do."""
    details = {"reason": str(CallableReason.INVALID_ARGUMENT)}
    return jsonify(
        error={"message": message, "status": "INVALID_ARGUMENT", "details": details}
    ), 400
