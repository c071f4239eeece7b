from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.domain.people.proven_phones import holders, is_proven
from parley.store import Snapshot
from schema import paths

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PHONE, OTHER = "+12025550123", "+12025550124"


def person(uid: str, *, age: int, since: int | None = None, **fields: Any) -> Snapshot:
    """Somebody with the number; ``age`` and ``since`` are days ago."""
    stated = {} if since is None else {"phoneSince": NOW - timedelta(days=since)}
    record = {"phone": PHONE, "createdAt": NOW - timedelta(days=age)} | stated | fields
    return Snapshot(paths.service_user("acme", uid), record, NOW)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"phone": PHONE, "provenPhone": PHONE}, True),
        ({"phone": "+5215512345678", "provenPhone": "+525512345678"}, True),
        ({"phone": PHONE, "provenPhone": OTHER}, False),
        ({"phone": PHONE}, False),
        ({"provenPhone": PHONE}, False),
        ({"phone": 7, "provenPhone": 7}, False),
    ],
)
def test_a_number_is_proven_while_it_is_the_one_that_is_stated(
    record: dict[str, Any], expected: bool
) -> None:
    assert is_proven(record) is expected


def test_all_who_proved_a_number_count_and_nobody_else() -> None:
    ann = person("ann", age=1, provenPhone=PHONE)
    bob = person("bob", age=2, provenPhone=PHONE)
    mal = person("mal", age=9)
    assert holders([mal, ann, bob]) == [bob, ann]


def test_of_those_who_only_state_it_the_first_counts() -> None:
    vic = person("vic", age=3)
    mal = person("mal", age=9, since=1)
    assert holders([mal, vic]) == [vic], "an old account states it later"
    assert holders([]) == []


def test_a_record_without_a_readable_time_comes_last() -> None:
    vic, mal = person("vic", age=1), person("mal", age=9, createdAt="long ago")
    assert holders([mal, vic]) == [vic]
