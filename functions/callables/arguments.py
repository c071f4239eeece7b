"""What a callable is asked."""

from __future__ import annotations

from typing import Any, TypeVar

from callable_values import decoded
from firebase_functions.https_fn import CallableRequest

from schema.base import Model

M = TypeVar("M", bound=Model)


def asked(request: CallableRequest[Any], model: type[M]) -> M:
    """The arguments as this model; raises ``ValidationError`` naming each field that is wrong."""
    return model.model_validate(decoded(request.data))
