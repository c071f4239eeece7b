"""The rules in their engine, and the documents of Firestore that they may look at."""

import os
from collections.abc import Callable, Iterator

import pytest

from emulator.found import NotFound
from tests.rules.acting import Document
from tests.rules.attacks.stage import Stage
from tests.rules.storage.judging import Request, StorageRules, verdict

Judge = Callable[[Request], str]


@pytest.fixture(scope="session")
def storage_rules() -> Iterator[StorageRules]:
    try:
        rules = StorageRules()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with rules:
        yield rules


@pytest.fixture
def stage() -> Stage:
    return Stage("1")


@pytest.fixture
def documents(stage: Stage) -> dict[str, Document]:
    return stage.documents()


@pytest.fixture
def judge(storage_rules: StorageRules, documents: dict[str, Document]) -> Judge:
    return lambda request: verdict(storage_rules, request, documents)
