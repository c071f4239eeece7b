"""Partial writes: the fields that a commit changes, by their Python names.

Each model's module has its patches beside it, with typed keyword arguments that default to
``UNSET``. ``None`` is a value like any other; only ``UNSET`` leaves a field unchanged.
"""

from __future__ import annotations

import functools
from enum import Enum
from typing import Any, Final, Literal

from pydantic.alias_generators import to_camel

Patch = dict[str, Any]
"""Changed fields in the stored spelling. Values may be transforms of the store."""

PathPatch = dict[str | tuple[str, ...], Any]
"""A patch whose keys may also lead into maps, as tuples of names."""


class _Unset(Enum):
    UNSET = "unset"

    def __repr__(self) -> str:
        return "UNSET"


Unset = Literal[_Unset.UNSET]
UNSET: Final = _Unset.UNSET
"""Leave this field unchanged."""

camel = functools.cache(to_camel)
"""A cache, because field names are few and builders run a hundred thousand times."""


def patch(**fields: Any) -> Patch:
    """Return the fields that are not ``UNSET``, in the stored spelling."""
    return {camel(name): value for name, value in fields.items() if value is not UNSET}
