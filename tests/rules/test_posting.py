"""Who may post where: the message and its queue document, in one batch or not at all."""

from datetime import timedelta

import pytest

from schema import ids, paths
from tests.rules.acting import NOW, Database, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import MESSAGE, attachment, full_message, message, post, queued


def posts(
    database: Database,
    cast: Cast,
    who: str,
    chat: str,
    document: Document | None = None,
    message_id: str = MESSAGE,
) -> str:
    uid = cast.member(who)
    client = database.user(uid)
    body = document or message(uid)
    return verdict(lambda: post(client, cast.chats.get(chat, chat), body, message_id))


def as_dashboard(cast: Cast, role: str, **more: object) -> Document:
    sender = ids.service_member(cast.service)
    return message(sender, staffId=cast.member(role), **more)


@pytest.mark.parametrize(
    ("who", "chat"),
    [
        ("alice", "direct"),
        ("bob", "direct"),
        ("alice", "case"),
        ("carol", "group"),
        ("bob", "private group"),
    ],
)
def test_a_member_posts(who: str, chat: str, cast: Cast, database: Database) -> None:
    assert posts(database, cast, who, chat) == "allowed"


@pytest.mark.parametrize(
    ("who", "chat"),
    [
        ("stranger", "direct"),
        ("carol", "direct"),
        ("bob", "case"),
        ("carol", "private group"),
        ("agent", "group"),
        ("agent", "direct"),
        ("alice", "broadcast"),
    ],
)
def test_strangers_and_readers_of_a_broadcast_do_not_post(
    who: str, chat: str, cast: Cast, database: Database
) -> None:
    assert posts(database, cast, who, chat) == "denied"


@pytest.mark.parametrize("chat", ["case", "broadcast"])
@pytest.mark.parametrize("role", ROLES)
def test_staff_except_viewers_post_as_the_dashboard(
    role: str, chat: str, cast: Cast, database: Database
) -> None:
    expected = "denied" if role == "viewer" else "allowed"
    assert posts(database, cast, role, chat, as_dashboard(cast, role)) == expected


def test_staff_answer_in_a_closed_case(cast: Cast, database: Database) -> None:
    dashboard = paths.chat_member(cast.case, ids.service_member(cast.service))
    database.server().document(dashboard).delete()
    assert posts(database, cast, "agent", "case", as_dashboard(cast, "agent")) == "allowed"


def test_the_dashboard_posts_with_every_field(cast: Cast, database: Database) -> None:
    full = {**full_message(cast), **as_dashboard(cast, "agent")}
    assert posts(database, cast, "agent", "case", full) == "allowed"


@pytest.mark.parametrize(
    ("who", "chat", "staff"),
    [
        ("rival-owner", "case", "rival-owner"),
        ("alice", "case", "alice"),
        ("agent", "case", "owner"),
        ("agent", "group", "agent"),
        ("agent", "direct", "agent"),
        ("agent", "none:service:none", "agent"),
    ],
)
def test_only_agents_in_their_chats_post_as_the_dashboard(
    who: str, chat: str, staff: str, cast: Cast, database: Database
) -> None:
    assert posts(database, cast, who, chat, as_dashboard(cast, staff)) == "denied"


def test_the_dashboard_cannot_post_in_a_missing_chat(cast: Cast, database: Database) -> None:
    chat = ids.case_chat_id(cast.bob, cast.service)
    assert posts(database, cast, "agent", chat, as_dashboard(cast, "agent")) == "denied"


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        ({"canPost": False}, "denied"),
        ({"canPost": True}, "allowed"),
        ({"mutedUntil": FUTURE}, "denied"),
        ({"mutedUntil": PAST}, "allowed"),
    ],
)
def test_a_member_without_the_right_to_post_cannot_post(
    restriction: Document, expected: str, cast: Cast, seed: Seed, database: Database
) -> None:
    seed({paths.chat_member(cast.group, cast.carol): {"role": "member", **restriction}})
    assert posts(database, cast, "carol", "group") == expected


def test_a_blocked_person_cannot_post_and_the_blocker_can(
    cast: Cast, seed: Seed, database: Database
) -> None:
    seed({paths.user_block(cast.bob, cast.alice): {"createdAt": PAST}})
    assert posts(database, cast, "alice", "direct") == "denied"
    assert posts(database, cast, "bob", "direct") == "allowed"


def test_a_block_affects_only_direct_chats(cast: Cast, seed: Seed, database: Database) -> None:
    for name in (cast.bob, cast.group):
        seed({paths.user_block(name, cast.alice): {"createdAt": PAST}})
    assert posts(database, cast, "alice", "group") == "allowed"


def test_attachments_may_replace_a_body(cast: Cast, database: Database) -> None:
    picture = message(cast.alice, attachments=[attachment()])
    del picture["body"]
    assert posts(database, cast, "alice", "direct", picture) == "allowed"
    for attachments in ([], [attachment()] * 11):
        other = {**picture, "attachments": attachments}
        assert posts(database, cast, "alice", "direct", other, "m2") == "denied"


@pytest.mark.parametrize("message_id", ["a:b", "x" * 65, "\u0430", "a.b", "a b"])
def test_a_message_id_has_plain_characters(message_id: str, cast: Cast, database: Database) -> None:
    assert posts(database, cast, "alice", "direct", message_id=message_id) == "denied"


