"""The answer to an import of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schema.base import present


def import_errors_fields(
    *, errors: Sequence[Any], error_count: int, failed_lines: str
) -> dict[str, Any]:
    """Return the errors of an import, the first ones in full, as its caller reads them.

    ``failed_lines``: the lines that have any, such as ``7,12-40``.
    """
    return present(errors=list(errors), error_count=error_count, failed_lines=failed_lines)
