"""Writes of one's own documents that nothing paces: held by the server, or few in a commit."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import DELETE, NOW, Database, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import direct_chat, joined, open_direct

Act = Callable[[str], firestore.Client]


@pytest.mark.parametrize(("until", "expected"), [(FUTURE, "denied"), (PAST, "allowed")])
def test_whoever_is_held_writes_no_blocks_until_its_end(
    until: object, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    seed(
        {
            paths.hold(cast.alice): {"until": until},
            paths.user_block(cast.alice, cast.carol): {"createdAt": PAST},
        }
    )
    alice = act("alice")
    blocks = [alice.document(paths.user_block(cast.alice, uid)) for uid in (cast.bob, cast.carol)]
    for block in blocks:
        assert verdict(lambda block=block: block.set({"createdAt": NOW})) == expected
    assert verdict(blocks[1].delete) == expected
    assert verdict(lambda: [*blocks[1].parent.stream()]) == "allowed", "they read all the same"


@pytest.mark.parametrize(("until", "expected"), [(FUTURE, "denied"), (PAST, "allowed")])
def test_whoever_is_held_creates_no_direct_chat_until_its_end(
    until: object, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    seed({paths.hold(cast.alice): {"until": until}})
    new = direct_chat(cast.alice)

    def opens() -> None:
        open_direct(act("alice"), cast.new_chat, new, joined(), joined())

    assert verdict(opens) == expected


def test_somebody_whom_the_creator_would_write_to_may_be_held(
    cast: Cast, seed: Seed, act: Act
) -> None:
    seed({paths.hold(cast.stranger): {"until": FUTURE}})
    new = direct_chat(cast.alice)
    opened = verdict(lambda: open_direct(act("alice"), cast.new_chat, new, joined(), joined()))
    assert opened == "allowed"


@pytest.mark.parametrize(("until", "expected"), [(FUTURE, "denied"), (PAST, "allowed")])
def test_whoever_deletes_too_fast_deletes_nothing_until_the_hold_ends(
    until: object, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    said = {"senderId": cast.bob, "body": "x", "createdAt": PAST}
    seed({paths.message(cast.group, name): said for name in ("first", "second")})
    seed({paths.deletion_hold(cast.bob): {"until": until}})
    deletion = {"body": DELETE, "deletedAt": NOW}
    bob = act("bob").document(paths.message(cast.group, "first"))
    assert verdict(lambda: bob.update(deletion)) == expected, "an admin of the group, too"
    edited = act("bob").document(paths.message(cast.group, "second"))
    assert verdict(lambda: edited.update({"body": "y", "editedAt": NOW})) == "allowed"


def test_an_admin_deletes_what_somebody_wrote_who_is_held(cast: Cast, seed: Seed, act: Act) -> None:
    seed({paths.message(cast.group, "m"): {"senderId": cast.carol, "body": "x", "createdAt": PAST}})
    seed(
        {
            paths.deletion_hold(cast.carol): {"until": FUTURE},
            paths.hold(cast.carol): {"until": PAST},
        }
    )
    message = act("bob").document(paths.message(cast.group, "m"))
    assert verdict(lambda: message.update({"body": DELETE, "deletedAt": NOW})) == "allowed"


def test_one_who_is_held_holds_nobody_else(cast: Cast, seed: Seed, act: Act) -> None:
    seed({paths.hold(cast.alice): {"until": FUTURE}})
    block = act("bob").document(paths.user_block(cast.bob, cast.alice))
    assert verdict(lambda: block.set({"createdAt": NOW})) == "allowed"


def test_a_block_that_is_not_there_is_removed_for_people_who_are(cast: Cast, act: Act) -> None:
    alice = act("alice")
    known = alice.document(paths.user_block(cast.alice, cast.stranger))
    assert verdict(known.delete) == "allowed"
    invented = alice.document(paths.user_block(cast.alice, "invented"))
    assert verdict(invented.delete) == "denied"


def test_a_reaction_that_is_not_there_is_taken_back_from_messages_that_are(
    cast: Cast, seed: Seed, act: Act
) -> None:
    seed({paths.message(cast.group, "m1"): {"senderId": cast.bob, "body": "x", "createdAt": PAST}})
    carol = act("carol")
    assert verdict(carol.document(paths.reaction(cast.group, "m1", cast.carol)).delete) == "allowed"
    invented = carol.document(paths.reaction(cast.group, "invented", cast.carol))
    assert verdict(invented.delete) == "denied"


def test_a_row_without_a_member_has_the_same_flags(cast: Cast, seed: Seed, act: Act) -> None:
    row = paths.user_chat(cast.stranger, cast.group)
    seed({row: {"messageCount": 2, "updatedAt": PAST}})
    stranger = act("stranger").document(row)
    flags = {"archived": True, "pinned": True, "markedUnread": True, "readCount": 1}
    assert verdict(lambda: stranger.update(flags)) == "allowed"
    assert verdict(lambda: stranger.update({"title": "Mine"})) == "denied"


def test_a_commit_flags_at_most_twenty_rows(cast: Cast, seed: Seed, database: Database) -> None:
    """The rules of one commit look at twenty documents, and each row takes one."""
    chats = [f"chat{number}-{cast.suffix}" for number in range(21)]
    seed({paths.user_chat(cast.alice, chat): {"messageCount": 0} for chat in chats})
    seed({paths.chat_member(chat, cast.alice): {"role": "member"} for chat in chats})

    def flags(count: int) -> str:
        alice = database.user(cast.alice)
        batch = alice.batch()
        for chat in chats[:count]:
            batch.update(alice.document(paths.user_chat(cast.alice, chat)), {"pinned": True})
        return verdict(batch.commit)

    assert [flags(20), flags(21)] == ["allowed", "denied"]


def test_a_commit_takes_back_few_reactions_that_are_not_there(
    cast: Cast, seed: Seed, database: Database
) -> None:
    said = {"senderId": cast.bob, "body": "x", "createdAt": PAST}
    seed({paths.message(cast.group, f"m{number}"): said for number in range(20)})

    def takes_back(count: int) -> str:
        carol = database.user(cast.carol)
        batch = carol.batch()
        for number in range(count):
            batch.delete(carol.document(paths.reaction(cast.group, f"m{number}", cast.carol)))
        return verdict(batch.commit)

    assert [takes_back(19), takes_back(20)] == ["allowed", "denied"]


def test_agents_flag_as_few_rows_of_a_dashboard(cast: Cast, seed: Seed, database: Database) -> None:
    dashboard = ids.service_member(cast.service)
    chats = [ids.case_chat_id(f"u{number}-{cast.suffix}", cast.service) for number in range(20)]
    seed({paths.user_chat(dashboard, chat): {"messageCount": 0} for chat in chats})

    def flags(count: int) -> str:
        agent = database.user(cast.staff("agent"))
        batch = agent.batch()
        for chat in chats[:count]:
            batch.update(agent.document(paths.user_chat(dashboard, chat)), {"archived": True})
        return verdict(batch.commit)

    assert [flags(19), flags(20)] == ["allowed", "denied"]
