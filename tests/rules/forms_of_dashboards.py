"""What staff write for one another: notes, desks, canned answers, saved views, drafts."""

from schema import paths
from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast
from tests.rules.form import BLANK, NAMED, ODD, PAST, Form, at

ROLES = ["owner", "admin", "agent", "viewer"]
WHERE = {"field": "tags", "op": "array-contains", "value": "vip"}


def note(cast: Cast) -> Document:
    return {
        "staffId": cast.staff("agent"),
        "body": "Ask Bob first",
        "mentions": [cast.staff("admin")],
        "createdAt": NOW,
    }


def desk(_: Cast) -> Document:
    return {
        "viewedAt": NOW,
        "typing": True,
        "left": False,
        "draft": "On its way",
        "draftId": "m2",
        "unsent": [unsent("m1")],
    }


def unsent(message_id: str) -> Document:
    return {"messageId": message_id, "body": "Dear Ann"}


def canned_answer(cast: Cast) -> Document:
    return {
        "shortcut": "on-its-way",
        "name": "On its way",
        "body": "Dear {{ user.displayName }}, it is on its way.",
        "updatedAt": NOW,
        "updatedBy": cast.staff("admin"),
    }


def saved_view(cast: Cast) -> Document:
    return {
        "name": "VIPs",
        "createdBy": cast.staff("admin"),
        "createdAt": NOW,
        "sharedWith": ["agent", "viewer"],
        "view": "unread",
        "assigneeId": cast.staff("agent"),
        "where": WHERE,
    }


def own_view(cast: Cast) -> Document:
    return {"name": "Mine", "createdBy": cast.staff("agent"), "createdAt": NOW, "view": "mine"}


def campaign_draft(cast: Cast) -> Document:
    return {
        "name": "Spring",
        "job": {"kind": "oneWay", "audience": {"where": WHERE}},
        "step": "audience",
        "createdBy": cast.staff("admin"),
        "createdAt": NOW,
        "updatedBy": cast.staff("admin"),
        "updatedAt": NOW,
    }


FORMS = [
    Form(
        "note",
        "agent",
        note,
        at(lambda cast: paths.chat_note(cast.case, "n1")),
        frozenset({"mentions"}),
        {"body": ["x", "x" * 10_000], "mentions": [[], ["a"] * 50]},
        {
            "staffId": ["owner"],
            "body": ["x" * 10_001, *BLANK],
            "mentions": [["a"] * 51, [7], ["a/b"]],
            "editedAt": [NOW],
        },
        kept=True,
    ),
    Form(
        "desk",
        "agent",
        desk,
        at(lambda cast: paths.chat_desk(cast.case, cast.staff("agent"))),
        frozenset({"typing", "left", "draft", "draftId", "unsent"}),
        {
            "draft": ["x", "x" * 10_000],
            "left": [True],
            "typing": [False],
            "draftId": ["x" * 64],
            "unsent": [[], [unsent(f"m{number}") for number in range(5)]],
            "unsent.0.messageId": ["x" * 64],
            "unsent.0.body": ["x", "x" * 10_000],
        },
        {
            "draft": ["x" * 10_001, *BLANK],
            "draftId": ["x" * 65, "a/b", "a b"],
            "unsent": [
                [unsent(f"m{number}") for number in range(6)],
                [*(unsent(f"m{number}") for number in range(4)), "m4"],
                *(
                    [
                        *(unsent(f"m{number}") for number in range(before)),
                        unsent("m9") | {"body": ""},
                    ]
                    for before in range(1, 5)
                ),
            ],
            "unsent.0.messageId": ["x" * 65, "a/b", "a b"],
            "unsent.0.body": ["x" * 10_001, *BLANK],
        },
        aged=lambda cast: {paths.chat_desk(cast.case, cast.staff("agent")): {"viewedAt": PAST}},
    ),
    Form(
        "canned answer",
        "admin",
        canned_answer,
        at(lambda cast: paths.canned_answer(cast.service, "a1")),
        edge={
            "shortcut": ["a", "a" * 32],
            "name": ["x", "x" * 100, *NAMED],
            "body": ["x", "x" * 10_000],
        },
        wrong={
            "shortcut": ["a" * 33, "A", "a b", "a/b"],
            "name": ["x" * 101, *BLANK, *ODD],
            "body": ["x" * 10_001, *BLANK],
            "updatedBy": ["owner"],
        },
    ),
    Form(
        "saved view",
        "admin",
        saved_view,
        at(lambda cast: paths.saved_view(cast.service, "v1")),
        frozenset({"sharedWith", "view", "assigneeId", "where"}),
        {
            "name": ["x", "x" * 100, *NAMED],
            "sharedWith": [[], ROLES],
            "view": ["mine", "unassigned", "unanswered", "open", "snoozed", "closed", "all"],
        },
        {
            "name": ["x" * 101, *BLANK, *ODD],
            "createdBy": ["owner"],
            "sharedWith": [["king"], [7], ["agent"] * 5],
            "view": ["best"],
            "assigneeId": ["a/b", "a:b"],
        },
        open=frozenset({"where"}),
        kept=True,
    ),
    Form(
        "campaign draft",
        "admin",
        campaign_draft,
        at(lambda cast: paths.campaign_draft(cast.service, "d1")),
        frozenset({"step"}),
        {"name": ["x", "x" * 100, *NAMED], "job": [{}], "step": ["x" * 40]},
        {
            "name": ["x" * 101, *BLANK, *ODD],
            "step": ["x" * 41],
            "createdBy": ["owner"],
            "updatedBy": ["owner"],
        },
        open=frozenset({"job"}),
        kept=True,
    ),
]
