"""Tell what a failed request of pyreqwest says about whether it was sent."""

from __future__ import annotations

from pyreqwest.exceptions import (
    ConnectTimeoutError,
    DetailedPyreqwestError,
    PoolTimeoutError,
    RequestError,
)

_UNCONNECTED = "client error (Connect)"
_BEFORE_SENDING = (ConnectTimeoutError, PoolTimeoutError)


def may_be_sent(error: RequestError) -> bool:
    """Return whether the server may have the request.

    ``ConnectError`` also tells of a connection that closed before the answer; the causes of one
    that was never there say so (``findings/pyreqwest-connect-error.sh``).
    """
    is_unconnected = any(_UNCONNECTED in cause for cause in _causes(error))
    return not (is_unconnected or isinstance(error, _BEFORE_SENDING))


def reason_of(error: DetailedPyreqwestError) -> str:
    """Return the class of an error and its first cause, the most exact one."""
    causes = _causes(error)
    return f"{type(error).__name__}: {causes[-1] if causes else error.message}"


def _causes(error: DetailedPyreqwestError) -> list[str]:
    return [cause["message"] for cause in error.details["causes"] or []]
