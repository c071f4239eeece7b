"""Who reads bans: the owners of ``default`` and nobody else, the banned person included."""

import pytest

from schema import paths
from tests.rules.acting import Database, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("moderator", "allowed"),
        ("helper", "denied"),
        ("owner", "denied"),
        ("alice", "denied"),
        ("stranger", "denied"),
    ],
)
def test_bans_are_read_by_owners_of_the_project_alone(
    who: str, expected: str, cast: Cast, seed: Seed, database: Database
) -> None:
    uid = cast.member(who)
    seed(
        {
            paths.ban(cast.alice): {"reason": "threats"},
            paths.staff("default", cast.member("moderator")): {"role": "owner"},
            paths.staff("default", cast.member("helper")): {"role": "admin"},
        }
    )

    ban = database.user(uid).document(paths.ban(cast.alice))

    assert verdict(ban.get) == expected
    assert verdict(ban.delete) == "denied"
