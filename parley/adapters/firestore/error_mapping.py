"""Map gRPC statuses of Firestore to errors of the store.

The emulator and Firestore answer a failed precondition with three codes: NOT_FOUND (a document had
to exist), ALREADY_EXISTS (it must not), FAILED_PRECONDITION (another ``update_time``). All are a
``Conflict``: nothing was applied, and loading again shows the present documents.
"""

from __future__ import annotations

from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from parley.errors import (
    CommitOutcomeUnknown,
    CommitTooLarge,
    Conflict,
    ParleyError,
    StoreContended,
    StoreRejected,
    StoreUnavailable,
)

Code = grpc.StatusCode
RpcError = Any
"""A failed call: ``grpc.aio.AioRpcError``, or the unrelated error of the blocking API.

Both are a ``grpc.RpcError``, which itself promises nothing."""

_PRECONDITION_FAILED = frozenset({Code.NOT_FOUND, Code.ALREADY_EXISTS, Code.FAILED_PRECONDITION})
_ANSWER_LOST = frozenset(
    {Code.DEADLINE_EXCEEDED, Code.CANCELLED, Code.UNKNOWN, Code.INTERNAL, Code.UNAVAILABLE}
)
_LATER = frozenset(
    {
        *_ANSWER_LOST,
        Code.ABORTED,
        Code.RESOURCE_EXHAUSTED,
        # Both are about our credentials, never about one document: no rules apply to a server.
        Code.UNAUTHENTICATED,
        Code.PERMISSION_DENIED,
    }
)
_NEVER_SENT = (
    "failed to connect to all addresses",
    "DNS resolution failed",
    "Getting metadata from plugin failed",
)
"""gRPC's words for a request that did not leave this process; the commit was not applied."""
_NO_DATABASE = ("does not exist for project", "Datastore Mode")
"""Firestore's words for a missing database, under the codes of a failed precondition."""
_NO_INDEX = "requires an index"
"""Firestore's words for an index that is missing or still being built. Both are mended by waiting,
or by a deployment, so the work is tried again."""
_TOO_BIG = (
    "larger than max",
    "exceeds maximum size",
    "payload size exceeds",
    "ransaction too big",
    "transaction or write too big",
    "maximum 500 writes",
)
"""The words of a refused message that is too large: by gRPC in C and in Java (the emulator), and by
Firestore. Only these words tell it from an exhausted quota, which is also RESOURCE_EXHAUSTED."""
_MAY_BE_TOO_BIG = frozenset({Code.RESOURCE_EXHAUSTED, Code.INVALID_ARGUMENT, Code.OUT_OF_RANGE})
_DETAILS_KEY = "grpc-status-details-bin"


def read_error(error: RpcError) -> ParleyError:
    """Return a read's error: ``StoreUnavailable`` if it may work later, else ``StoreRejected``."""
    text = _text(error)
    is_later = error.code() in _LATER or _NO_INDEX in text
    if is_later and not _is_too_big(error):
        return StoreUnavailable(text, retry_after=retry_after(error))
    return StoreRejected(text)


def commit_error(error: RpcError) -> ParleyError:
    """Return the error of a commit.

    ``Conflict``: a precondition failed. ``CommitOutcomeUnknown``: it may have been applied.
    ``StoreUnavailable``: it was not (``StoreContended``: because others wrote the same documents).
    ``StoreRejected``: it never will be (``CommitTooLarge``: not in one piece).
    """
    code, text = error.code(), _text(error)
    if code in _PRECONDITION_FAILED and not any(words in text for words in _NO_DATABASE):
        return Conflict(text)
    if code in _ANSWER_LOST and not any(words in text for words in _NEVER_SENT):
        return CommitOutcomeUnknown(text, retry_after=retry_after(error))
    if code is Code.ABORTED:
        return StoreContended(text, retry_after=retry_after(error))
    if _is_too_big(error):
        return CommitTooLarge(text)
    return read_error(error)


def retry_after(error: RpcError) -> float | None:
    """Return the seconds that the server asked to wait, from ``google.rpc.RetryInfo``."""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.RetryInfo()
                if detail.Unpack(info):
                    return float(info.retry_delay.seconds + info.retry_delay.nanos / 1e9)
    return None


def _is_too_big(error: RpcError) -> bool:
    details = error.details() or ""
    return error.code() in _MAY_BE_TOO_BIG and any(words in details for words in _TOO_BIG)


def _text(error: RpcError) -> str:
    return f"{error.code().name}: {error.details() or 'no details'}"
