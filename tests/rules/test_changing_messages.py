"""Edits and deletions."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import DELETE, NOW, Database, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import BLANK, FUTURE, PAST
from tests.rules.forms_of_people import attachment

EDIT = {"body": "Better", "editedAt": NOW}
DELETION = {
    "body": DELETE,
    "attachments": DELETE,
    "mentions": DELETE,
    "attributes": DELETE,
    "deletedAt": NOW,
}
Change = Callable[[str, str, Document], str]


@pytest.fixture
def change(cast: Cast, seed: Seed, act: Callable[[str], firestore.Client]) -> Change:
    """Somebody's verdict on a change of a message that the given sender left in the chat."""
    seed(
        {
            paths.message(chat_id, sender): {
                "senderId": cast.member(sender) if sender not in special else special[sender],
                "body": "Hello",
                "attachments": [attachment()],
                "mentions": [cast.bob],
                "attributes": "{}",
                "replyTo": "m0",
                "createdAt": PAST,
                **({"staffId": cast.staff("agent")} if sender == "service" else {}),
            }
            for chat_id in cast.chats.values()
            for special in [{"service": ids.service_member(cast.service), "system": "system"}]
            for sender in ("alice", "bob", "carol", "service", "system")
        }
    )

    def judged(who: str, where: str, update: Document) -> str:
        chat, sender = where.split("/")
        message = act(who).document(paths.message(cast.chats[chat], sender))
        return verdict(lambda: message.update(update))

    return judged


@pytest.mark.parametrize(
    ("who", "where", "expected"),
    [
        ("alice", "direct/alice", "allowed"),
        ("alice", "case/alice", "allowed"),
        ("agent", "case/service", "allowed"),
        ("agent", "broadcast/service", "allowed"),
        ("bob", "direct/alice", "denied"),
        ("alice", "group/carol", "denied"),
        ("owner", "case/service", "denied"),
        ("alice", "case/service", "denied"),
        ("agent", "case/alice", "denied"),
        ("alice", "group/system", "denied"),
        ("agent", "group/service", "denied"),
        ("stranger", "direct/alice", "denied"),
        ("nobody", "direct/alice", "denied"),
    ],
)
def test_only_the_sender_edits(who: str, where: str, expected: str, change: Change) -> None:
    assert change(who, where, EDIT) == expected


@pytest.mark.parametrize("length", [1, 10_000])
def test_an_edit_is_as_long_as_a_message(length: int, change: Change) -> None:
    assert change("alice", "direct/alice", {**EDIT, "body": "x" * length}) == "allowed"


def test_a_uid_like_a_dashboards_name_deletes_nothing_for_it(
    change: Change, cast: Cast, database: Database
) -> None:
    dashboard = database.user(ids.service_member(cast.service))
    said = dashboard.document(paths.message(cast.case, "service"))
    assert verdict(lambda: said.update(DELETION)) == "denied"
    assert change("agent", "case/service", DELETION) == "allowed"


@pytest.mark.parametrize(
    "update",
    [
        {"body": "Better"},
        {"body": "", "editedAt": NOW},
        *({"body": blank, "editedAt": NOW} for blank in BLANK),
        {"body": 7, "editedAt": NOW},
        {"body": DELETE, "editedAt": NOW},
        {"body": "x" * 10_001, "editedAt": NOW},
        {**EDIT, "editedAt": PAST},
        {**EDIT, "editedAt": FUTURE},
        {**EDIT, "senderId": "bob"},
        {**EDIT, "createdAt": NOW},
        {**EDIT, "mentions": []},
        {**EDIT, "attachments": DELETE},
        {**EDIT, "campaignId": "c"},
        {**EDIT, "replyTo": "m9"},
        {**EDIT, "deletedAt": NOW},
    ],
)
def test_an_edit_changes_the_body_and_the_edit_time(update: Document, change: Change) -> None:
    assert change("alice", "direct/alice", update) == "denied"


@pytest.mark.parametrize(
    ("who", "where", "expected"),
    [
        ("alice", "direct/alice", "allowed"),
        ("alice", "group/carol", "allowed"),
        ("bob", "group/alice", "allowed"),
        ("agent", "case/service", "allowed"),
        ("carol", "group/alice", "denied"),
        ("bob", "direct/alice", "denied"),
        ("owner", "case/service", "denied"),
        ("alice", "group/service", "denied"),
        ("alice", "group/system", "denied"),
        ("agent", "case/alice", "denied"),
        ("stranger", "group/alice", "denied"),
    ],
)
def test_the_sender_and_admins_of_the_chat_delete(
    who: str, where: str, expected: str, change: Change
) -> None:
    assert change(who, where, DELETION) == expected


@pytest.mark.parametrize(
    "update",
    [
        {"deletedAt": NOW},
        *({key: value for key, value in DELETION.items() if key != kept} for kept in DELETION),
        {**DELETION, "deletedAt": PAST},
        {**DELETION, "replyTo": DELETE},
        {**DELETION, "senderId": DELETE},
        {**DELETION, "body": ""},
    ],
)
def test_a_deletion_removes_the_whole_content(update: Document, change: Change) -> None:
    assert change("alice", "direct/alice", update) == "denied"


def test_a_deleted_message_never_changes_again(change: Change) -> None:
    assert change("alice", "direct/alice", DELETION) == "allowed"
    for update in (EDIT, DELETION, {"deletedAt": DELETE, "body": "back"}, {"deletedAt": NOW}):
        assert change("alice", "direct/alice", update) == "denied"


@pytest.mark.parametrize("restriction", [{"canPost": False}, {"mutedUntil": FUTURE}, None])
def test_a_sender_who_cannot_post_deletes_but_does_not_edit(
    restriction: Document | None, cast: Cast, seed: Seed, database: Database, change: Change
) -> None:
    member = paths.chat_member(cast.group, cast.carol)
    if restriction is None:
        database.server().document(member).delete()
    else:
        seed({member: {"role": "member", **restriction}})
    assert change("carol", "group/carol", EDIT) == "denied"
    assert change("carol", "group/carol", DELETION) == "allowed"


@pytest.mark.parametrize("role", ROLES)
def test_no_client_removes_a_message(
    role: str, change: Change, cast: Cast, act: Callable[[str], firestore.Client]
) -> None:
    for who, where in ((role, cast.case), ("alice", cast.group), ("alice", cast.direct)):
        assert verdict(act(who).document(paths.message(where, "alice")).delete) == "denied"


@pytest.mark.parametrize("role", ["viewer", None])
def test_an_author_who_is_no_longer_an_agent_changes_nothing(
    role: str | None, cast: Cast, seed: Seed, database: Database, change: Change
) -> None:
    staff = paths.staff(cast.service, cast.staff("agent"))
    if role is None:
        database.server().document(staff).delete()
    else:
        seed({staff: {"role": role}})
    assert change("agent", "case/service", EDIT) == "denied"
    assert change("agent", "case/service", DELETION) == "denied"
