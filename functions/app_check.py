"""Whether callables refuse apps without an App Check token.

The setting is needed before there are settings, where the functions are declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import TypeAdapter

SETTING: Final = "PARLEY_ENFORCE_APP_CHECK"

_BOOL: Final = TypeAdapter(bool)


def enforces_app_check(environment: Mapping[str, str]) -> bool:
    """Return the setting, in any spelling that ``Settings`` takes; raise for another value.

    A value that is misspelled must not leave the callables open.
    """
    value = environment.get(SETTING, "").strip()
    return bool(value) and _BOOL.validate_python(value)
