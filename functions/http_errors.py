"""Encode answers as strict JSON, and Parley's errors as errors of the callable protocol."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from callable_values import Unsayable, encoded, legible
from firebase_functions.https_fn import CallableRequest, FunctionsErrorCode, HttpsError
from pydantic import ValidationError

from parley.domain.access import RefusalKind, Refused
from parley.errors import Conflict, RetryableError
from parley.structured_logging import error_text, get_log
from schema import limits
from schema.reasons import CallableReason

SHOWN_VALUE = 100
"""The longest part of a refused value that an error repeats, in characters."""

LIMITS = ("max_length", "min_length", "le", "lt", "ge", "gt", "pattern", "expected")
"""The keys of pydantic's error context that hold the limit."""

CODES: Mapping[RefusalKind, FunctionsErrorCode] = {
    RefusalKind.UNAUTHENTICATED: FunctionsErrorCode.UNAUTHENTICATED,
    RefusalKind.FORBIDDEN: FunctionsErrorCode.PERMISSION_DENIED,
    RefusalKind.NOT_FOUND: FunctionsErrorCode.NOT_FOUND,
    RefusalKind.INVALID: FunctionsErrorCode.INVALID_ARGUMENT,
    RefusalKind.CONFLICT: FunctionsErrorCode.ALREADY_EXISTS,
    RefusalKind.FAILED_PRECONDITION: FunctionsErrorCode.FAILED_PRECONDITION,
    RefusalKind.CONTENDED: FunctionsErrorCode.ABORTED,
    RefusalKind.EXHAUSTED: FunctionsErrorCode.RESOURCE_EXHAUSTED,
}
"""How the callable protocol words each kind of refusal."""

log = get_log(__name__)

Handler = Callable[[CallableRequest[Any]], Any]


def answering_errors(handler: Handler) -> Handler:
    """Wrap a callable so that it answers in strict JSON and every error has ``details.reason``.

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
    """Return the answer to an error. Unexpected errors are logged, and reveal nothing."""
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
            return refusal(error)
        case Conflict():
            log.warning("call.contended", error=error_text(error))
            return refusal(
                Refused(
                    RefusalKind.CONTENDED,
                    CallableReason.CONTENDED,
                    "others are changing the same",
                    "try again",
                )
            )
        case RetryableError():
            details: dict[str, Any] = {
                "reason": str(CallableReason.CONTENDED),
                "wayOut": "try again",
            }
            if error.retry_after is not None:
                details["retryAfter"] = error.retry_after
            log.warning("call.not_done", error=error_text(error))
            message = "the service is busy; try again"
            return HttpsError(FunctionsErrorCode.UNAVAILABLE, message, details)
        case ValidationError():
            return invalid_argument(error)
        case _:
            log.error("call.failed", trace=error)
            reason = {"reason": str(CallableReason.INTERNAL)}
            return HttpsError(FunctionsErrorCode.INTERNAL, "Something went wrong here.", reason)


def refusal(refused: Refused) -> HttpsError:
    """Return the answer to a refused request."""
    details: dict[str, Any] = {"reason": str(refused.reason)}
    if refused.way_out is not None:
        details["wayOut"] = refused.way_out
    if refused.retry_after is not None:
        details["retryAfter"] = refused.retry_after
    if refused.about:
        details["about"] = refused.about
    return HttpsError(CODES[refused.kind], refused.message, details)


def invalid_argument(error: ValidationError) -> HttpsError:
    """Return the answer that lists the first wrong fields in ``details.errors``, and their number.

    Each listed error takes some hundred bytes, for a wrong field of a few.
    """
    found = error.errors(include_url=False)
    errors = [argument_error(entry) for entry in found[: limits.TOLD_ERRORS]]
    first = errors[0]
    message = f"{first['field'] or 'data'}: {first['message']}, got {first['value']}"
    if "limit" in first:
        message += f" (limit: {first['limit']})"
    details = {
        "reason": str(CallableReason.INVALID_ARGUMENT),
        "errors": errors,
        "errorCount": len(found),
    }
    return HttpsError(FunctionsErrorCode.INVALID_ARGUMENT, message, details)


def argument_error(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return one wrong field: its path, what is wrong, its value and the limit."""
    context = entry.get("ctx", {})
    found: dict[str, Any] = {
        "field": ".".join(str(part) for part in entry["loc"]),
        "message": "must be an object" if entry["type"] == "model_type" else entry["msg"],
        "value": shown(entry["input"]),
    }
    limit = next((context[name] for name in LIMITS if name in context), None)
    if limit is not None:
        found["limit"] = limit if isinstance(limit, int | float) else str(limit)
    return found


def shown(value: Any) -> str:
    """Return a value as JSON, as the caller sent it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"
