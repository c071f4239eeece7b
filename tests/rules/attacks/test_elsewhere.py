"""A permission is for one place: not for what is below it, nor for a collection of another name."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import paths
from tests.rules.acting import NOW, Database, Document, verdict
from tests.rules.attacks.attack import Content, Place, Write, change, put, remove, writes
from tests.rules.attacks.keeping import AGENT, FLAGS, LIST, PERSON, PROFILE, READ, TOKENS
from tests.rules.attacks.places import (
    block,
    campaign,
    chat,
    dashboard_row,
    direct,
    entry,
    fresh,
    job,
    member,
    message,
    new_chat,
    profile,
    reaction,
    receipt,
    record,
    row,
    said,
    staff,
    tokens,
    typing,
    under,
    vip,
)
from tests.rules.attacks.stage import Stage, client_of
from tests.rules.conftest import Seed
from tests.rules.forms_of_emails import email
from tests.rules.forms_of_people import MESSAGE, direct_chat, joined, queued
from tests.rules.forms_of_people import message as text
from tests.rules.forms_of_staff import campaign as new_campaign
from tests.rules.forms_of_staff import mass_message, sms


def elsewhere(path: str) -> list[str]:
    """The path one document further down, and with another collection for each of its own."""
    segments = path.split("/")
    return [
        f"{path}/below/it",
        *(
            "/".join([*segments[:at], "elsewhere", *segments[at + 1 :]])
            for at in range(0, len(segments), 2)
        ),
    ]


def at(path: str) -> Place:
    return lambda _: path


@dataclass(frozen=True)
class Way:
    """What `by` may write at `place`; `company` has to come with it in the batch."""

    name: str
    by: str
    place: Place
    write: Callable[[Place], Write]
    company: tuple[Write, ...] = ()


def puts(content: Content) -> Callable[[Place], Write]:
    return lambda place: put(place, content)


def changes(content: Content) -> Callable[[Place], Write]:
    return lambda place: change(place, content)


def a_text(stage: Stage) -> Document:
    return text(stage.alice)


def an_entry(stage: Stage) -> Document:
    return queued(stage.direct, MESSAGE, stage.alice)


def a_chat(stage: Stage) -> Document:
    return direct_chat(stage.alice)


a_message = message(MESSAGE, direct)
an_audience = under(vip, "members/x")
RETRY = changes({"delivery.state": "RETRY"})
REACTION = {"emoji": "!", "createdAt": NOW}

WAYS = [
    Way("a record", "stranger", record("stranger"), puts(PERSON)),
    Way("a change of a record", "alice", record("alice"), changes({"displayName": "X"})),
    Way("a profile", "stranger", profile("stranger"), puts(PROFILE)),
    Way("a change of a profile", "alice", profile("alice"), changes(PROFILE)),
    Way("a block", "alice", block("alice", "bob"), puts({"createdAt": NOW})),
    Way("the end of a block", "alice", block("alice", "carol"), remove),
    Way("staff", "owner", staff("stranger"), puts(AGENT)),
    Way("the end of staff", "owner", staff("agent"), remove),
    Way("a list", "admin", lambda stage: paths.distribution_list(stage.service, "x"), puts(LIST)),
    Way("a change of a list", "admin", vip, changes({"name": "X"})),
    Way("the end of a list", "admin", vip, remove),
    Way("a list's member", "admin", an_audience, puts({"addedAt": NOW})),
    Way("the end of a list's member", "admin", an_audience, remove),
    Way(
        "a chat", "alice", chat(new_chat), puts(a_chat),
        tuple(put(member(who, new_chat), joined()) for who in ("alice", "stranger")),
    ),
    Way(
        "a member", "alice", member("stranger", new_chat), puts(joined()),
        (put(chat(new_chat), a_chat), put(member("alice", new_chat), joined())),
    ),
    Way("a message", "alice", a_message, puts(a_text), (put(entry(MESSAGE), an_entry),)),
    Way("an entry", "alice", entry(MESSAGE), puts(an_entry), (put(a_message, a_text),)),
    Way("an edit", "alice", said("alice"), changes({"body": "X", "editedAt": NOW})),
    Way("a reaction", "carol", reaction("carol"), puts(REACTION)),
    Way("the end of a reaction", "bob", reaction("bob"), remove),
    Way("a receipt", "carol", receipt("carol", lambda stage: stage.group), puts(READ)),
    Way("a later receipt", "alice", receipt("alice"), changes({**READ, "deliveredTo": NOW})),
    Way("typing", "alice", typing("alice"), puts({"at": NOW})),
    Way("the end of typing", "alice", typing("alice"), remove),
    Way("a row's flags", "alice", row("alice"), changes(FLAGS)),
    Way("a dashboard's flags", "agent", dashboard_row, changes(FLAGS)),
    Way("devices", "stranger", tokens("stranger"), puts(TOKENS)),
    Way("a change of devices", "alice", tokens("alice"), changes({"mentions": "always"})),
    Way("a campaign", "admin", fresh(paths.campaign), puts(new_campaign)),
    Way("a command", "admin", campaign(), changes({"command": "pause"})),
    Way("a mass message", "agent", fresh(paths.mass_message), puts(mass_message)),
    Way("a mass message again", "agent", job(paths.mass_message), RETRY),
    Way("an SMS", "agent", fresh(paths.non_chat_sms), puts(sms)),
    Way("an SMS again", "agent", job(paths.non_chat_sms), RETRY),
    Way("an email", "agent", fresh(paths.email_notification), puts(email)),
    Way("an email again", "agent", job(paths.email_notification), RETRY),
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_valid_document_is_refused_in_other_places(
    way: Way, stage: Stage, seed: Seed, database: Database
) -> None:
    path = way.place(stage)
    itself = writes(*way.company, way.write(way.place))
    if there := stage.documents().get(path):
        seed(dict.fromkeys(elsewhere(path), there))
    client = client_of(database, stage, way.by)
    for other in elsewhere(path):
        both = writes(*way.company, way.write(way.place), way.write(at(other)))
        assert verdict(lambda both=both: both(client, stage)) == "denied"
    assert verdict(lambda: itself(client, stage)) == "allowed"


@pytest.fixture(scope="module")
def double(new_stage: Callable[[], Stage], seed: Seed) -> Stage:
    """A stage with a copy of each of its documents elsewhere."""
    stage = new_stage()
    for path, fields in stage.documents().items():
        seed(dict.fromkeys(elsewhere(path), fields))
    return stage


@pytest.mark.parametrize("who", ["alice", "bob", "owner", "rival-owner"])
def test_readers_of_a_document_read_nothing_in_other_places(
    who: str, double: Stage, database: Database
) -> None:
    client = client_of(database, double, who)

    def reads(path: str) -> bool:
        collection = client.collection(path.rsplit("/", 1)[0])
        by_id = FieldFilter("__name__", "==", client.document(path))
        looks = (client.document(path), collection.limit(1), collection.where(filter=by_id))
        return "allowed" in [verdict(look.get) for look in looks]

    seen = [path for path in double.documents() if reads(path)]
    assert len(seen) > 10
    assert [other for path in seen for other in elsewhere(path) if reads(other)] == []
