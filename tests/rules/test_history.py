"""What a member reads of a group that keeps what was said before from those who join."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import paths
from tests.rules.acting import NOW, Document, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed

Act = Callable[[str], firestore.Client]

JOINED = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEFORE = JOINED - timedelta(milliseconds=1)
MOMENT = timedelta(microseconds=1)
REACTION: Document = {"emoji": "👍", "createdAt": NOW}


@pytest.fixture(autouse=True)
def group(cast: Cast, seed: Seed) -> str:
    """Carol joined after the message ``old``, and is shown what came since; Bob is shown all."""
    said = {"senderId": cast.alice, "body": "Hello"}
    seed(
        {
            paths.chat_member(cast.group, cast.carol): {
                "role": "member",
                "joinedAt": JOINED,
                "readsFrom": JOINED,
            },
            paths.message(cast.group, "old"): said | {"createdAt": BEFORE},
            paths.message(cast.group, "joined"): {
                "senderId": "system",
                "event": "joined",
                "createdAt": JOINED,
            },
            paths.message(cast.group, "new"): said | {"createdAt": JOINED},
            paths.reaction(cast.group, "old", cast.bob): {"emoji": "👍", "createdAt": BEFORE},
            paths.reaction(cast.group, "new", cast.bob): {"emoji": "👍", "createdAt": JOINED},
        }
    )
    return cast.group


@pytest.mark.parametrize("who", ["alice", "bob", "agent", "viewer"])
@pytest.mark.parametrize("message", ["old", "new", "missing"])
def test_others_read_all_that_was_said(who: str, message: str, group: str, act: Act) -> None:
    assert verdict(act(who).document(paths.message(group, message)).get) == "allowed"


@pytest.mark.parametrize(
    ("message", "told"),
    [("old", "denied"), ("missing", "denied"), ("joined", "allowed"), ("new", "allowed")],
)
def test_a_new_member_reads_single_messages_since_they_joined(
    message: str, told: str, group: str, act: Act
) -> None:
    assert verdict(act("carol").document(paths.message(group, message)).get) == told


@pytest.mark.parametrize(
    ("op", "bound", "told"),
    [
        (">=", JOINED, "allowed"),
        (">", JOINED, "allowed"),
        (">=", JOINED + MOMENT, "allowed"),
        (">=", JOINED - MOMENT, "denied"),
        (">", JOINED - MOMENT, "denied"),
        ("<", JOINED + MOMENT, "denied"),
        ("==", BEFORE, "denied"),
        ("==", JOINED, "allowed"),
    ],
)
@pytest.mark.parametrize("descending", [True, False])
def test_a_list_says_since_when(
    op: str, bound: datetime, told: str, descending: bool, group: str, act: Act
) -> None:
    messages = act("carol").collection(paths.messages(group))
    query = messages.where(filter=FieldFilter("createdAt", op, bound))
    if op != "==":
        direction = firestore.Query.DESCENDING if descending else firestore.Query.ASCENDING
        query = query.order_by("createdAt", direction=direction)
    assert verdict(lambda: list(query.limit(30).stream())) == told
    assert verdict(query.count().get) == told


def test_a_list_without_the_time_of_joining_is_refused(cast: Cast, group: str, act: Act) -> None:
    for who, told in (("carol", "denied"), ("bob", "allowed"), ("agent", "allowed")):
        messages = act(who).collection(paths.messages(group))
        newest = messages.order_by("createdAt", direction=firestore.Query.DESCENDING)
        by_alice = messages.where(filter=FieldFilter("senderId", "==", cast.alice))
        for query in (messages, newest.limit(1), by_alice, newest.end_at({"createdAt": JOINED})):
            assert verdict(lambda query=query: list(query.stream())) == told


def test_a_list_is_held_to_the_latest_joining(cast: Cast, group: str, seed: Seed, act: Act) -> None:
    again = JOINED + timedelta(days=1)
    standing = {"role": "member", "joinedAt": again, "readsFrom": again}
    seed({paths.chat_member(group, cast.carol): standing})
    messages = act("carol").collection(paths.messages(group))

    def listed_since(bound: datetime) -> str:
        return verdict(messages.where(filter=FieldFilter("createdAt", ">=", bound)).get)

    assert listed_since(JOINED) == "denied"
    assert listed_since(again) == "allowed"


@pytest.mark.parametrize(
    ("who", "message", "told"),
    [
        ("carol", "old", "denied"),
        ("carol", "new", "allowed"),
        ("bob", "old", "allowed"),
        ("viewer", "old", "allowed"),
        ("stranger", "new", "denied"),
        ("nobody", "new", "denied"),
    ],
)
def test_reactions_are_read_with_their_message(
    who: str, message: str, told: str, cast: Cast, group: str, act: Act
) -> None:
    assert verdict(act(who).document(paths.reaction(group, message, cast.bob)).get) == told
    assert verdict(act(who).collection(f"{paths.message(group, message)}/reactions").get) == told


def test_a_new_member_reacts_to_what_they_are_shown(cast: Cast, group: str, act: Act) -> None:
    def react(message: str) -> str:
        mine = act("carol").document(paths.reaction(group, message, cast.carol))
        return verdict(lambda: mine.set(REACTION))

    assert react("new") == "allowed"
    assert react("old") == "denied"


def test_nobody_moves_the_time_from_which_they_read(cast: Cast, group: str, act: Act) -> None:
    for who in ("carol", "bob", "alice", "owner"):
        member = act(who).document(paths.chat_member(group, cast.carol))
        for update in ({"readsFrom": BEFORE}, {"readsFrom": firestore.DELETE_FIELD}):
            assert verdict(lambda member=member, update=update: member.update(update)) == "denied"
    mine = act("carol").document(paths.chat_member(group, cast.carol))
    assert verdict(mine.delete) == "denied"
    assert verdict(lambda: mine.set({"role": "member", "joinedAt": NOW})) == "denied"


def test_receipts_and_members_of_before_are_read(cast: Cast, group: str, act: Act) -> None:
    assert verdict(act("carol").collection(f"{paths.chat(group)}/members").get) == "allowed"
    assert verdict(act("carol").document(paths.read_receipt(group, cast.bob)).get) == "allowed"


@pytest.fixture
def invitation(cast: Cast, seed: Seed) -> datetime:
    """The stranger was invited to the group when Carol joined it."""
    row = {"serviceId": "default", "kind": "group", "messageCount": 0, "readCount": 0}
    invited = {"invited": True, "invitedBy": cast.alice, "readsFrom": JOINED, "updatedAt": JOINED}
    seed({paths.user_chat(cast.stranger, cast.group): row | invited})
    return JOINED


@pytest.mark.parametrize(
    ("message", "told"),
    [("old", "denied"), ("missing", "denied"), ("joined", "allowed"), ("new", "allowed")],
)
def test_an_invited_person_reads_single_messages_since_the_invitation(
    message: str, told: str, group: str, invitation: datetime, act: Act
) -> None:
    assert verdict(act("stranger").document(paths.message(group, message)).get) == told


@pytest.mark.parametrize(
    ("bound", "told"),
    [(JOINED, "allowed"), (JOINED + MOMENT, "allowed"), (JOINED - MOMENT, "denied")],
)
def test_a_list_of_an_invited_person_says_since_when(
    bound: datetime, told: str, group: str, invitation: datetime, act: Act
) -> None:
    messages = act("stranger").collection(paths.messages(group))
    since = messages.where(filter=FieldFilter("createdAt", ">=", bound))
    assert verdict(lambda: list(since.order_by("createdAt").limit(30).stream())) == told
    assert verdict(since.count().get) == told
    assert verdict(lambda: list(messages.limit(1).stream())) == "denied"


def test_nobody_moves_the_time_from_which_they_read_as_an_invited_person(
    cast: Cast, group: str, invitation: datetime, act: Act
) -> None:
    row = act("stranger").document(paths.user_chat(cast.stranger, group))
    for update in ({"readsFrom": BEFORE}, {"readsFrom": firestore.DELETE_FIELD}):
        assert verdict(lambda update=update: row.update(update)) == "denied"


def test_an_invited_person_reacts_to_nothing_they_are_shown(
    cast: Cast, group: str, invitation: datetime, act: Act
) -> None:
    mine = act("stranger").document(paths.reaction(group, "new", cast.stranger))
    assert verdict(lambda: mine.set(REACTION)) == "denied"
    assert verdict(mine.delete) == "denied"
    assert verdict(act("stranger").document(paths.reaction(group, "new", cast.bob)).get) == "denied"
