"""A pytest plugin: each process keeps what its tests made of the rules, for all to be merged.

`-p tests.rules_quality.recording`; the files lie in `.parley/rules-coverage/`.
"""

import json
import os
import shutil
from dataclasses import astuple

import pytest

from tests.rules.acting import RULES, Database
from tests.rules.judged import JUDGED, Judged
from tests.rules_quality import coverage
from tests.rules_quality.coverage import Coverage, Seen

FOLDER = RULES.parents[1] / ".parley" / "rules-coverage"


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
    config.stash[JUDGED] = Judged(RULES.read_text(), keep)


def keep(database: Database) -> None:
    seen = coverage.of_project(database.host, database.project)
    lines = [[*place, *astuple(values)] for place, values in seen.items()]
    (FOLDER / f"{database.project}.json").write_text(json.dumps(lines))


def kept() -> Coverage:
    """What all processes of the last recorded run have seen."""
    return coverage.merged(
        {(start, end): Seen(*values) for start, end, *values in json.loads(file.read_text())}
        for file in FOLDER.glob("*.json")
    )
