"""Audit entries of chats and services. Only the server writes them."""

from __future__ import annotations

from typing import Any

from schema.base import Document, Sender, Time, present


class AuditEntry(Document):
    """``chats/{chatId}/audit/{id}`` and ``services/{serviceId}/audit/{id}``.

    ``before`` and ``after`` hold the changed values. ``target`` is the id of the changed person or
    report; a change of the service itself has none.
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
    """Return an ``AuditEntry``; ``at`` may be a transform of the store."""
    return present(action=action, by=by, at=at, target=target, before=before, after=after)
