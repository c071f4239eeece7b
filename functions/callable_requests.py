"""Decode a callable's request: who calls, and the arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from callable_values import decoded
from firebase_functions.https_fn import CallableRequest

from parley.domain.access import Caller, RefusalKind, Refused, UserCaller, forbidden
from schema import ids
from schema.base import Model
from schema.reasons import CallableReason

M = TypeVar("M", bound=Model)


def caller_of(request: CallableRequest[Any]) -> Caller:
    """Return the caller by their verified token; raise ``Refused`` without a usable uid.

    Custom tokens can hold any uid. The rules deny everything to a uid that is not a valid name.
    """
    if request.auth is None or not request.auth.uid:
        raise Refused(
            RefusalKind.UNAUTHENTICATED,
            CallableReason.UNAUTHENTICATED,
            "nobody is signed in",
            "sign in first",
        )
    uid = request.auth.uid
    if not ids.is_name(uid):
        raise forbidden(
            f"the uid {uid!r} holds ':' or '/', or is reserved: it cannot be in a chat",
            "sign in with another",
        )
    return UserCaller(uid, is_anonymous=_provider(request.auth.token) == "anonymous")


def _provider(claims: Any) -> object:
    """Return how the user signed in; custom tokens may hold anything."""
    about = claims.get("firebase") if isinstance(claims, Mapping) else None
    return about.get("sign_in_provider") if isinstance(about, Mapping) else None


def parse_arguments(request: CallableRequest[Any], model: type[M]) -> M:
    """Return the arguments as this model; raise ``ValidationError`` naming each wrong field."""
    return model.model_validate(decoded(request.data))
