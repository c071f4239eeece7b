"""A stage of its own for each attack."""

from collections.abc import Callable

import pytest

from tests.rules.attacks.stage import Stage
from tests.rules.conftest import Seed, TestNumbers


@pytest.fixture(scope="session")
def new_stage(numbers: TestNumbers, seed: Seed) -> Callable[[], Stage]:
    def build() -> Stage:
        stage = Stage(f"{next(numbers)}")
        seed(stage.documents())
        return stage

    return build


@pytest.fixture
def stage(new_stage: Callable[[], Stage]) -> Stage:
    return new_stage()
