from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.domain.delivery.token_owners import devices_of, is_registration, tokens_given_up
from schema import limits, paths
from schema.push_tokens import PushTokenOwner, PushTokens, push_token_owner_fields

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def device(token: str, second: int = 0) -> dict[str, Any]:
    at = START + timedelta(seconds=second)
    return {"token": token, "kind": "fcmToken", "platform": "ios", "updatedAt": at}


def tokens(**devices: dict[str, Any]) -> PushTokens:
    return PushTokens.parse({"devices": devices})


def held_by(people: dict[str, PushTokens]) -> dict[str, list[str]]:
    devices = devices_of(people)
    assert all(one.uid == uid for uid, some in devices.items() for one in some)
    return {uid: [one.installation_id for one in some] for uid, some in devices.items()}


def test_a_token_belongs_to_its_last_registration_in_any_order() -> None:
    ann = tokens(phone=device("T", 1), tablet=device("A", 2))
    bob = tokens(phone=device("T", 3))
    expected = {"ann": ["tablet"], "bob": ["phone"]}

    assert held_by({"ann": ann, "bob": bob}) == expected
    assert held_by({"bob": bob, "ann": ann}) == expected


def test_a_token_registered_twice_at_once_has_one_owner() -> None:
    people = {uid: tokens(old=device("T"), new=device("T")) for uid in ("ann", "bob")}

    assert held_by(people) == {"ann": [], "bob": ["old"]}


def test_no_people_have_no_devices() -> None:
    assert devices_of({}) == {}
    assert devices_of({"ann": tokens()}) == {"ann": []}


def test_every_change_of_a_device_is_a_registration_and_a_mute_is_not() -> None:
    devices = {"phone": device("T")}

    assert not is_registration({"devices": devices}, {"devices": devices, "muted": {"c": True}})
    assert is_registration({}, {"devices": devices})
    assert is_registration({"devices": devices}, {"devices": {"phone": device("T", 9)}})
    assert is_registration({"devices": devices}, {})


def test_a_token_is_given_up_only_without_any_installation() -> None:
    before = {"devices": {"a": device("T", 1), "b": device("T", 2), "c": device("S", 3)}}

    moved = {"devices": {"d": device("T", 4)}}
    assert tokens_given_up(before, moved) == {"S": START + timedelta(seconds=3)}
    assert tokens_given_up(before, {})["T"] == START + timedelta(seconds=2)
    assert tokens_given_up({}, before) == {}


@pytest.mark.parametrize("devices", [None, 7, "T", [], {"phone": "T"}, {"phone": {"token": 7}}])
def test_unreadable_devices_give_up_nothing(devices: Any) -> None:
    assert tokens_given_up({"devices": devices}, {}) == {}


def test_the_path_of_an_owner_does_not_reveal_the_token() -> None:
    path = paths.push_token_owner("T" * limits.PUSH_TOKEN)

    assert len(paths.last_segment(path)) == 64
    assert paths.push_token_owner("T") != paths.push_token_owner("t")
    assert PushTokenOwner.parse(push_token_owner_fields("ann")).uid == "ann"