def test_message_and_outbox_entry_are_written_only_together(cast: Cast, database: Database) -> None:
    alice = database.user(cast.alice)
    body = message(cast.alice)
    job = queued(cast.direct, MESSAGE, cast.alice)
    assert (
        verdict(lambda: alice.document(paths.message(cast.direct, MESSAGE)).set(body)) == "denied"
    )
    queue = alice.document(paths.message_queue(cast.direct, MESSAGE))
    assert verdict(lambda: queue.set(job)) == "denied"


def test_a_message_needs_a_new_outbox_entry(cast: Cast, seed: Seed, database: Database) -> None:
    before = {**queued(cast.direct, MESSAGE, cast.alice), "createdAt": PAST}
    seed({paths.message_queue(cast.direct, MESSAGE): before})
    posted = database.user(cast.alice).document(paths.message(cast.direct, MESSAGE))
    assert verdict(lambda: posted.set(message(cast.alice))) == "denied"


def test_a_message_cannot_reuse_an_old_outbox_entry(
    cast: Cast, seed: Seed, database: Database
) -> None:
    before = {**queued(cast.direct, MESSAGE, cast.alice), "createdAt": PAST}
    seed({paths.message_queue(cast.direct, MESSAGE): before})
    assert posts(database, cast, "alice", "direct") == "denied"
    assert posts(database, cast, "alice", "direct", message_id="m2") == "allowed"


@pytest.mark.parametrize(("entries", "expected"), [(1, "allowed"), (2, "denied")])
def test_a_message_has_one_outbox_entry(
    entries: int, expected: str, cast: Cast, database: Database
) -> None:
    alice = database.user(cast.alice)
    batch = alice.batch()
    batch.set(alice.document(paths.message(cast.direct, MESSAGE)), message(cast.alice))
    for entry in (MESSAGE, "again")[:entries]:
        queue = alice.document(paths.message_queue(cast.direct, entry))
        batch.set(queue, queued(cast.direct, MESSAGE, cast.alice))
    assert verdict(batch.commit) == expected


def test_nobody_queues_another_persons_message(cast: Cast, seed: Seed, database: Database) -> None:
    seed({paths.message(cast.direct, MESSAGE): message(cast.alice)})
    queue = database.nobody().document(paths.message_queue(cast.direct, MESSAGE))
    assert verdict(lambda: queue.set(queued(cast.direct, MESSAGE, cast.alice))) == "denied"


def test_a_repeated_post_is_refused_and_the_message_can_be_read(
    cast: Cast, database: Database
) -> None:
    assert posts(database, cast, "alice", "direct") == "allowed"
    assert posts(database, cast, "alice", "direct") == "denied"
    assert database.user(cast.alice).document(paths.message(cast.direct, MESSAGE)).get().exists


def test_a_fanned_out_message_cannot_be_queued_again(cast: Cast, database: Database) -> None:
    assert posts(database, cast, "alice", "direct") == "allowed"
    queue = paths.message_queue(cast.direct, MESSAGE)
    database.server().document(queue).delete()
    job = queued(cast.direct, MESSAGE, cast.alice)
    again = database.user(cast.alice).document(queue)
    assert verdict(lambda: again.set(job)) == "denied"
    assert posts(database, cast, "alice", "direct") == "denied"


def test_an_outbox_entry_names_one_message(cast: Cast, seed: Seed, database: Database) -> None:
    """A group may be called as a person; then a message id with colons could name a case's."""
    seed({paths.chat_member(cast.alice, cast.alice): {"role": "owner"}})
    alice = database.user(cast.alice)
    batch = alice.batch()
    text = message(cast.alice)
    unheard = paths.message(cast.alice, f"service:{cast.service}:{MESSAGE}")
    batch.set(alice.document(paths.message(cast.case, MESSAGE)), text)
    batch.set(alice.document(unheard), text)
    queue = alice.document(paths.message_queue(cast.case, MESSAGE))
    batch.set(queue, queued(cast.case, MESSAGE, cast.alice))
    assert verdict(batch.commit) == "denied"
    assert posts(database, cast, "alice", cast.alice) == "allowed"
    assert posts(database, cast, "alice", "case") == "allowed"


def test_an_outbox_entry_cannot_be_changed_or_deleted(cast: Cast, database: Database) -> None:
    assert posts(database, cast, "alice", "direct") == "allowed"
    queue = database.user(cast.alice).document(paths.message_queue(cast.direct, MESSAGE))
    assert verdict(lambda: queue.update({"createdAt": NOW})) == "denied"
    assert verdict(queue.delete) == "denied"


def test_nobody_joins_and_posts_in_one_batch(cast: Cast, database: Database) -> None:
    stranger = database.user(cast.stranger)
    batch = stranger.batch()
    batch.set(
        stranger.document(paths.chat_member(cast.group, cast.stranger)),
        {"role": "member", "joinedAt": NOW},
    )
    batch.set(stranger.document(paths.message(cast.group, MESSAGE)), message(cast.stranger))
    batch.set(
        stranger.document(paths.message_queue(cast.group, MESSAGE)),
        queued(cast.group, MESSAGE, cast.stranger),
    )
    assert verdict(batch.commit) == "denied"


def test_an_expired_mute_has_no_effect(cast: Cast, seed: Seed, database: Database) -> None:
    muted = {"role": "member", "mutedUntil": FUTURE - timedelta(days=365 * 110)}
    seed({paths.chat_member(cast.group, cast.carol): muted})
    assert posts(database, cast, "carol", "group") == "allowed"
