"""Every attack is refused, and beside it the nearest request that is none passes."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.rules.acting import Database, verdict
from tests.rules.attacks import changing, combining, joining, keeping, posting, reading, sending
from tests.rules.attacks.attack import Act, Attack
from tests.rules.attacks.stage import Stage, client_of

WRITES = [
    *posting.ATTACKS,
    *joining.ATTACKS,
    *sending.ATTACKS,
    *keeping.ATTACKS,
    *changing.ATTACKS,
    *combining.ATTACKS,
]


def by_name(attacks: list[Attack]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("attack", attacks, ids=lambda attack: attack.name)


@pytest.fixture(scope="module")
def gallery(new_stage: Callable[[], Stage]) -> Stage:
    """One stage for all who only look."""
    return new_stage()


@by_name(reading.ATTACKS)
def test_a_read_is_refused_and_its_twin_passes(
    attack: Attack, gallery: Stage, database: Database
) -> None:
    tried(attack, gallery, database)


@by_name(WRITES)
def test_a_write_is_refused_and_its_twin_passes(
    attack: Attack, stage: Stage, database: Database
) -> None:
    tried(attack, stage, database)


def tried(attack: Attack, stage: Stage, database: Database) -> None:
    def says(who: str, act: Act) -> str:
        client = client_of(database, stage, who)
        return verdict(lambda: act(client, stage))

    if attack.before:
        assert says(attack.by, attack.before) == "allowed"
    assert says(attack.by, attack.attempt) == "denied"
    assert says(attack.twin_by or attack.by, attack.twin) == "allowed"


def test_every_attack_has_its_own_name() -> None:
    names = Counter(attack.name for attack in (*reading.ATTACKS, *WRITES))
    assert [name for name, count in names.items() if count > 1] == []
