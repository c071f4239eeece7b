"""Attacks that change chats, their members, and what was said in them."""

from google.cloud.firestore import ArrayRemove, ArrayUnion, Increment

from tests.rules.acting import DELETE, NOW, Document
from tests.rules.attacks.attack import Attack, change, get, merge, post, put, remove, writes
from tests.rules.attacks.joining import opens
from tests.rules.attacks.places import (
    case,
    chat,
    direct,
    entry,
    group,
    member,
    message,
    new_chat,
    reaction,
    said,
)
from tests.rules.form import FUTURE, PAST
from tests.rules.forms_of_people import MESSAGE, joined

EDIT: Document = {"body": "Better", "editedAt": NOW}
DELETION: Document = {"body": DELETE, "attachments": DELETE, "deletedAt": NOW}

OF_CHATS: list[tuple[str, Document]] = [
    ("a chat changes its kind", {"kind": "broadcast"}),
    ("a chat's last message is forged", {"lastMessage": {"preview": "x", "senderId": "bob"}}),
    ("a chat's messages are counted on", {"messageCount": Increment(1)}),
    ("a chat's members are counted on", {"memberCount": Increment(1)}),
    ("somebody is let into a chat", {"memberIds": ArrayUnion(["eve"])}),
    ("somebody is put out of a chat", {"memberIds": ArrayRemove(["bob"])}),
    ("a chat is closed", {"state": "closed"}),
    ("a chat goes to another service", {"serviceId": "rival"}),
    ("a chat is marked as large", {"large": True}),
    ("a chat's attributes are set", {"attributes": {"a": 1}}),
]
OF_TEXTS: list[tuple[str, Document, Document]] = [
    ("a text is made a list", {"body": ArrayUnion(["x"]), "editedAt": NOW}, EDIT),
    ("a text is made a number", {"body": Increment(1), "editedAt": NOW}, EDIT),
    ("attachments are added", {**EDIT, "attachments": ArrayUnion([{}])}, EDIT),
    ("mentions are added", {**EDIT, "mentions": ArrayUnion(["bob"])}, EDIT),
    ("an edit is counted", {**EDIT, "editedAt": Increment(1)}, EDIT),
    ("an edit is not owned to", {"body": "Better"}, EDIT),
    ("a message is sent again later", {**EDIT, "createdAt": NOW}, EDIT),
    ("a message changes its sender", {**EDIT, "senderId": "bob"}, EDIT),
    ("a deletion leaves the text", {"deletedAt": NOW}, DELETION),
    ("a deletion is dated back", {**DELETION, "deletedAt": PAST}, DELETION),
    ("a deletion leaves a word", {**DELETION, "body": "x"}, DELETION),
]

