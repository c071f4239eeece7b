"""A direct chat is made by either of the two, whole, once, and not past a block."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import NOW, Database, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import PAST
from tests.rules.forms_of_people import direct_chat, joined, open_direct


def opens(client: firestore.Client, chat_id: str, creator: str) -> str:
    members = [joined() for _ in chat_id.split(":")]
    return verdict(lambda: open_direct(client, chat_id, direct_chat(creator), *members))


@pytest.mark.parametrize("who", ["alice", "stranger"])
def test_either_person_opens_a_direct_chat(
    who: str, cast: Cast, act: Callable[[str], firestore.Client]
) -> None:
    assert opens(act(who), cast.new_chat, cast.member(who)) == "allowed"


@pytest.mark.parametrize("who", ["bob", "owner"])
def test_a_third_person_does_not_open_it(
    who: str, cast: Cast, act: Callable[[str], firestore.Client]
) -> None:
    assert opens(act(who), cast.new_chat, cast.member(who)) == "denied"
    assert opens(act(who), cast.new_chat, cast.alice) == "denied"


def test_a_direct_chat_is_opened_once(cast: Cast, database: Database) -> None:
    assert opens(database.user(cast.alice), cast.direct, cast.alice) == "denied"


@pytest.mark.parametrize(
    "name",
    [
        "{stranger}:{alice}",
        "{alice}:{alice}",
        "{alice}",
        "{alice}:",
        ":{alice}",
        "{alice}:service:x",
        "{alice}:{bob}:{stranger}",
        "{alice}:service",
        "{alice}:system",
        "{alice}:broadcast",
        "broadcast:{stranger}",
    ],
)
def test_its_id_is_the_two_sorted_uids(name: str, cast: Cast, database: Database) -> None:
    chat_id = name.format(alice=cast.alice, bob=cast.bob, stranger=cast.stranger)
    who = cast.alice if cast.alice in chat_id else cast.stranger
    client = database.user(who)
    batch = client.batch()
    batch.set(client.document(paths.chat(chat_id)), direct_chat(who))
    for uid in filter(None, set(chat_id.split(":"))):
        batch.set(client.document(paths.chat_member(chat_id, uid)), joined())
    assert verdict(batch.commit) == "denied"


@pytest.mark.parametrize("spoilt", [0, 1])
def test_both_join_as_members(spoilt: int, cast: Cast, database: Database) -> None:
    members = [joined(), joined()]
    members[spoilt] = {**joined(), "role": "owner"}
    alice = database.user(cast.alice)
    chat = direct_chat(cast.alice)
    assert verdict(lambda: open_direct(alice, cast.new_chat, chat, *members)) == "denied"


@pytest.mark.parametrize("who", ["alice", "nobody"])
def test_a_former_member_cannot_rejoin_an_existing_chat(
    who: str, cast: Cast, seed: Seed, act: Callable[[str], firestore.Client], database: Database
) -> None:
    seed({paths.chat(cast.direct): {**direct_chat(cast.bob), "createdAt": PAST}})
    member = paths.chat_member(cast.direct, cast.alice)
    database.server().document(member).delete()
    assert verdict(lambda: act(who).document(member).set(joined())) == "denied"


@pytest.mark.parametrize("left", ["the chat", "its members"])
def test_the_remains_of_a_chat_cannot_be_reopened(
    left: str, cast: Cast, act: Callable[[str], firestore.Client], database: Database
) -> None:
    chat = paths.chat(cast.direct)
    members = [paths.chat_member(cast.direct, uid) for uid in (cast.alice, cast.bob)]
    for gone in members if left == "the chat" else [chat]:
        database.server().document(gone).delete()
    assert opens(act("alice"), cast.direct, cast.alice) == "denied"


def test_both_people_may_get_it_before_it_exists(
    cast: Cast, act: Callable[[str], firestore.Client], database: Database
) -> None:
    chat = act("alice").document(paths.chat(cast.direct))
    assert verdict(chat.get) == "allowed"
    database.server().document(paths.chat_member(cast.direct, cast.alice)).delete()
    assert verdict(chat.get) == "denied"
    database.server().document(paths.chat(cast.direct)).delete()
    assert verdict(chat.get) == "allowed"


@pytest.mark.parametrize("missing", [0, 1])
def test_it_is_created_with_both_members(missing: int, cast: Cast, database: Database) -> None:
    alice = database.user(cast.alice)
    one = cast.new_chat.split(":")[1 - missing]
    batch = alice.batch()
    batch.set(alice.document(paths.chat(cast.new_chat)), direct_chat(cast.alice))
    batch.set(alice.document(paths.chat_member(cast.new_chat, one)), joined())
    assert verdict(batch.commit) == "denied"


def test_chat_and_members_are_created_only_together(cast: Cast, database: Database) -> None:
    alice = database.user(cast.alice)
    chat = alice.document(paths.chat(cast.new_chat))
    assert verdict(lambda: chat.set(direct_chat(cast.alice))) == "denied"
    for uid in (cast.alice, cast.stranger):
        member = alice.document(paths.chat_member(cast.new_chat, uid))
        assert verdict(lambda member=member: member.set(joined())) == "denied"


def test_a_blocked_person_cannot_open_it_and_the_blocker_can(
    cast: Cast, seed: Seed, database: Database
) -> None:
    seed({paths.user_block(cast.stranger, cast.alice): {"createdAt": PAST}})
    assert opens(database.user(cast.alice), cast.new_chat, cast.alice) == "denied"
    assert opens(database.user(cast.stranger), cast.new_chat, cast.stranger) == "allowed"


def test_no_third_member_is_created_with_it(cast: Cast, database: Database) -> None:
    alice = database.user(cast.alice)
    batch = alice.batch()
    batch.set(alice.document(paths.chat(cast.new_chat)), direct_chat(cast.alice))
    for uid in (cast.alice, cast.stranger, cast.bob):
        batch.set(alice.document(paths.chat_member(cast.new_chat, uid)), joined())
    assert verdict(batch.commit) == "denied"


@pytest.mark.parametrize("chat", ["direct", "case", "broadcast", "group", "private group"])
@pytest.mark.parametrize("who", ["alice", "bob", "stranger", "owner"])
def test_clients_cannot_change_an_existing_chat(
    who: str, chat: str, cast: Cast, act: Callable[[str], firestore.Client]
) -> None:
    client, chat_id = act(who), cast.chats[chat]
    document = client.document(paths.chat(chat_id))
    own = client.document(paths.chat_member(chat_id, cast.member(who)))
    attempts: list[Callable[[], object]] = [
        lambda: document.update({"title": "Mine"}),
        lambda: document.set({"lastMessage": {"preview": "x"}}, merge=True),
        document.delete,
        lambda: own.set({"role": "owner", "joinedAt": NOW}),
        lambda: own.set(joined()),
        own.delete,
        lambda: client.document(paths.chat_audit(chat_id, "a")).set({"at": NOW}),
    ]
    for attempt in attempts:
        assert verdict(attempt) == "denied"


@pytest.mark.parametrize("name", ["a:b", "service", "system", "broadcast"])
def test_a_uid_that_resembles_another_id_has_no_rights(name: str, database: Database) -> None:
    client = database.user(name)
    assert verdict(client.document("profiles/anybody").get) == "denied"
    assert verdict(client.document(paths.user(name)).get) == "denied"


def test_an_anonymous_user_is_signed_in(cast: Cast, database: Database) -> None:
    guest = database.user(cast.stranger, firebase={"sign_in_provider": "anonymous"})
    assert opens(guest, cast.new_chat, cast.stranger) == "allowed"
