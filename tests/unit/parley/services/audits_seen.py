"""What the audit log of the project says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema import paths
from schema.audit import AuditEntry

if TYPE_CHECKING:
    from tests.unit.parley.services.conftest import TwinWorld as World


def audits(world: World) -> list[AuditEntry]:
    prefix = f"{paths.service_audits('default')}/"
    return [
        AuditEntry.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)
    ]
