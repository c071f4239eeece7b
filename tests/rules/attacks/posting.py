"""Attacks that post: in another's name, into another's chat, with more than a message may hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud import firestore

from schema import paths
from tests.rules.acting import NOW, Document
from tests.rules.attacks.attack import (
    Act,
    Attack,
    Place,
    change,
    merge,
    post,
    put,
    remove,
    writes,
)
from tests.rules.attacks.places import (
    broadcast,
    case,
    direct,
    group,
    new_chat,
    reaction,
    receipt,
    said,
    shut,
    typing,
)
from tests.rules.attacks.stage import OUTSIDERS, Stage
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import MESSAGE, attachment, queued


def nested(depth: int) -> Any:
    return {"a": nested(depth - 1)} if depth else "x"


def seconds_from_now(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def attached(**change: Any) -> Document:
    return {"attachments": [{**attachment(), **change}]}


def as_dashboard(who: str, chat: Place = case, sender: Place = lambda s: s.dashboard) -> Act:
    """A post as the dashboard, or as `sender`, signed by `who`."""

    def commit(client: firestore.Client, stage: Stage) -> object:
        said = {"senderId": sender(stage), "staffId": stage.uid(who), "body": "x", "createdAt": NOW}
        batch = client.batch()
        batch.set(client.document(paths.message(chat(stage), MESSAGE)), said)
        job = queued(chat(stage), MESSAGE, sender(stage))
        batch.set(client.document(paths.message_queue(chat(stage), MESSAGE)), job)
        return batch.commit()

    return commit


REACTED: Document = {"emoji": "!", "createdAt": NOW}
SEEN: Document = {"readTo": PAST, "readAt": NOW}
TYPED: Document = {"at": NOW}
EDITED: Document = {"body": "Better", "editedAt": NOW}

SHOWN: list[tuple[str, Callable[[str], Act]]] = [
    ("post", lambda who: post(shut, who)),
    ("edit", lambda who: writes(change(said(who, shut), EDITED))),
    ("react", lambda who: writes(put(reaction(who, shut), REACTED))),
    ("merge another reaction", lambda who: writes(merge(reaction(who, shut), REACTED))),
    ("type", lambda who: writes(put(typing(who, shut), TYPED))),
    ("go on typing", lambda who: writes(merge(typing(who, shut), TYPED))),
]
"""What somebody does in the chat with one who has blocked them."""

TOO_MUCH: list[tuple[str, Document, Document]] = [
    ("a body of 900 KB", {"body": "x" * 900_000}, {"body": "x" * 10_000}),
    ("a body twenty maps deep", {"body": nested(19)}, {"body": "x"}),
    ("ten thousand mentions", {"mentions": ["x"] * 10_000}, {"mentions": ["x"] * 50}),
    ("attributes of 900 KB", {"attributes": "x" * 900_000}, {"attributes": "x" * 4_096}),
    ("attributes as a map", {"attributes": {"a": 1}}, {"attributes": '{"a": 1}'}),
    ("ten thousand attachments", {"attachments": [attachment()] * 10_000}, attached()),
    ("an attachment twenty maps deep", attached(name=nested(16)), attached()),
    (
        "an attachment without a type, and room for one in its path",
        attached(path="chats/a b.png", contentType=""),
        attached(path="chats/a b.png"),
    ),
    (
        "an attachment without a name, and room for one in its type",
        attached(contentType="image/png; x", name=""),
        attached(contentType="image/png; x"),
    ),
    (
        "an attachment whose path runs on after a space",
        attached(path=f"{'x' * 512} {'y' * 64}"),
        attached(path=f"{'x' * 447} {'y' * 64}"),
    ),
    ("an attachment whose path runs on in a new line", attached(path="a\nb"), attached(path="a b")),
    ("an attachment of less than nothing", attached(size=-1), attached(size=0)),
    ("an attachment of infinite size", attached(size=float("inf")), attached(size=2**40)),
    ("a time a second ago", {"createdAt": seconds_from_now(-1)}, {"createdAt": NOW}),
    ("a time an hour ahead", {"createdAt": seconds_from_now(3_600)}, {"createdAt": NOW}),
    ("a campaign's mark", {"campaignId": "c"}, {}),
    ("a system event", {"event": "joined", "target": "x"}, {}),
    ("a staff member's signature", {"staffId": "agent"}, {}),
    ("the system as its sender", {"senderId": "system"}, {}),
]

ATTACKS = [
    *(
        Attack(f"{who} posts into a group", who, post(group, who), post(group, "carol"), "carol")
        for who in (*OUTSIDERS, "muted", "owner", "agent", "viewer")
    ),
    *(
        Attack(f"{who} posts as the dashboard", who,
            as_dashboard(who), as_dashboard("agent"), "agent")
        for who in (*OUTSIDERS, "alice", "viewer")
    ),
    *(
        Attack(f"a post holds {what}", "alice",
            post(direct, "alice", **spoilt), post(direct, "alice", **fine))
        for what, spoilt, fine in TOO_MUCH
    ),
    Attack("a chat admin posts as the group's owner", "bob",
        post(group, "alice"), post(group, "bob")),
    Attack("a person posts as the dashboard without signing", "alice",
        post(case, "alice", senderId="service:acme"), post(case, "alice")),
    Attack("staff post as a rival's dashboard", "agent",
        as_dashboard("agent", sender=lambda s: s.rival_dashboard), as_dashboard("agent")),
    Attack("staff post as a person", "agent",
        as_dashboard("agent", sender=lambda s: s.alice), as_dashboard("agent")),
    Attack("staff post into a rival's case", "agent",
        as_dashboard("agent", chat=lambda s: s.rival_case), as_dashboard("agent")),
    Attack("staff post as the dashboard into a group that has it", "agent",
        as_dashboard("agent", chat=group), as_dashboard("agent")),
    Attack("an owner signs as its agent", "owner", as_dashboard("agent"), as_dashboard("owner")),
    Attack("a post puts itself over another's", "bob",
        post(direct, "bob", message_id="from-alice"), post(direct, "bob")),
    Attack("a post puts itself over one's own", "alice",
        post(direct, "alice", message_id="from-alice"), post(direct, "alice")),
    Attack("a message's id looks like a colon", "alice",
        post(direct, "alice", message_id="c\uff1au"), post(direct, "alice", message_id="c_u")),
    Attack("a message takes the id that a campaign's would have", "alice",
        post(case, "alice", message_id="c1:alice"), post(case, "alice", message_id="c1-alice")),
    Attack("one posts into a chat that is not there", "alice",
        post(new_chat, "alice"), post(direct, "alice")),
    # What goes with a message.
    *(
        Attack(f"{who} {what}", who, writes(put(place(who, group), content)),
            writes(put(place("carol", group), content)), "carol")
        for who in ("stranger", "removed", "anonymous", "agent", "nobody")
        for what, place, content in [
            ("reacts in a group", reaction, REACTED),
            ("leaves a receipt in a group", receipt, SEEN),
            ("types in a group", typing, TYPED),
        ]
    ),
    *(
        Attack(f"one {what} for another", "bob", writes(put(place("carol", group), content)),
            writes(put(place("carol", group), content)), "carol")
        for what, place, content in [
            ("reacts", reaction, REACTED),
            ("reads", receipt, SEEN),
            ("types", typing, TYPED),
        ]
    ),
    # People who may not post cannot react or type either, but may remove what they showed.
    *(
        Attack(f"the blocked {what}", "blocked", act("blocked"), act("alice"), "alice")
        for what, act in SHOWN
    ),
    Attack("the blocked put another reaction for one that they take away", "blocked",
        writes(remove(reaction("blocked", shut)), put(reaction("blocked", shut), REACTED)),
        writes(remove(reaction("blocked", shut)), remove(typing("blocked", shut)))),
    *(
        Attack(f"the muted {what}", "muted", writes(put(place("muted", group), content)),
            writes(put(place("carol", group), content)), "carol")
        for what, place, content in [("react", reaction, REACTED), ("type", typing, TYPED)]
    ),
    Attack("the reader of a broadcast types there", "alice",
        writes(put(typing("alice", broadcast), TYPED)), writes(put(typing("alice", case), TYPED))),
    *(
        Attack(f"{who} {what} as the dashboard", who, writes(put(place, content)),
            writes(put(place, content)), "agent")
        for who in ("alice", "viewer", "former", "rival-owner")
        for what, place, content in [
            ("reacts", lambda s: paths.reaction(s.case, "from-alice", s.dashboard), REACTED),
            ("types", lambda s: paths.typing_indicator(s.case, s.dashboard), TYPED),
        ]
    ),
    *(
        Attack(f"a reaction is {what}", "carol",
            writes(put(reaction("carol", group), {**REACTED, "emoji": text})),
            writes(put(reaction("carol", group), {**REACTED, "emoji": emoji})))
        for what, text, emoji in [
            ("a sentence", "I know where u..", "\u2764\ufe0f"),
            ("a sentence in wide letters", "\uff4e\uff4f", "\u203c\ufe0f"),
            ("a sentence in circles", "\u24dd\u24de", "\u24c2\ufe0f"),
            ("a word behind an emoji", "\U0001f44dno", "\U0001f44d\U0001f3fd"),
            ("a word in tags alone", "\U000e006e\U000e006f", "\U0001f3f4\U000e006e\U000e007f"),
            ("of two lines", "!\n!", "!!"),
            ("turned around", "\u202e!", "!"),
            ("nothing to see", "\u200d\ufe0f", "\u2764\u200d\ufe0f"),
        ]
    ),
    *(
        Attack(f"a post is {what}", "alice",
            post(direct, "alice", body=blank), post(direct, "alice", body=f"{blank}."))
        for what, blank in [
            ("white space", " \n\t"), ("separators", "\u2028\u2029\u3000\u00a0"),
            ("of no width", "\u200b\ufeff\u2060"), ("fillers", "\u3164\u115f\uffa0\u2800"),
            ("ten thousand spaces, but for one", " " * 9_999),
        ]
    ),
    Attack("attachments carry a text that shows nothing", "alice",
        post(direct, "alice", body="\u200b", **attached()), post(direct, "alice", **attached())),
    Attack("one reacts to what is not there", "carol",
        writes(put(lambda s: paths.reaction(s.group, "none", s.carol), REACTED)),
        writes(put(reaction("carol", group), REACTED))),
    Attack("one types a year ahead", "carol",
        writes(put(typing("carol", group), {"at": seconds_from_now(31_536_000)})),
        writes(put(typing("carol", group), TYPED))),
    Attack("one has read what is not yet written", "carol",
        writes(put(receipt("carol", group), {"readTo": FUTURE, "readAt": NOW})),
        writes(put(receipt("carol", group), {"readTo": NOW, "readAt": NOW}))),
    Attack("one types into a chat that is not there", "alice",
        writes(put(typing("alice", new_chat), TYPED)), writes(put(typing("alice", case), TYPED))),
]  # fmt: skip
