"""Parley's errors, by the way to handle them.

One root, and four classes that callers distinguish: retry later, another writer was first, it can
never work, and *it is unknown whether it was applied*.
"""

from __future__ import annotations


class ParleyError(Exception):
    """The root of all errors that Parley raises on purpose."""


class RetryableError(ParleyError):
    """It may work later. ``retry_after``: seconds that the other side asked to wait."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PermanentError(ParleyError):
    """It can never work; a queue message that raises it is dead-lettered."""


class StoreUnavailable(RetryableError):
    """The store answered that it did nothing (UNAVAILABLE, ABORTED, RESOURCE_EXHAUSTED).

    Or it refuses our credentials (UNAUTHENTICATED, PERMISSION_DENIED).
    """


class StoreContended(StoreUnavailable):
    """Nothing was applied, because others wrote the same documents at that moment (ABORTED).

    A commit of fewer documents meets fewer of them.
    """


class CommitOutcomeUnknown(RetryableError):
    """The answer of a commit was lost: it may have been applied. Read the fence to know."""


class Conflict(ParleyError):
    """A precondition failed: nothing of the commit was applied. Load again and decide again."""


class StoreRejected(PermanentError):
    """The store refuses the request as it is (INVALID_ARGUMENT, too big)."""


class CommitTooLarge(StoreRejected):
    """A commit is larger than the store takes at once; its writes in smaller commits may pass."""


class QueueUnavailable(RetryableError):
    """The queue did not take or give messages."""


class QueueMissing(QueueUnavailable):
    """The topic or the subscription does not exist; provisioning creates it."""


class FilesUnavailable(RetryableError):
    """The file storage did not answer, or broke off."""


class FileMissing(PermanentError):
    """There is no file at this path."""
