"""Reactions and typing are for people who may post, and for nobody else."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import NOW, Database, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST

MESSAGE = "m1"
REACTION = {"emoji": "\U0001f44d", "createdAt": NOW}
Act = Callable[[str], firestore.Client]
Shows = Callable[..., dict[str, str]]


@pytest.fixture
def shows(cast: Cast, seed: Seed, act: Act) -> Shows:
    """The verdicts on what somebody shows in a chat, as themselves or as another member."""
    places = [*cast.chats.values(), ids.case_chat_id(cast.bob, cast.service)]
    said = {"senderId": cast.alice, "body": "Hello", "createdAt": PAST}
    seed({paths.message(chat, MESSAGE): said for chat in places})

    def judged(who: str, chat: str, member_id: str | None = None) -> dict[str, str]:
        chat_id = cast.chats.get(chat, chat)
        name = member_id or cast.member(who)
        reaction = act(who).document(paths.reaction(chat_id, MESSAGE, name))
        indicator = paths.typing_indicator(chat_id, name)
        typing = act(who).document(indicator)

        def type_on() -> None:
            seed({indicator: {"at": PAST}})
            typing.set({"at": NOW})

        return {
            "reaction": verdict(lambda: reaction.set(REACTION)),
            "another reaction": verdict(lambda: reaction.set({**REACTION, "emoji": "!"})),
            "typing": verdict(lambda: typing.set({"at": NOW})),
            "typing on": verdict(type_on),
            "no reaction": verdict(reaction.delete),
            "no typing": verdict(typing.delete),
        }

    return judged


def all_of(verdict: str, **but: str) -> dict[str, str]:
    shown = ("reaction", "another reaction", "typing", "typing on")
    return dict.fromkeys(shown, verdict) | {
        "no reaction": but.get("ends", verdict),
        "no typing": but.get("ends", verdict),
    }


ALL = all_of("allowed")
NONE = all_of("denied")
ENDS_ALONE = all_of("denied", ends="allowed")
"""What somebody without a voice showed before, they may take away."""


@pytest.mark.parametrize(
    ("who", "chat", "expected"),
    [
        ("alice", "direct", ALL),
        ("bob", "direct", ALL),
        ("alice", "case", ALL),
        ("carol", "group", ALL),
        ("bob", "private group", ALL),
        ("stranger", "direct", NONE),
        ("carol", "direct", NONE),
        ("bob", "case", NONE),
        ("carol", "private group", NONE),
        ("agent", "group", NONE),
        ("nobody", "direct", NONE),
    ],
)
def test_members_react_and_type(
    who: str, chat: str, expected: dict[str, str], shows: Shows
) -> None:
    assert shows(who, chat) == expected


def test_blocked_people_may_only_remove_their_reactions_and_typing(
    cast: Cast, seed: Seed, shows: Shows
) -> None:
    seed({paths.user_block(cast.bob, cast.alice): {"createdAt": PAST}})
    assert shows("alice", "direct") == ENDS_ALONE
    assert shows("bob", "direct") == ALL, "who blocks may speak"


def test_a_removed_block_has_no_effect(
    cast: Cast, seed: Seed, database: Database, shows: Shows
) -> None:
    block = paths.user_block(cast.bob, cast.alice)
    seed({block: {"createdAt": PAST}})
    database.server().document(block).delete()
    assert shows("alice", "direct") == ALL


@pytest.mark.parametrize("chat", ["group", "case"])
def test_a_block_has_no_effect_in_other_chats(
    chat: str, cast: Cast, seed: Seed, shows: Shows
) -> None:
    for name in (cast.bob, cast.group, cast.service, "service"):
        seed({paths.user_block(name, cast.alice): {"createdAt": PAST}})
    assert shows("alice", chat) == ALL


@pytest.mark.parametrize("chat", ["direct", "group", "case"])
@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"canPost": False}, ENDS_ALONE),
        ({"canPost": True}, ALL),
        ({"mutedUntil": FUTURE}, ENDS_ALONE),
        ({"mutedUntil": PAST}, ALL),
    ],
)
def test_a_member_who_cannot_post_cannot_react_or_type(
    restriction: Document,
    expected: dict[str, str],
    chat: str,
    cast: Cast,
    seed: Seed,
    shows: Shows,
) -> None:
    member = paths.chat_member(cast.chats[chat], cast.alice)
    seed({member: {"role": "member", **restriction}})
    assert shows("alice", chat) == expected


def test_removed_members_cannot_add_or_remove_reactions(
    cast: Cast, database: Database, shows: Shows
) -> None:
    database.server().document(paths.chat_member(cast.group, cast.carol)).delete()
    assert shows("carol", "group") == NONE


TYPES_NOT = ALL | {"typing": "denied", "typing on": "denied"}


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [({}, TYPES_NOT), ({"canPost": False}, ENDS_ALONE), ({"mutedUntil": FUTURE}, ENDS_ALONE)],
)
def test_the_person_of_a_broadcast_reacts_but_does_not_type(
    restriction: Document, expected: dict[str, str], cast: Cast, seed: Seed, shows: Shows
) -> None:
    member = paths.chat_member(cast.broadcast, cast.alice)
    seed({member: {"role": "member", **restriction}})
    assert shows("alice", "broadcast") == expected


@pytest.mark.parametrize("chat", ["case", "broadcast", "group", "direct"])
@pytest.mark.parametrize("who", ["alice", "stranger", "rival-owner", *ROLES])
def test_agents_react_and_type_as_the_dashboard(
    who: str, chat: str, cast: Cast, shows: Shows
) -> None:
    agents = who in ("owner", "admin", "agent") and chat in ("case", "broadcast")
    dashboard = ids.service_member(cast.service)
    assert shows(who, chat, dashboard) == (ALL if agents else NONE)


@pytest.mark.parametrize("chat", ["case", "broadcast"])
def test_agents_cannot_react_or_type_under_their_own_name(chat: str, shows: Shows) -> None:
    assert shows("agent", chat) == NONE


def test_the_dashboard_cannot_react_in_a_missing_case(cast: Cast, seed: Seed, shows: Shows) -> None:
    case = ids.case_chat_id(cast.bob, cast.service)
    dashboard = ids.service_member(cast.service)
    assert shows("agent", case, dashboard) == ENDS_ALONE
    seed({paths.chat(case): {"serviceId": cast.service, "kind": "case"}})
    assert shows("agent", case, dashboard) == ALL


def test_the_dashboard_reacts_in_a_closed_case(
    cast: Cast, database: Database, shows: Shows
) -> None:
    dashboard = ids.service_member(cast.service)
    database.server().document(paths.chat_member(cast.case, dashboard)).delete()
    assert shows("agent", "case", dashboard) == ALL


@pytest.mark.parametrize("who", ["bob", "carol"])
def test_nobody_reacts_or_types_for_another(who: str, cast: Cast, shows: Shows) -> None:
    assert shows(who, "group", cast.alice) == NONE


def test_blocked_people_still_write_receipts(cast: Cast, seed: Seed, act: Act) -> None:
    seed({paths.user_block(cast.bob, cast.alice): {"createdAt": PAST}})
    receipt = act("alice").document(paths.read_receipt(cast.direct, cast.alice))
    assert verdict(lambda: receipt.set({"readTo": PAST, "readAt": NOW})) == "allowed"


def test_a_reaction_needs_an_existing_message(act: Act, cast: Cast, seed: Seed) -> None:
    reaction = act("bob").document(paths.reaction(cast.direct, "none", cast.bob))
    assert verdict(lambda: reaction.set(REACTION)) == "denied"
    seed({paths.message(cast.direct, "none"): {"senderId": cast.alice}})
    assert verdict(lambda: reaction.set(REACTION)) == "allowed"
