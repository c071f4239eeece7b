"""A database for each file, and in it a stage of its own for each attack."""

from collections.abc import Callable, Iterator

import pytest

from tests.rules.acting import Database
from tests.rules.attacks.stage import Stage
from tests.rules.conftest import Seed, TestNumbers, opened


@pytest.fixture(scope="module")
def database(firestore_emulator: str, pytestconfig: pytest.Config) -> Iterator[Database]:
    yield from opened(firestore_emulator, pytestconfig)


@pytest.fixture(scope="module")
def new_stage(numbers: TestNumbers, seed: Seed) -> Callable[[], Stage]:
    def build() -> Stage:
        stage = Stage(f"{next(numbers)}")
        seed(stage.documents())
        return stage

    return build


@pytest.fixture
def stage(new_stage: Callable[[], Stage]) -> Stage:
    return new_stage()
