"""Fixtures that every tier may ask for.

An emulator is started when the first test asks for it, once for a whole run. Where there is none,
the test fails under CI and is skipped on a laptop, with the reason.
"""

import os
import re
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from emulator.binaries import find_firestore, find_pubsub
from emulator.found import NotFound
from emulator.ports import free_offset
from emulator.stack import Stack
from tests import emulators

ROUTINE = re.compile(r"functions: (Beginning execution of|Finished) ")
SHOWN_LINES = 40


def pytest_configure(config: pytest.Config) -> None:
    if emulators.SESSION_VARIABLE not in os.environ:
        emulators.open_session()
        config.add_cleanup(emulators.close_session)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, object]:
    """Where a test of the whole stack fails, what its processes said last is shown with it."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and isinstance(stack, Stack):
        report.sections += [(log.name, tail(log)) for log in sorted(stack.logs.glob("*.log"))]
    return report


def tail(log: Path) -> str:
    """The last lines, without the two that the CLI says of each call of a function."""
    lines = log.read_text(errors="replace").splitlines()
    telling = [line for line in lines if not ROUTINE.search(line)]
    return "\n".join(telling[-SHOWN_LINES:])


def emulator_or_skip(kind: str) -> str:
    try:
        return emulators.shared_emulator(kind)
    except emulators.EmulatorMissing as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def firestore_emulator() -> str:
    """`host:port` of a Firestore emulator that the whole run shares; take an own `project_id`."""
    return emulator_or_skip("firestore")


@pytest.fixture(scope="session")
def pubsub_emulator() -> str:
    """`host:port` of a Pub/Sub emulator that the whole run shares; take an own `project_id`."""
    return emulator_or_skip("pubsub")


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole stack as `make up` runs it, which the e2e and the browser tests share."""
    try:
        find_firestore(), find_pubsub()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    with Stack(offset=free_offset(), workers=1, campaigns_apart=True, restart=True) as running:
        yield running


@pytest.fixture
def project_id() -> str:
    """A project nobody used before: on an emulator, a database and topics of one's own."""
    return f"demo-{uuid.uuid4().hex[:16]}"
