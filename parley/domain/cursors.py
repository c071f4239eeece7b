"""Cursors: where a list or a walk goes on, as text that callers hand back unread. Pure."""

from __future__ import annotations

import base64
import json
from typing import Any

from parley.domain.access import RefusalKind, Refused
from schema.reasons import CallableReason


def pack(values: Any) -> str:
    """Return JSON values as text that is safe in a URL."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode(errors="surrogatepass")).decode()


def unpack(cursor: str) -> Any:
    """Return what ``pack`` was given; raise ``ValueError`` for a text that it never made."""
    try:
        return json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except RecursionError as error:
        raise ValueError("too deeply nested") from error


def no_cursor_of(what: str) -> Refused:
    """Return the refusal of a text that is no cursor of a list or walk."""
    return Refused(
        RefusalKind.INVALID,
        CallableReason.INVALID_ARGUMENT,
        f"cursor: this is no cursor of {what}",
        "begin without one",
    )
