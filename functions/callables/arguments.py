"""What a callable is asked, in the callable protocol's own spelling of numbers.

Swift's ``Int`` and Kotlin's ``Long`` arrive as ``{"@type": ..., "value": "30"}``
(firebase.google.com/docs/functions/callable-reference).
"""

from __future__ import annotations

import re
from typing import Any, TypeVar

from firebase_functions.https_fn import CallableRequest

from schema.base import Model

M = TypeVar("M", bound=Model)

_LONGS = (
    "type.googleapis.com/google.protobuf.Int64Value",
    "type.googleapis.com/google.protobuf.UInt64Value",
)
_LONG = re.compile(r"-?[0-9]{1,20}")
_DEPTH = 64
"""Deeper than any argument may be; what lies below is left to the model to refuse."""


def asked(request: CallableRequest[Any], model: type[M]) -> M:
    """The arguments as this model; raises ``ValidationError`` naming each field that is wrong."""
    return model.model_validate(decoded(request.data))


def decoded(data: Any, depth: int = 0) -> Any:
    """The data with every wrapped 64-bit integer as a number."""
    if depth > _DEPTH:
        return data
    if isinstance(data, list):
        return [decoded(entry, depth + 1) for entry in data]
    if not isinstance(data, dict):
        return data
    if data.get("@type") in _LONGS and isinstance(text := data.get("value"), str):
        return int(text) if _LONG.fullmatch(text) else data
    return {key: decoded(value, depth + 1) for key, value in data.items()}
