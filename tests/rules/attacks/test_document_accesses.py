"""How many documents the dearest allowed requests have the rules read.

Firestore allows ten a request and twenty a batch, and each is charged as a read.
"""

import uuid

import pytest

from schema import paths
from tests.rules.acting import NOW, RULES, Database, Document, verdict
from tests.rules.attacks.accesses import accesses
from tests.rules.attacks.attack import Act, change, found, get, post, put, remove, writes
from tests.rules.attacks.changing import DELETION, EDIT
from tests.rules.attacks.joining import opens
from tests.rules.attacks.keeping import AGENT, FLAGS, READ
from tests.rules.attacks.places import (
    block,
    campaign,
    case,
    chat,
    direct,
    fresh,
    group,
    new_chat,
    reaction,
    receipt,
    row,
    said,
    signed,
    staff,
    typing,
)
from tests.rules.attacks.posting import as_dashboard
from tests.rules.attacks.reading import CASES, messages
from tests.rules.attacks.stage import Stage, client_of
from tests.rules.forms_of_people import attachment
from tests.rules.forms_of_staff import campaign as its_campaign

FULL: Document = {"attachments": [attachment()] * 10, "mentions": ["bob"] * 50, "replyTo": "m0"}
KNOWN = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /{any=**} {
      allow get: if exists(/databases/$(database)/documents/a/1)
        || get(/databases/$(database)/documents/a/2).data.b == 1;
      allow write: if getAfter(/databases/$(database)/documents/a/3).data.b == 1
        && getAfter(
          /databases/$(database)/documents/a/3).data.b == 1
        && !exists(/databases/$(database)/documents/a/$(request.auth.uid));
    }
  }
}
"""


# What somebody may do, and how many documents it has the rules ask for.
DEAREST: dict[str, tuple[str, Act, int]] = {
    "a post to one other": ("alice", post(direct, "alice"), 4),
    "a post with all it can hold": ("alice", post(direct, "alice", **FULL), 4),
    "a post to a group": ("carol", post(group, "carol"), 3),
    "a post of staff": ("agent", as_dashboard("agent"), 4),
    "a new direct chat": ("alice", opens(new_chat, "alice"), 5),
    "a block": ("alice", writes(put(block("alice", "bob"), {"createdAt": NOW})), 1),
    "a pinned chat": ("alice", writes(change(row("alice"), FLAGS)), 1),
    "an edit": ("alice", writes(change(said("alice", direct), EDIT)), 2),
    "an admin's deletion": ("bob", writes(change(said("carol"), DELETION)), 1),
    "a receipt with its row": (
        "alice",
        writes(change(receipt("alice"), READ), change(row("alice"), FLAGS)),
        1,
    ),
    "a reaction": ("carol", writes(put(reaction("carol"), {"emoji": "!", "createdAt": NOW})), 2),
    "a reaction to one other": (
        "alice",
        writes(put(reaction("alice", direct), {"emoji": "!", "createdAt": NOW})),
        3,
    ),
    "a reaction of staff": (
        "agent",
        writes(
            put(
                lambda stage: paths.reaction(stage.case, "from-alice", stage.dashboard),
                {"emoji": "!", "createdAt": NOW},
            )
        ),
        3,
    ),
    "a reaction taken back": ("bob", writes(remove(reaction("bob"))), 1),
    "typing": ("carol", writes(put(typing("carol", group), {"at": NOW})), 1),
    "typing to one other": ("alice", writes(put(typing("alice"), {"at": NOW})), 2),
    "typing of staff": (
        "agent",
        writes(
            put(
                lambda stage: paths.typing_indicator(stage.case, stage.dashboard),
                {"at": NOW},
            )
        ),
        2,
    ),
    "typing ended": ("alice", writes(remove(typing("alice"))), 1),
    "a group's messages, by a member": ("carol", found(messages(group)), 2),
    "a group's messages, by a guest": ("guest", found(messages(group)), 6),
    "a message, by a guest": ("guest", get(said("alice")), 6),
    "a group, by a guest": ("guest", get(chat(group)), 6),
    "a group's messages, by staff": ("agent", found(messages(group)), 4),
    "a case's messages, by staff": ("agent", found(messages(case)), 2),
    "a message": ("alice", get(said("bob", direct)), 1),
    "a service's cases": ("viewer", CASES, 1),
    "a campaign's status": ("viewer", get(campaign(paths.campaign_status)), 1),
    "a campaign's ledger": ("viewer", found(campaign(paths.campaign_batches)), 2),
    "a campaign": ("owner", writes(put(fresh(paths.campaign), signed("owner", its_campaign))), 2),
    "a staff member": ("owner", writes(put(staff("stranger"), AGENT)), 1),
}


def own_database(of: Database, rules: str) -> Database:
    """One in which these rules have asked for nothing yet."""
    database = Database(of.host, f"demo-accesses-{uuid.uuid4().hex[:12]}")
    assert database.load_rules(rules) == []
    return database


@pytest.fixture(scope="module")
def asked_for(database: Database) -> dict[str, set[str]]:
    """For each request, on a stage of its own, what it had the rules read."""
    rules = RULES.read_text()
    counted = own_database(database, rules)
    stages = {name: Stage(f"n{number}n") for number, name in enumerate(DEAREST)}
    for name, (who, request, _) in DEAREST.items():
        stage = stages[name]
        batch = counted.server().batch()
        for path, document in stage.documents().items():
            batch.set(counted.server().document(path), document)
        batch.commit()
        client = client_of(counted, stage, who)
        assert verdict(lambda run=request, c=client, s=stage: run(c, s)) == "allowed", name
    read = accesses(counted, rules)
    return {name: {path for path in read if stage.suffix in path} for name, stage in stages.items()}


@pytest.mark.parametrize("name", DEAREST)
def test_an_allowed_request_reads_only_what_it_needs(
    name: str, asked_for: dict[str, set[str]]
) -> None:
    assert len(asked_for[name]) == DEAREST[name][2]


def test_the_count_matches_a_known_one(database: Database) -> None:
    counted = own_database(database, KNOWN)
    counted.server().document("a/1").set({"b": 1})
    eve = counted.user("eve")
    assert accesses(counted, KNOWN) == set()
    assert verdict(eve.document("c/1").get) == "allowed"
    assert accesses(counted, KNOWN) == {"a/1", "a/2"}
    assert verdict(lambda: eve.document("a/3").set({"b": 1})) == "allowed"
    assert accesses(counted, KNOWN) == {"a/1", "a/2", "a/3", "a/eve"}
