"""What people and dashboards keep up to date: records, receipts, typing, rows, devices."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import DELETE, NOW, Database, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import device

Act = Callable[[str], firestore.Client]


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"displayName": "Ally"}, "allowed"),
        ({"phone": "+4915112345678", "email": DELETE}, "allowed"),
        ({"locale": "de", "timeZone": "UTC"}, "allowed"),
        ({"displayName": ""}, "denied"),
        ({"displayName": DELETE}, "denied"),
        ({"phone": "0151"}, "denied"),
        ({"createdAt": NOW}, "denied"),
        ({"createdAt": DELETE}, "denied"),
        ({"serviceIds": ["acme"]}, "denied"),
        ({"serviceIds": DELETE}, "denied"),
        ({"deletedAt": NOW}, "denied"),
        ({"provenPhone": "+4915112345678"}, "denied"),
        ({"lastSeenAt": PAST}, "denied"),
        ({"lastSeenAt": FUTURE}, "denied"),
    ],
)
def test_people_change_their_own_contact_fields(
    update: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    record = {"displayName": "Alice", "email": "a@b", "createdAt": PAST, "serviceIds": ["default"]}
    seed({paths.user(cast.alice): record})
    assert verdict(lambda: act("alice").document(paths.user(cast.alice)).update(update)) == expected
    assert verdict(lambda: act("bob").document(paths.user(cast.alice)).update(update)) == "denied"
    assert verdict(act("alice").document(paths.user(cast.alice)).delete) == "denied"


@pytest.mark.parametrize(("minutes", "expected"), [(59, "denied"), (61, "allowed")])
def test_last_seen_is_written_at_most_once_an_hour(
    minutes: int, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    before = {"displayName": "Alice", "createdAt": PAST, "lastSeenAt": minutes_ago(minutes)}
    seed({paths.user(cast.alice): before})
    record = act("alice").document(paths.user(cast.alice))
    assert verdict(lambda: record.update({"lastSeenAt": DELETE})) == "denied"
    assert verdict(lambda: record.update({"lastSeenAt": NOW})) == expected


def test_a_profile_can_be_changed_but_not_deleted(cast: Cast, act: Act) -> None:
    profile = act("alice").document(paths.profile(cast.alice))
    assert verdict(lambda: profile.set({"displayName": "Alice"})) == "allowed"
    assert verdict(lambda: profile.update({"lastSeenAt": NOW})) == "allowed"
    assert verdict(lambda: profile.update({"displayName": "Ally"})) == "allowed"
    assert verdict(lambda: profile.update({"lastSeenAt": PAST})) == "denied"
    assert verdict(lambda: profile.update({"lastSeenAt": DELETE})) == "denied"
    assert verdict(profile.delete) == "denied"


def test_a_block_is_removed_by_its_author(cast: Cast, seed: Seed, act: Act) -> None:
    block = paths.user_block(cast.alice, cast.bob)
    seed({block: {"createdAt": PAST}})
    assert verdict(lambda: act("alice").document(block).update({"createdAt": FUTURE})) == "denied"
    assert verdict(act("bob").document(block).delete) == "denied"
    assert verdict(act("alice").document(block).delete) == "allowed"


@pytest.mark.parametrize(
    ("receipt", "expected"),
    [
        ({"readTo": PAST + timedelta(minutes=1)}, "allowed"),
        ({"readTo": PAST - timedelta(minutes=1)}, "denied"),
        ({"readTo": FUTURE}, "denied"),
        ({"deliveredTo": PAST + timedelta(minutes=1)}, "allowed"),
        ({"deliveredTo": PAST - timedelta(minutes=1)}, "denied"),
        ({"deliveredTo": DELETE}, "denied"),
        ({"readTo": DELETE}, "denied"),
        ({"readAt": PAST}, "denied"),
    ],
)
def test_a_receipt_only_moves_forward(
    receipt: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.read_receipt(cast.direct, cast.alice)
    seed({path: {"readTo": PAST, "deliveredTo": PAST, "readAt": PAST}})
    update = {"readAt": NOW, **receipt}
    assert verdict(lambda: act("alice").document(path).update(update)) == expected
    assert verdict(lambda: act("bob").document(path).update(update)) == "denied"
    assert verdict(act("alice").document(path).delete) == "denied"


@pytest.mark.parametrize("more", [{}, {"deliveredTo": PAST}])
def test_a_receipt_without_a_delivery_may_get_one(
    more: Document, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.read_receipt(cast.direct, cast.alice)
    seed({path: {"readTo": PAST, "readAt": PAST}})
    update = {"readAt": NOW, "readTo": PAST, **more}
    assert verdict(lambda: act("alice").document(path).update(update)) == "allowed"


@pytest.mark.parametrize("who", ["alice", "bob", "stranger", "rival-owner", *ROLES])
@pytest.mark.parametrize("chat", ["case", "broadcast", "group"])
def test_staff_write_receipts_and_typing_for_their_dashboard(
    who: str, chat: str, cast: Cast, seed: Seed, act: Act
) -> None:
    dashboard = ids.service_member(cast.service)
    agents = chat != "group" and who in ("owner", "admin", "agent")
    expected = "allowed" if agents else "denied"
    receipt = act(who).document(paths.read_receipt(cast.chats[chat], dashboard))
    typing = act(who).document(paths.typing_indicator(cast.chats[chat], dashboard))
    seed({paths.typing_indicator(cast.chats[chat], dashboard): {"at": PAST}})
    assert verdict(lambda: receipt.set({"readTo": PAST, "readAt": NOW})) == expected
    assert verdict(lambda: typing.set({"at": NOW})) == expected
    assert verdict(lambda: typing.update({"at": FUTURE})) == "denied"
    assert verdict(typing.delete) == expected


def test_typing_has_the_present_time(cast: Cast, act: Act) -> None:
    typing = act("alice").document(paths.typing_indicator(cast.direct, cast.alice))
    assert verdict(lambda: typing.set({"at": NOW})) == "allowed"
    assert verdict(lambda: typing.update({"at": FUTURE})) == "denied"


@pytest.mark.parametrize("who", ["stranger", "carol", "owner", "nobody"])
def test_strangers_write_no_receipt_and_no_typing(who: str, cast: Cast, act: Act) -> None:
    client, uid = act(who), cast.member(who)
    receipt = client.document(paths.read_receipt(cast.direct, uid))
    typing = client.document(paths.typing_indicator(cast.direct, uid))
    assert verdict(lambda: receipt.set({"readTo": PAST, "readAt": NOW})) == "denied"
    assert verdict(lambda: typing.set({"at": NOW})) == "denied"


ROW: Document = {"serviceId": "s", "kind": "direct", "messageCount": 5, "readCount": 2}
FLAGS: list[tuple[Document, str]] = [
    ({"readCount": 5}, "allowed"),
    ({"pinned": True, "archived": False, "markedUnread": True}, "allowed"),
    ({"readCount": 1}, "denied"),
    ({"readCount": 6}, "denied"),
    ({"readCount": 3.0}, "denied"),
    ({"readCount": DELETE}, "denied"),
    ({"pinned": "yes"}, "denied"),
    ({"archived": None}, "denied"),
    ({"markedUnread": 1}, "denied"),
    ({"messageCount": 2}, "denied"),
    ({"lastMessage": {"preview": "x"}}, "denied"),
    ({"more": 1}, "denied"),
]


@pytest.mark.parametrize(("update", "expected"), FLAGS)
def test_users_change_only_the_flags_of_their_rows(
    update: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.user_chat(cast.alice, cast.direct)
    seed({path: ROW})
    assert verdict(lambda: act("bob").document(path).update(update)) == "denied"
    assert verdict(lambda: act("alice").document(path).update(update)) == expected
    assert verdict(act("alice").document(path).delete) == "denied"
    new = act("alice").document(paths.user_chat(cast.alice, cast.group))
    assert verdict(lambda: new.set(ROW)) == "denied"


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"readCount": 0}, "allowed"),
        ({"readCount": 5}, "allowed"),
        ({"readCount": -1}, "denied"),
        ({"pinned": True}, "allowed"),
    ],
)
def test_a_row_without_a_read_count_may_get_one(
    update: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.user_chat(cast.alice, cast.direct)
    seed({path: {key: value for key, value in ROW.items() if key != "readCount"}})
    assert verdict(lambda: act("alice").document(path).update(update)) == expected


@pytest.mark.parametrize("who", ["alice", "rival-owner", *ROLES])
def test_agents_change_the_flags_of_the_dashboards_rows(
    who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.user_chat(ids.service_member(cast.service), cast.case)
    seed({path: ROW})
    expected = "allowed" if who in ("owner", "admin", "agent") else "denied"
    assert verdict(lambda: act(who).document(path).update({"readCount": 3})) == expected


@pytest.mark.parametrize(("kind", "expected"), [("service", "allowed"), ("other", "denied")])
def test_staff_have_only_the_chat_list_of_their_dashboard(
    kind: str, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.user_chat(f"{kind}:{cast.service}", cast.case)
    seed({path: ROW})
    row = act("agent").document(path)
    assert verdict(row.get) == expected
    assert verdict(lambda: row.update({"pinned": True})) == expected


@pytest.fixture
def devices(cast: Cast, seed: Seed) -> str:
    """Nineteen devices and a hundred mutes."""
    there = {f"device-{n}": {"token": "t", "updatedAt": PAST} for n in range(19)}
    path = paths.push_tokens(cast.alice)
    seed({path: {"devices": there, "muted": {f"chat-{n}": True for n in range(100)}}})
    return path


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"devices.new": device()}, "allowed"),
        ({"devices.`device-7`": device()}, "allowed"),
        ({"devices.`device-7`": DELETE}, "allowed"),
        ({"devices.`device-18`": device(), "muted.`chat-99`": FUTURE}, "allowed"),
        ({"muted.new": True}, "allowed"),
        ({"muted.`a:service:b`": FUTURE}, "allowed"),
        ({"muted.`chat-50`": DELETE}, "allowed"),
        ({"mentions": "unlessMuted"}, "allowed"),
        ({"mentions": "always", "muted.new": True, "devices.new": device()}, "allowed"),
        ({"mentions": "never"}, "denied"),
        ({"devices.new": {**device(), "updatedAt": PAST}}, "denied"),
        ({"devices.`device-0`": {**device(), "kind": "apns"}}, "denied"),
        ({"devices.`device-18`": {**device(), "token": 7}}, "denied"),
        ({"devices.`device-7`.token": "stolen"}, "denied"),
        ({"devices.`not plain`": device()}, "denied"),
        ({"devices.a": device(), "devices.b": device()}, "denied"),
        ({"devices.`device-1`": DELETE, "devices.`device-2`": DELETE}, "denied"),
        ({"devices": {}}, "denied"),
        ({"devices": DELETE}, "denied"),
        ({"muted.a": True, "muted.b": True}, "denied"),
        ({"muted.`chat-1`": DELETE, "muted.`chat-2`": DELETE}, "denied"),
        ({"muted.`chat-0`": False}, "denied"),
        ({"muted.`chat-99`": 7}, "denied"),
        ({"muted.`a/b`": True}, "denied"),
        ({f"muted.{'x' * 512}": True}, "allowed"),
        ({f"muted.{'x' * 513}": True}, "denied"),
        ({"muted": DELETE}, "denied"),
        ({"more": 1}, "denied"),
    ],
)
def test_one_write_sets_or_removes_one_device_and_one_mute(
    update: dict[str, Any], expected: str, devices: str, act: Act
) -> None:
    assert verdict(lambda: act("bob").document(devices).update(update)) == "denied"
    assert verdict(lambda: act("alice").document(devices).update(update)) == expected


def test_one_write_cannot_replace_two_devices_by_one(cast: Cast, seed: Seed, act: Act) -> None:
    there = {name: {"token": "t", "updatedAt": PAST} for name in ("phone", "tablet")}
    path = paths.push_tokens(cast.alice)
    seed({path: {"devices": there}})
    tokens = act("alice").document(path)
    assert verdict(lambda: tokens.set({"devices": {"laptop": device()}})) == "denied"
    assert verdict(lambda: tokens.update({"devices.laptop": device()})) == "allowed"


def test_at_most_4096_chats_are_muted(cast: Cast, seed: Seed, act: Act) -> None:
    path = paths.push_tokens(cast.alice)
    seed({path: {"devices": {}, "muted": {f"chat-{n}": True for n in range(4_095)}}})
    tokens = act("alice").document(path)
    assert verdict(lambda: tokens.update({"muted.last": True})) == "allowed"
    assert verdict(lambda: tokens.update({"muted.more": True})) == "denied"
    assert verdict(lambda: tokens.update({"muted.last": DELETE})) == "allowed"


def test_the_last_mute_can_be_removed(cast: Cast, seed: Seed, act: Act) -> None:
    path = paths.push_tokens(cast.alice)
    seed({path: {"devices": {}, "muted": {"chat": True}}})
    assert verdict(lambda: act("alice").document(path).update({"muted.chat": DELETE})) == "allowed"


def test_at_most_twenty_devices_are_registered(
    devices: str, cast: Cast, database: Database
) -> None:
    tokens = database.user(cast.alice).document(devices)
    assert verdict(lambda: tokens.update({"devices.twentieth": device()})) == "allowed"
    assert verdict(lambda: tokens.update({"devices.more": device()})) == "denied"
    assert verdict(tokens.delete) == "denied"
