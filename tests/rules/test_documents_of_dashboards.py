"""Notes, desks, canned answers, saved views and drafts: who of a service's staff writes them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import DELETE, NOW, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import PAST
from tests.rules.forms_of_dashboards import (
    campaign_draft,
    canned_answer,
    desk,
    note,
    own_view,
    saved_view,
)

Act = Callable[[str], firestore.Client]
OTHERS = ("rival-owner", "alice", "bob", "nobody")
EVERYBODY = (*ROLES, *OTHERS)
AGENTS = ("owner", "admin", "agent")
ADMINS = ("owner", "admin")


def uid_of(who: str, cast: Cast) -> str:
    return "nobody" if who == "nobody" else cast.member(who)


@pytest.mark.parametrize("who", EVERYBODY)
def test_agents_write_notes_in_their_own_name(who: str, cast: Cast, act: Act) -> None:
    expected = "allowed" if who in AGENTS else "denied"
    written = act(who).document(paths.chat_note(cast.case, f"n-{who}"))
    document = {**note(cast), "staffId": uid_of(who, cast)}
    assert verdict(lambda: written.set(document)) == expected
    assert verdict(lambda: written.set({**document, "staffId": cast.staff("owner")})) == "denied"


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("kind", ["direct", "broadcast", "group", "private group"])
def test_a_chat_that_is_no_case_has_no_notes_and_no_desk(
    kind: str, who: str, cast: Cast, act: Act
) -> None:
    chat_id = cast.chats[kind]
    for path, document in (
        (paths.chat_note(chat_id, "n1"), {**note(cast), "staffId": uid_of(who, cast)}),
        (paths.chat_desk(chat_id, uid_of(who, cast)), desk(cast)),
    ):
        written = act(who).document(path)
        assert verdict(lambda w=written, d=document: w.set(d)) == "denied"
        assert verdict(written.get) == "denied"
        assert verdict(written.parent.limit(1).get) == "denied"


def test_a_case_that_is_not_there_has_no_notes_and_no_desk(cast: Cast, act: Act) -> None:
    absent = ids.case_chat_id(cast.bob, cast.service)
    agent = act("agent")
    written = agent.document(paths.chat_note(absent, "n1"))
    assert verdict(lambda: written.set(note(cast))) == "denied"
    own = agent.document(paths.chat_desk(absent, cast.staff("agent")))
    assert verdict(lambda: own.set(desk(cast))) == "denied"


def test_a_note_has_a_drawn_id(cast: Cast, act: Act) -> None:
    written = act("agent").document(paths.chat_note(cast.case, "a.b"))
    assert verdict(lambda: written.set(note(cast))) == "denied"


@pytest.mark.parametrize("who", EVERYBODY)
def test_its_author_alone_edits_and_removes_a_note(
    who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.chat_note(cast.case, "n1")
    seed({path: {**note(cast), "createdAt": PAST}})
    expected = "allowed" if who == "agent" else "denied"
    there = act(who).document(path)
    assert verdict(lambda: there.update({"body": "No", "editedAt": NOW})) == expected
    assert verdict(there.delete) == expected


def test_an_author_who_left_the_staff_changes_no_note(cast: Cast, seed: Seed, act: Act) -> None:
    path = paths.chat_note(cast.case, "n1")
    seed({path: {**note(cast), "staffId": cast.bob, "createdAt": PAST}})
    there = act("bob").document(path)
    assert verdict(lambda: there.update({"body": "No", "editedAt": NOW})) == "denied"
    assert verdict(there.delete) == "denied"


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"body": "No", "editedAt": NOW}, "allowed"),
        ({"mentions": DELETE, "editedAt": NOW}, "allowed"),
        ({"body": "No"}, "denied"),
        ({"body": "No", "editedAt": PAST}, "denied"),
        ({"body": "", "editedAt": NOW}, "denied"),
        ({"body": DELETE, "editedAt": NOW}, "denied"),
        ({"mentions": [7], "editedAt": NOW}, "denied"),
        ({"staffId": "other", "editedAt": NOW}, "denied"),
        ({"createdAt": NOW, "editedAt": NOW}, "denied"),
        ({"pinned": True, "editedAt": NOW}, "denied"),
    ],
)
def test_an_edited_note_says_when(
    update: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.chat_note(cast.case, "n1")
    seed({path: {**note(cast), "createdAt": PAST}})
    assert verdict(lambda: act("agent").document(path).update(update)) == expected


@pytest.mark.parametrize(("seconds", "expected"), [(0.5, "denied"), (5, "allowed")])
def test_a_note_and_a_desk_have_a_pace_of_two_seconds(
    seconds: float, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    noted, own = (
        paths.chat_note(cast.case, "n1"),
        paths.chat_desk(cast.case, cast.staff("agent")),
    )
    before = datetime.now(UTC) - timedelta(seconds=seconds)
    seed({noted: {**note(cast), "editedAt": before}, own: {"viewedAt": before}})
    agent = act("agent")
    edit = {"body": "No", "editedAt": NOW}
    assert verdict(lambda: agent.document(noted).update(edit)) == expected
    assert verdict(lambda: agent.document(own).set(desk(cast))) == expected


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_has_their_own_desk(who: str, cast: Cast, act: Act) -> None:
    expected = "allowed" if who in AGENTS else "denied"
    own = act(who).document(paths.chat_desk(cast.case, uid_of(who, cast)))
    assert verdict(lambda: own.set(desk(cast))) == expected
    assert verdict(own.delete) == "denied"
    theirs = act(who).document(paths.chat_desk(cast.case, cast.stranger))
    assert verdict(lambda: theirs.set(desk(cast))) == "denied"


@pytest.mark.parametrize("who", EVERYBODY)
def test_owners_and_admins_write_canned_answers_and_drafts(
    who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    expected = "allowed" if who in ADMINS else "denied"
    uid = uid_of(who, cast)
    answer = act(who).document(paths.canned_answer(cast.service, who))
    assert verdict(lambda: answer.set({**canned_answer(cast), "updatedBy": uid})) == expected
    draft = act(who).document(paths.campaign_draft(cast.service, who))
    document = {**campaign_draft(cast), "createdBy": uid, "updatedBy": uid}
    assert verdict(lambda: draft.set(document)) == expected
    seed({draft.path: {**document, "createdAt": PAST, "createdBy": "other"}})
    change = {"job": {}, "updatedBy": uid, "updatedAt": NOW}
    assert verdict(lambda: draft.update(change)) == expected
    assert verdict(lambda: draft.update({**change, "createdBy": uid})) == "denied"
    assert verdict(lambda: draft.update({**change, "name": ""})) == "denied"
    seed({answer.path: canned_answer(cast)})
    for written in (answer, draft):
        assert verdict(written.delete) == expected


@pytest.mark.parametrize("who", EVERYBODY)
def test_agents_save_views_and_admins_share_them(
    who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    uid = uid_of(who, cast)
    own = act(who).document(paths.saved_view(cast.service, f"own-{who}"))
    document = {**own_view(cast), "createdBy": uid}
    may_save = "allowed" if who in AGENTS else "denied"
    may_share = "allowed" if who in ADMINS else "denied"
    assert verdict(lambda: own.set(document)) == may_save
    assert verdict(lambda: own.set({**document, "createdBy": "other"})) == "denied"
    seed({own.path: {**document, "createdAt": PAST}})
    assert verdict(lambda: own.update({"name": "Other"})) == may_save
    assert verdict(lambda: own.update({"name": ""})) == "denied"
    assert verdict(lambda: own.update({"createdAt": NOW})) == "denied"
    assert verdict(lambda: own.update({"sharedWith": ["agent"]})) == may_share
    seed({own.path: {**document, "createdAt": PAST}})
    assert verdict(own.delete) == may_save


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_view_of_somebody_else_changes_once_it_is_shared(
    who: str, cast: Cast, seed: Seed, act: Act
) -> None:
    private = paths.saved_view(cast.service, "private")
    shared = paths.saved_view(cast.service, "shared")
    theirs = {**own_view(cast), "createdBy": cast.stranger, "createdAt": PAST}
    seed({private: theirs, shared: {**theirs, "sharedWith": ["agent"]}})
    client = act(who)
    assert verdict(lambda: client.document(private).update({"name": "Ha"})) == "denied"
    assert verdict(client.document(private).delete) == "denied"
    expected = "allowed" if who in ADMINS else "denied"
    assert verdict(lambda: client.document(shared).update({"name": "Ha"})) == expected
    assert verdict(client.document(shared).delete) == expected


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (canned_answer, paths.canned_answer),
        (saved_view, paths.saved_view),
        (campaign_draft, paths.campaign_draft),
    ],
)
def test_what_staff_keep_has_a_drawn_id(
    document: Callable[[Cast], Document],
    path: Callable[[str, str], str],
    cast: Cast,
    act: Act,
) -> None:
    written = act("admin").document(path(cast.service, "a.b"))
    assert verdict(lambda: written.set(document(cast))) == "denied"
