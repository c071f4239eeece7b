"""Which rules the tests judge: those of this repository, or others that a plugin puts in place."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.rules.acting import Database


@dataclass(frozen=True)
class Judged:
    """Rules to load, and who looks at the database when the last test that uses it has ended."""

    rules: str
    at_end: Callable[[Database], None]


JUDGED = pytest.StashKey[Judged]()
"""Where in `config.stash` a plugin puts them."""
