"""Who calls."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest

from parley.domain.access import Refused
from schema import ids
from schema.reasons import CallableReason


def uid_of(request: CallableRequest[Any]) -> str:
    """The uid of the caller's verified token; ``Refused`` without one, or with one that is no name.

    A token that the app's own server made may bear any uid; the rules let such a person do nothing.
    """
    if request.auth is None or not request.auth.uid:
        raise Refused(
            "unauthenticated",
            CallableReason.UNAUTHENTICATED,
            "nobody is signed in",
            "sign in first",
        )
    uid = request.auth.uid
    if not ids.is_name(uid):
        raise Refused(
            "permission-denied",
            CallableReason.NOT_ALLOWED,
            f"the uid {uid!r} holds ':' or '/', or is reserved: it cannot be anybody in a chat",
            "sign in with another",
        )
    return uid
