"""The same world as the unit tests have, on the twins; and functions/ on the path, as there."""

from tests.unit.functions.conftest import FUNCTIONS
from tests.unit.parley.services.conftest import group, world

__all__ = ["FUNCTIONS", "group", "world"]
