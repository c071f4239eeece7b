"""Who calls."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest

from parley.domain.errors import Refused
from schema.reasons import CallableReason


def uid_of(request: CallableRequest[Any]) -> str:
    """The uid of the caller's verified token; ``Refused`` without one."""
    if request.auth is None or not request.auth.uid:
        raise Refused("unauthenticated", CallableReason.UNAUTHENTICATED, "Sign in first.")
    return request.auth.uid
