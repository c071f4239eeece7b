"""A database with the rules, and ids of its own for each test.

A test process has one database for all files but those with a `database` of their own. For each
query the emulator goes through all documents that were ever written to a database, so the files
that ask many queries, and those that write most, keep apart from the others.
"""

import itertools
import uuid
from collections.abc import Callable, Iterator

import pytest
from google.cloud import firestore

from tests.rules.acting import RULES, Database, Document, verdict
from tests.rules.cast import Cast
from tests.rules.judged import JUDGED

TestNumbers = Iterator[int]
Seed = Callable[[dict[str, Document]], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The known denial first: where an emulator is open, every allowed request passes."""
    items.sort(key=lambda item: "test_a_known_denial" not in item.nodeid)


def opened(emulator: str, pytestconfig: pytest.Config) -> Iterator[Database]:
    """Yield a new database under the rules that are judged."""
    database = Database(emulator, f"demo-rules-{uuid.uuid4().hex[:12]}")
    if judged := pytestconfig.stash.get(JUDGED, None):
        database.load_rules(judged.rules)
        yield database
        judged.at_end(database)
    else:
        assert database.load_rules(RULES.read_text()) == []
        assert verdict(database.nobody().document("nowhere/document").get) == "denied"
        yield database


@pytest.fixture(scope="session")
def database(firestore_emulator: str, pytestconfig: pytest.Config) -> Iterator[Database]:
    yield from opened(firestore_emulator, pytestconfig)


@pytest.fixture(scope="session")
def numbers() -> TestNumbers:
    return itertools.count()


@pytest.fixture(scope="module")
def seed(database: Database) -> Seed:
    """Writes documents as the server, in one commit."""
    server = database.server()

    def write(documents: dict[str, Document]) -> None:
        batch = server.batch()
        for path, document in documents.items():
            batch.set(server.document(path), document)
        batch.commit()

    return write


@pytest.fixture(scope="module")
def new_cast(numbers: TestNumbers, seed: Seed) -> Callable[[], Cast]:
    def begin() -> Cast:
        cast = Cast(f"{next(numbers)}")
        seed(cast.documents())
        return cast

    return begin


@pytest.fixture
def cast(new_cast: Callable[[], Cast]) -> Cast:
    return new_cast()


@pytest.fixture
def act(database: Database, cast: Cast) -> Callable[[str], firestore.Client]:
    """`act("alice")`: a client of that member of the cast."""
    return lambda who: database.nobody() if who == "nobody" else database.user(cast.member(who))