ATTACKS = [
    *(
        Attack(f"{name}, by {who}", who, writes(change(chat(of), update)), get(chat(of)))
        for who, of in [("alice", group), ("owner", case)]
        for name, update in OF_CHATS
    ),
    Attack("a pair becomes a group", "alice",
        writes(change(chat(direct), {"kind": "group"})), get(chat(direct))),
    *(
        Attack(f"{who} {what}", who, act, get(member("carol")))
        for who, what, act in [
            ("carol", "becomes an owner", writes(change(member("carol"), {"role": "owner"}))),
            ("carol", "merges a role", writes(merge(member("carol"), {"role": "owner"}))),
            ("bob", "becomes an owner", writes(change(member("bob"), {"role": "owner"}))),
            ("bob", "lowers the owner", writes(change(member("alice"), {"role": "member"}))),
            ("alice", "raises a member", writes(change(member("carol"), {"role": "admin"}))),
            ("alice", "mutes a member", writes(change(member("carol"), {"mutedUntil": FUTURE}))),
            ("alice", "puts a member out", writes(remove(member("carol")))),
            ("carol", "leaves without a word", writes(remove(member("carol")))),
            ("muted", "ends its mute", writes(change(member("muted"), {"mutedUntil": DELETE}))),
            ("muted", "moves its mute", writes(change(member("muted"), {"mutedUntil": PAST}))),
            ("muted", "begins anew", writes(put(member("muted"), joined()))),
            ("owner", "puts a member out of a group", writes(remove(member("carol")))),
        ]
    ),
    *(
        Attack(name, "alice",
            writes(change(said("alice"), bad)), writes(change(said("alice"), good)))
        for name, bad, good in OF_TEXTS
    ),
    *(
        Attack(f"{who} edits what {whose} said", who, writes(change(said(whose), EDIT)),
            writes(change(said("alice"), EDIT)), "alice")
        for who, whose in [
            ("bob", "alice"), ("alice", "carol"), ("removed", "removed"), ("muted", "muted"),
            ("stranger", "alice"), ("anonymous", "alice"), ("impostor", "alice"),
            ("alice", "service"), ("alice", "system"), ("agent", "service"), ("nobody", "alice"),
        ]
    ),
    *(
        Attack(f"{who} deletes what {whose} said", who, writes(change(said(whose), DELETION)),
            writes(change(said("carol"), DELETION)), "bob")
        for who, whose in [
            ("carol", "alice"), ("removed", "alice"), ("muted", "alice"), ("stranger", "alice"),
            ("owner", "alice"), ("bob", "service"), ("alice", "system"), ("anonymous", "alice"),
        ]
    ),
    *(
        Attack(f"{who} {what} what {whose} said in a case", who,
            writes(change(said(whose, case), update)),
            writes(change(said("service", case), update)), "agent")
        for what, update in [("edits", EDIT), ("deletes", {"body": DELETE, "deletedAt": NOW})]
        for who, whose in [
            ("owner", "service"), ("former", "former"), ("alice", "service"),
            ("rival-owner", "service"), ("agent", "former"), ("viewer", "service"),
        ]
    ),
    *(
        Attack(f"{who} takes away what {whose} said", who, writes(remove(said(whose))),
            writes(change(said(whose), DELETION)), twin_by)
        for who, whose, twin_by in [
            ("alice", "alice", "alice"), ("bob", "carol", "bob"),
            ("removed", "removed", "removed"), ("owner", "alice", "alice"),
        ]
    ),
    Attack("a message is emptied by one that is new", "alice",
        writes(put(said("alice"), {})), writes(change(said("alice"), DELETION))),
    *(
        Attack(f"a deleted message is {what}", "alice", writes(change(said("alice"), update)),
            get(said("alice")), before=writes(change(said("alice"), DELETION)))
        for what, update in [
            ("brought back", {"body": "back", "deletedAt": DELETE}),
            ("edited", EDIT),
            ("deleted again", {"deletedAt": NOW}),
        ]
    ),
    Attack("another's reaction is changed", "alice",
        writes(change(reaction("bob"), {"emoji": "?", "createdAt": NOW})),
        writes(change(reaction("bob"), {"emoji": "?", "createdAt": NOW})), "bob"),
    Attack("another's reaction is taken away", "alice",
        writes(remove(reaction("bob"))), writes(remove(reaction("bob"))), "bob"),
    Attack("a post changes its sender once it is there", "alice",
        writes(change(message(MESSAGE, direct), lambda s: {"senderId": s.bob})),
        writes(change(message(MESSAGE, direct), EDIT)), before=post(direct, "alice")),
    Attack("a post becomes a campaign's once it is there", "alice",
        writes(change(message(MESSAGE, direct), {**EDIT, "campaignId": "c"})),
        writes(change(message(MESSAGE, direct), EDIT)), before=post(direct, "alice")),
    Attack("a pair becomes a group once it is there", "alice",
        writes(change(chat(new_chat), {"kind": "group"})), get(chat(new_chat)),
        before=opens(new_chat, "alice")),
    Attack("a pair takes a third once it is there", "alice",
        writes(put(member("carol", new_chat), joined())), get(member("stranger", new_chat)),
        before=opens(new_chat, "alice")),
    Attack("the outbox is emptied", "alice",
        writes(remove(entry("from-alice"))), get(said("alice"))),
]  # fmt: skip
