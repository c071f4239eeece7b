"""Changes to a service or to documents below it, each with an audit entry in the same commit.

Pure. The ``update_time`` of the changed document fences the commit. The audit entry has an id drawn
once per call; after a lost answer it proves that the commit was applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from schema import paths
from schema.audit import audit_fields
from schema.patches import Patch


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """One call's change: its author, its action and its target.

    ``target`` is the id of a user or a report; None if the service itself is changed.
    """

    id: str
    service_id: str
    by: str
    action: str
    target: str | None = None

    @property
    def audit_path(self) -> str:
        """The path of the audit entry, which exists once the change was applied."""
        return paths.service_audit(self.service_id, self.id)


def change_document(
    document: Snapshot,
    patch: Patch,
    change: ServiceChange,
    *,
    unaudited: Patch | None = None,
) -> list[Write]:
    """Return the writes that apply ``patch``, where None removes a field; none if nothing changes.

    ``unaudited``: extra fields, written only if something changes; the audit entry omits them.
    """
    new = {name: value for name, value in patch.items() if document.fields.get(name) != value}
    if not new:
        return []
    fields = {name: DELETE_FIELD if value is None else value for name, value in new.items()}
    fields |= unaudited or {}
    before = {name: document.fields[name] for name in new if name in document.fields}
    return [
        Update(document.path, fields, UpdatedAt(document.update_time)),
        audit_entry(change, before, new),
    ]


def audit_entry(change: ServiceChange, before: Mapping[str, Any], after: Mapping[str, Any]) -> Set:
    """Return the entry in the service's audit log."""
    entry = audit_fields(
        action=change.action,
        by=change.by,
        at=SERVER_TIME,
        target=change.target,
        before=dict(before),
        after=dict(after),
    )
    return Set(change.audit_path, entry, MUST_NOT_EXIST)
