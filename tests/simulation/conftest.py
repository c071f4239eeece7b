"""The same world as the unit tests have, on the twins."""

from tests.unit.parley.services.conftest import group, world

__all__ = ["group", "world"]
