"""Audit entries: who changed what, of a chat and of a service. The server's alone to write."""

from __future__ import annotations

from typing import Any

from schema.base import Document, Sender, Time, present


class AuditEntry(Document):
    """``chats/{chatId}/audit/{id}`` and ``services/{serviceId}/audit/{id}``.

    ``action`` is what was done, ``before`` and ``after`` what it changed. ``target``: the id of
    the person or report of a service that was changed; none when it is the service itself.
    """

    action: str
    by: Sender
    at: Time
    target: str | None = None
    before: Any = None
    after: Any = None


def audit_fields(
    *,
    action: str,
    by: str,
    at: Any,
    target: str | None = None,
    before: Any = None,
    after: Any = None,
) -> dict[str, Any]:
    """An ``AuditEntry``; ``at`` may be a transform of the store."""
    return present(action=action, by=by, at=at, target=target, before=before, after=after)
