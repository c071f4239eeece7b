"""Somebody who was invited to a group reads the chat and its messages, and does nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import NOW, Database, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.forms_of_people import message, post

Act = Callable[[firestore.Client, Cast], object]


def row(**more: object) -> dict[str, object]:
    return {
        "serviceId": "default",
        "kind": "group",
        "messageCount": 0,
        "readCount": 0,
        "updatedAt": NOW,
        **more,
    }


@pytest.fixture
def cast(new_cast: Callable[[], Cast], seed: Seed) -> Cast:
    """The stranger is invited to the group; Bob has a row of it too, as a member."""
    cast = new_cast()
    invited = row(invited=True, invitedBy=cast.alice)
    seed(
        {
            paths.user_chat(cast.stranger, cast.group): invited,
            paths.user_chat(cast.bob, cast.group): row(),
            paths.message(cast.group, "m1"): {"senderId": cast.alice, "body": "hi"},
            paths.read_receipt(cast.group, cast.alice): {"readTo": NOW, "readAt": NOW},
            paths.typing_indicator(cast.group, cast.alice): {"at": NOW},
            paths.reaction(cast.group, "m1", cast.alice): {"emoji": "!", "createdAt": NOW},
            paths.past_member(cast.group, cast.stranger): {"leftAt": NOW, "by": cast.alice},
        }
    )
    return cast


READS: list[tuple[str, Act, str]] = [
    ("the chat", lambda c, a: c.document(paths.chat(a.group)).get(), "allowed"),
    ("a message", lambda c, a: c.document(paths.message(a.group, "m1")).get(), "allowed"),
    ("messages", lambda c, a: c.collection(paths.messages(a.group)).limit(5).get(), "allowed"),
    ("the members", lambda c, a: c.collection(paths.chat_members(a.group)).get(), "denied"),
    ("a receipt", lambda c, a: c.document(paths.read_receipt(a.group, a.alice)).get(), "denied"),
    (
        "who types",
        lambda c, a: c.document(paths.typing_indicator(a.group, a.alice)).get(),
        "denied",
    ),
    ("a reaction", lambda c, a: c.document(paths.reaction(a.group, "m1", a.alice)).get(), "denied"),
    ("their past", lambda c, a: c.document(paths.past_member(a.group, a.stranger)).get(), "denied"),
    ("another group", lambda c, a: c.document(paths.chat(a.private_group)).get(), "denied"),
]

WRITES: list[tuple[str, Act]] = [
    ("post", lambda c, a: post(c, a.group, message(a.stranger))),
    (
        "react",
        lambda c, a: c.document(paths.reaction(a.group, "m1", a.stranger)).set(
            {"emoji": "!", "createdAt": NOW}
        ),
    ),
    (
        "confirm reading",
        lambda c, a: c.document(paths.read_receipt(a.group, a.stranger)).set(
            {"readTo": NOW, "readAt": NOW}
        ),
    ),
    (
        "type",
        lambda c, a: c.document(paths.typing_indicator(a.group, a.stranger)).set({"at": NOW}),
    ),
    (
        "pin the row",
        lambda c, a: c.document(paths.user_chat(a.stranger, a.group)).update({"pinned": True}),
    ),
    (
        "accept by themselves",
        lambda c, a: c.document(paths.user_chat(a.stranger, a.group)).update(
            {"invited": firestore.DELETE_FIELD}
        ),
    ),
    (
        "join by themselves",
        lambda c, a: c.document(paths.chat_member(a.group, a.stranger)).set(
            {"role": "member", "joinedAt": NOW}
        ),
    ),
    (
        "decline by themselves",
        lambda c, a: c.document(paths.user_chat(a.stranger, a.group)).delete(),
    ),
]


@pytest.mark.parametrize(("read", "expected"), [pytest.param(*r[1:], id=r[0]) for r in READS])
def test_an_invited_person_reads_the_chat_and_its_messages_alone(
    cast: Cast, act: Callable[..., firestore.Client], read: Act, expected: str
) -> None:
    client = act("stranger")
    assert verdict(lambda: read(client, cast)) == expected


@pytest.mark.parametrize("write", [pytest.param(w[1], id=w[0]) for w in WRITES])
def test_an_invited_person_writes_nothing(
    cast: Cast, act: Callable[..., firestore.Client], write: Act
) -> None:
    client = act("stranger")
    assert verdict(lambda: write(client, cast)) == "denied"


def test_a_member_invites_nobody_and_not_themselves_by_a_row(
    cast: Cast, act: Callable[..., firestore.Client]
) -> None:
    own = act("bob").document(paths.user_chat(cast.bob, cast.private_group))
    theirs = act("bob").document(paths.user_chat(cast.carol, cast.private_group))
    assert verdict(lambda: own.set(row(invited=True))) == "denied"
    assert verdict(lambda: theirs.set(row(invited=True))) == "denied"
    kept = act("bob").document(paths.user_chat(cast.bob, cast.group))
    assert verdict(lambda: kept.update({"invited": True})) == "denied"
    assert verdict(lambda: kept.update({"pinned": True})) == "allowed"


def test_staff_who_are_invited_to_a_group_without_their_dashboard_read_it(
    cast: Cast, seed: Seed, act: Callable[..., firestore.Client]
) -> None:
    chat = act("agent").document(paths.chat(cast.private_group))
    assert verdict(chat.get) == "denied"
    seed({paths.user_chat(cast.staff("agent"), cast.private_group): row(invited=True)})
    assert verdict(chat.get) == "allowed"


def test_only_a_row_that_says_so_invites(
    cast: Cast, seed: Seed, act: Callable[..., firestore.Client]
) -> None:
    seed({paths.user_chat(cast.stranger, cast.group): row(invited=False)})
    chat = act("stranger").document(paths.chat(cast.group))
    assert verdict(chat.get) == "denied"
    seed({paths.user_chat(cast.stranger, cast.case): row(invited=True)})
    assert verdict(act("stranger").document(paths.chat(cast.case)).get) == "denied"
    assert verdict(act("stranger").document(paths.chat(f"none-{cast.suffix}")).get) == "denied"


def test_a_staff_document_of_an_unknown_role_opens_no_group(
    cast: Cast, seed: Seed, act: Callable[..., firestore.Client]
) -> None:
    chat = act("stranger").document(paths.chat(cast.group))
    assert verdict(chat.get) == "allowed"
    seed({paths.staff(cast.service, cast.stranger): {"role": "guest", "displayName": "Guest"}})
    assert verdict(chat.get) == "denied"


INVITED_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = INVITED_AT + timedelta(days=1)


@pytest.fixture
def guest(cast: Cast, seed: Seed) -> Seed:
    """The stranger was invited to the group by Bob, who is an admin; then this is written."""
    invited = row(invited=True, invitedBy=cast.bob) | {"updatedAt": INVITED_AT}
    bob = {"role": "admin", "joinedAt": INVITED_AT - timedelta(days=1)}
    seed(
        {
            paths.user_chat(cast.stranger, cast.group): invited,
            paths.chat_member(cast.group, cast.bob): bob,
        }
    )
    return seed


def test_an_invitation_is_read_by_while_its_inviter_may_invite(
    cast: Cast, guest: Seed, act: Callable[..., firestore.Client]
) -> None:
    assert told(act("stranger"), cast) == {"allowed"}
    guest({paths.chat_member(cast.group, cast.bob): {"role": "owner", "joinedAt": INVITED_AT}})
    assert told(act("stranger"), cast) == {"allowed"}


@pytest.mark.parametrize(
    "standing",
    [
        pytest.param({"role": "member", "joinedAt": INVITED_AT}, id="who was demoted"),
        pytest.param({"role": "admin", "joinedAt": LATER}, id="who was removed and came back"),
        pytest.param({}, id="without a role"),
    ],
)
def test_nobody_reads_by_an_invitation_of_somebody(
    standing: dict[str, object], cast: Cast, guest: Seed, act: Callable[..., firestore.Client]
) -> None:
    guest({paths.chat_member(cast.group, cast.bob): standing})
    assert told(act("stranger"), cast) == {"denied"}


@pytest.mark.parametrize(("by", "expected"), [("alice", "denied"), ("bob", "allowed")])
def test_an_invitation_outlives_an_inviter_who_left_and_none_who_was_removed(
    by: str,
    expected: str,
    cast: Cast,
    guest: Seed,
    database: Database,
    act: Callable[..., firestore.Client],
) -> None:
    database.server().document(paths.chat_member(cast.group, cast.bob)).delete()
    assert told(act("stranger"), cast) == {"denied"}, "nothing tells that Bob left by himself"
    guest({paths.past_member(cast.group, cast.bob): {"leftAt": LATER, "by": cast.member(by)}})
    assert told(act("stranger"), cast) == {expected}


def test_nobody_reads_by_an_invitation_to_a_group_that_everybody_left(
    cast: Cast, guest: Seed, act: Callable[..., firestore.Client]
) -> None:
    group = {"serviceId": "default", "kind": "group"}
    guest({paths.chat(cast.group): group | {"memberCount": 1}})
    assert told(act("stranger"), cast) == {"allowed"}
    guest({paths.chat(cast.group): group | {"memberCount": 0}})
    assert told(act("stranger"), cast) == {"denied"}


def told(client: firestore.Client, cast: Cast) -> set[str]:
    """What the chat, a message and a list of messages answer."""
    messages = client.collection(paths.messages(cast.group)).limit(5)
    return {
        verdict(client.document(paths.chat(cast.group)).get),
        verdict(client.document(paths.message(cast.group, "m1")).get),
        verdict(messages.get),
        verdict(messages.count().get),
    }
