"""The answer to an import of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schema.base import present


def import_errors_fields(*, errors: Sequence[Any], error_count: int) -> dict[str, Any]:
    """Return the errors of an import, the first ones in full, as its caller reads them."""
    return present(errors=list(errors), error_count=error_count)
