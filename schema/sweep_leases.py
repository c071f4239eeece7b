"""``sweeps/{name}``: which process sweeps behind a queue."""

from __future__ import annotations

from typing import Any

from schema.patches import Patch, patch


def lease_patch(*, renewals: Any, at: Any) -> Patch:
    """Hold or renew a lease; ``renewals`` rises, so that each renewal changes a value."""
    return patch(renewals=renewals, renewed_at=at)
