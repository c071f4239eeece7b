"""A listener that stays open while its user loses the right to what it listens to.

The emulator asks the rules again when what is listened to changes, and not before: whoever was
removed keeps what was told, and is told nothing that comes later.
"""

import pytest

from schema import paths
from tests.rules.acting import Database
from tests.rules.attacks.attack import Place
from tests.rules.attacks.listening import Listener
from tests.rules.attacks.places import (
    campaign,
    chat,
    group,
    member,
    message,
    receipt,
    staff,
    typing,
)
from tests.rules.attacks.stage import Stage, client_of

# Who loses the right to listen, by the document that gave it, and who keeps it. A guest's is that
# of their inviter.
A_MEMBER = ("carol", member("carol"), "bob")
A_GUEST = ("guest", member("bob"), "carol")
A_STAFF_MEMBER = ("agent", staff("agent"), "viewer")

# What is listened to, and what changes in it.
WATCHED: list[tuple[str, tuple[str, Place, str], Place, Place]] = [
    ("messages", A_MEMBER, lambda s: paths.messages(s.group), message("later")),
    ("the chat", A_MEMBER, chat(group), chat(group)),
    ("messages, by a guest", A_GUEST, lambda s: paths.messages(s.group), message("later")),
    ("the chat, by a guest", A_GUEST, chat(group), chat(group)),
    ("members", A_MEMBER, lambda s: paths.chat_members(s.group), member("stranger")),
    (
        "receipts",
        A_MEMBER,
        lambda s: f"{paths.CHAT_READ_RECEIPTS}/{s.group}/members",
        receipt("carol", group),
    ),
    (
        "who types",
        A_MEMBER,
        lambda s: f"{paths.CHAT_TYPING_INDICATORS}/{s.group}/members",
        typing("carol", group),
    ),
    (
        "a campaign",
        A_STAFF_MEMBER,
        campaign(paths.campaign_status),
        campaign(paths.campaign_status),
    ),
]


@pytest.mark.parametrize(
    ("people", "place", "changed"),
    [pytest.param(*watched[1:], id=watched[0]) for watched in WATCHED],
)
def test_a_removed_member_hears_nothing_more(
    people: tuple[str, Place, str],
    place: Place,
    changed: Place,
    stage: Stage,
    database: Database,
) -> None:
    loser, right, keeper = people
    server = database.server()
    path = changed(stage)
    with (
        Listener(client_of(database, stage, loser), place(stage)) as removed,
        Listener(client_of(database, stage, keeper), place(stage)) as stayed,
    ):
        for listener in (removed, stayed):
            listener.until(lambda heard: heard.current)
        told = [*removed.documents]
        before = stayed.documents.count(paths.last_segment(path))
        server.document(right(stage)).delete()
        server.document(path).set({"serviceId": stage.service, "changed": True})
        removed.until(lambda heard: heard.denied)
        stayed.until(lambda heard: heard.documents.count(paths.last_segment(path)) > before)
    assert removed.documents == told


def test_a_stranger_cannot_begin_to_listen(stage: Stage, database: Database) -> None:
    for path in (paths.messages(stage.group), paths.chat(stage.group)):
        with Listener(client_of(database, stage, "stranger"), path) as stranger:
            stranger.until(lambda heard: heard.denied)
        assert stranger.documents == []
