"""Import Google's generated messages without the clients of the same package.

A package of Google's imports its clients, and with them half of what a worker loads; the calls here
use the messages alone (ADR 4).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without_clients(package: str) -> Iterator[None]:
    """Within, an import from a package finds its modules, but runs no code of the package itself.

    A later import of the package itself brings all of it, with the same messages.
    """
    if package in sys.modules:
        yield
        return
    spec = importlib.util.find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        raise ModuleNotFoundError(f"No package {package!r}", name=package)
    bare = ModuleType(package)
    bare.__path__ = spec.submodule_search_locations
    sys.modules[package] = bare
    try:
        yield
    finally:
        del sys.modules[package]
