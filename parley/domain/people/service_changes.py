"""What a change to a service, or to something in it, writes: the change, and who made it.

Pure. The change is fenced by the ``update_time`` of what it changes; the audit entry beside it,
under an id drawn once a call, shows after a lost answer that it was done.
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


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """One call that changes something of a service: by whom, what it does, and to whom or what.

    ``target`` is the id of a person or a report, None when it is the service itself.
    """

    id: str
    service_id: str
    by: str
    action: str
    target: str | None = None

    @property
    def audit_path(self) -> str:
        """Where it is told; a document stands there once it was done."""
        return paths.service_audit(self.service_id, self.id)


def changed(
    held: Snapshot,
    wanted: Mapping[str, Any],
    change: ServiceChange,
    *,
    along: Mapping[str, Any] | None = None,
) -> list[Write]:
    """The named fields as wanted, None taking one away; no writes where all is so already.

    ``along`` is written with a change that there is, and told by the audit's own ``by`` and ``at``.
    """
    new = {name: value for name, value in wanted.items() if held.fields.get(name) != value}
    if not new:
        return []
    fields = {name: DELETE_FIELD if value is None else value for name, value in new.items()}
    fields |= along or {}
    before = {name: held.fields[name] for name in new if name in held.fields}
    return [Update(held.path, fields, UpdatedAt(held.update_time)), told(change, before, new)]


def told(change: ServiceChange, before: Mapping[str, Any], after: Mapping[str, Any]) -> Write:
    """The entry in the service's audit."""
    entry = audit_fields(
        action=change.action,
        by=change.by,
        at=SERVER_TIME,
        target=change.target,
        before=dict(before),
        after=dict(after),
    )
    return Set(change.audit_path, entry, MUST_NOT_EXIST)
