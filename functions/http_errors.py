"""What a caller is told: answers in JSON, and Parley's errors in the callable protocol's words."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from callable_values import Unsayable, encoded, legible
from firebase_functions.https_fn import CallableRequest, FunctionsErrorCode, HttpsError
from pydantic import ValidationError

from parley.domain.access import Refused
from parley.errors import RetryableError
from parley.structured_logging import get_log
from schema.reasons import CallableReason

SHOWN_VALUE = 100
"""Characters of a refused value that are told back; the caller knows the rest."""

LIMITS = ("max_length", "min_length", "le", "lt", "ge", "gt", "pattern", "expected")
"""Where pydantic keeps the limit that a value broke."""

log = get_log(__name__)

Handler = Callable[[CallableRequest[Any]], Any]


def answering_errors(handler: Handler) -> Handler:
    """A callable that answers in strict JSON, and whose every error has ``details.reason``.

    An answer that JSON cannot carry is an error of ours.
    """

    @functools.wraps(handler)
    def answered(request: CallableRequest[Any]) -> Any:
        try:
            return encoded(handler(request))
        except Exception as error:
            raise https_error(error) from error

    return answered


def https_error(error: Exception) -> HttpsError:
    """The answer for an error; one that nobody foresaw is logged, and told as internal alone."""
    answer = _answer(error)
    try:
        answer.details = encoded(legible(answer.details))
    except Unsayable as unsayable:
        return _answer(unsayable)
    answer.message = legible(answer.message)
    return answer


def _answer(error: Exception) -> HttpsError:
    match error:
        case HttpsError():
            return error
        case Refused():
            told: dict[str, Any] = {"reason": str(error.reason)}
            if error.way_out is not None:
                told["wayOut"] = error.way_out
            return HttpsError(FunctionsErrorCode(error.status), error.message, told)
        case RetryableError():
            details: dict[str, Any] = {
                "reason": str(CallableReason.CONTENDED),
                "wayOut": "try again",
            }
            if error.retry_after is not None:
                details["retryAfter"] = error.retry_after
            log.warning("call.not_done", error=str(error))
            message = "the service is busy; try again"
            return HttpsError(FunctionsErrorCode.UNAVAILABLE, message, details)
        case ValidationError():
            return invalid_argument(error)
        case _:
            log.error("call.failed", trace=error)
            reason = {"reason": str(CallableReason.INTERNAL)}
            return HttpsError(FunctionsErrorCode.INTERNAL, "Something went wrong here.", reason)


def invalid_argument(error: ValidationError) -> HttpsError:
    """Every field that is wrong in ``details.errors``; the message tells of the first."""
    errors = [argument_error(entry) for entry in error.errors(include_url=False)]
    first = errors[0]
    message = f"{first['field'] or 'data'}: {first['message']}, got {first['value']}"
    if "limit" in first:
        message += f" (limit: {first['limit']})"
    details = {"reason": str(CallableReason.INVALID_ARGUMENT), "errors": errors}
    return HttpsError(FunctionsErrorCode.INVALID_ARGUMENT, message, details)


def argument_error(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One field: its path, what is wrong, the value as far as it is shown, and the limit."""
    context = entry.get("ctx", {})
    found: dict[str, Any] = {
        "field": ".".join(str(part) for part in entry["loc"]),
        "message": "must be an object" if entry["type"] == "model_type" else entry["msg"],
        "value": shown(entry["input"]),
    }
    limits = [context[name] for name in LIMITS if name in context]
    if limits:
        found["limit"] = limits[0] if isinstance(limits[0], int | float) else str(limits[0])
    return found


def shown(value: Any) -> str:
    """A value as it is told back to whoever sent it: as JSON, since so it came."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"
