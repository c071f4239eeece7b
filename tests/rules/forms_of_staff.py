"""What a dashboard writes: its staff and lists, campaigns, mass messages, SMS and email."""

from typing import Any

from schema import paths
from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast
from tests.rules.form import BLANK, FUTURE, Form, at
from tests.rules.forms_of_people import attachment


def stamp(cast: Cast, role: str) -> Document:
    """Whose job it is, who writes it and when."""
    return {"serviceId": cast.service, "createdBy": cast.staff(role), "createdAt": NOW}


def campaign(cast: Cast) -> Document:
    return {
        **stamp(cast, "admin"),
        "name": "Spring",
        "kind": "group",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"userIds": [cast.alice, cast.bob]},
        "message": {
            "body": "Hello {{ user.displayName }}",
            "title": "Hello",
            "attachments": [attachment() for _ in range(10)],
        },
        "chat": {"title": "Spring", "topic": "Sales", "uniqueName": "spring"},
        "schedule": {
            "startAt": FUTURE,
            "expireAt": FUTURE,
            "window": {"from": "09:00", "to": "20:00", "timeZone": "recipient"},
        },
        "throttle": {"perMinute": 600},
        "command": "start",
    }


def mass_message(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "kind": "mass",
        "userIds": [cast.alice, cast.bob],
        "message": {"body": "Hello"},
    }


def sms(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "to": {"phone": "+4915112345678"},
        "body": "Hello",
        "purpose": "transactional",
        "expireAt": FUTURE,
    }


def email_files(count: int) -> list[Document]:
    """Files of an email: the first by its path, the others with their content."""
    stored = {"filename": "a.pdf", "path": "campaigns/acme/ann/a.pdf", "contentType": "text/plain"}
    inline = {"filename": "b.txt", "content": "YQ==", "contentType": "a/b", "encoding": "base64"}
    return [stored, *(dict(inline) for _ in range(count - 1))][:count]


def email(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "to": ["alice@example.com", "Bob <bob@example.com>, carl@example.com"],
        "cc": ["dora@example.com"],
        "bcc": ["emil@example.com"],
        "ccUids": [cast.alice],
        "bccUids": [cast.bob],
        "from": "Acme <hello@acme.example>",
        "replyTo": "help@acme.example",
        "headers": {"List-Unsubscribe": "<mailto:stop@acme.example>"},
        "message": {
            "subject": "Hello",
            "text": "Hello",
            "html": "<p>Hello</p>",
            "attachments": email_files(10),
        },
    }


def templated_email(cast: Cast) -> Document:
    return {
        **stamp(cast, "agent"),
        "toUids": [cast.alice],
        "template": {"name": "welcome", "data": {"a": {"b": 1}}},
        "message": {
            "text": "Hello",
            "html": "<p>Hello</p>",
            "attachments": email_files(2),
        },
    }


def email_template(cast: Cast) -> Document:
    return {"subject": "Hello {{ name }}", "text": "Hello", "html": "<p>Hello {{ name }}</p>"}


STAMP = {"serviceId": ["rival-n", "no such", "a/b"], "createdBy": ["owner"]}
NAMES = [[7], ["a", None], [""], ["a:b"], ["a/b"]]
DELIVERY = {"delivery": [{"state": "SUCCESS"}, {"state": "PENDING"}]}

FILE = {"filename": "a", "content": ""}
EMAIL_FILES: list[Document] = [
    FILE,
    {"filename": "a", "path": "a/b"},
    {**FILE, "contentType": "text/plain", "encoding": "hex"},
]
"""Files that an email may have."""
WRONG_EMAIL_FILES: list[Any] = [
    7,
    {},
    {"filename": "a"},
    {"content": "a"},
    {**FILE, "content": 7},
    {**FILE, "content": None},
    {**FILE, "filename": 7},
    {**FILE, "contentType": 7},
    {**FILE, "encoding": ["hex"]},
    {**FILE, "cid": "a"},
    {"filename": "a", "path": 7},
    {"filename": "", "path": ""},
]

FORMS = [
    Form(
        "staff",
        "owner",
        lambda cast: {"role": "agent", "displayName": "Ann"},
        at(lambda cast: paths.staff(cast.service, cast.stranger)),
        edge={"role": ["owner", "admin", "viewer"], "displayName": ["x", "x" * 100]},
        wrong={"role": ["king", "member"], "displayName": ["x" * 101, *BLANK]},
    ),
    Form(
        "distribution list",
        "admin",
        lambda cast: {
            "name": "VIP",
            "where": {"field": "tags", "op": "array-contains", "value": "vip"},
            "createdAt": NOW,
        },
        at(lambda cast: paths.distribution_list(cast.service, "vip")),
        frozenset({"where"}),
        {"name": ["x", "x" * 100]},
        {"name": ["x" * 101, *BLANK]},
        open=frozenset({"where"}),
        kept=True,
    ),
    Form(
        "distribution list member",
        "admin",
        lambda cast: {"addedAt": NOW},
        at(lambda cast: f"{paths.distribution_list(cast.service, 'vip')}/members/{cast.alice}"),
    ),
    Form(
        "campaign",
        "admin",
        campaign,
        at(lambda cast: paths.campaign(f"c-{cast.suffix}")),
        frozenset(
            {
                "message.title",
                "message.attachments",
                "chat.topic",
                "chat.uniqueName",
                "schedule",
                "schedule.startAt",
                "schedule.expireAt",
                "schedule.window",
                "throttle",
            }
        ),
        {
            "name": ["x", "x" * 100],
            "purpose": ["transactional"],
            "audience": [
                {"all": True},
                {"listId": "v" * 64},
                {"where": {}},
                {"userIds": ["a"] * 10_000},
            ],
            "message.body": ["x", "x" * 10_000],
            "message.title": ["x", "x" * 100],
            "chat.title": ["x", "x" * 100],
            "chat.topic": ["x", "x" * 1_000],
            "chat.uniqueName": ["x", "x" * 128],
            "schedule.window.from": ["00:00", "19:59", "20:00", "23:59"],
            "schedule.window.timeZone": ["x", "x" * 64],
            "throttle.perMinute": [1, 1_000_000],
        },
        {
            **STAMP,
            "name": ["x" * 101, *BLANK],
            "kind": ["individual", "oneWay", "broadcast"],
            "channels": [[], ["sms"], ["chat", "sms"], ["chat", "chat"], ["email"]],
            "purpose": ["fun"],
            "audience": [
                {},
                {"all": False},
                {"all": True, "listId": "vip"},
                {"userIds": ["a"], "listId": "vip"},
                {"userIds": ["a"] * 10_001},
                {"listId": ""},
                {"listId": "a/b"},
                {"listId": 7},
                {"where": "tags"},
                {"where": []},
                {"where": None},
                {"where": {}, "all": True},
            ],
            "audience.userIds": NAMES,
            "message": [{"title": "no body"}],
            "message.body": ["x" * 10_001, *BLANK],
            "message.title": ["x" * 101, *BLANK],
            "message.attachments": [[attachment() for _ in range(11)]],
            "chat.title": ["x" * 101, *BLANK],
            "chat.topic": ["x" * 1001],
            "chat.uniqueName": ["x" * 129],
            "schedule.window.from": ["9:00", "24:00", "09:60", "09:00:00"],
            "schedule.window.timeZone": ["x" * 65],
            "throttle.perMinute": [0, 1_000_001],
            "command": ["pause", "resume", "cancel"],
            "state": ["completed"],
            "counts": [{}],
        },
        kept=True,
    ),
    Form(
        "mass message",
        "agent",
        mass_message,
        at(lambda cast: paths.mass_message(f"j-{cast.suffix}")),
        edge={"userIds": [["a"], ["a"] * 500], "message.body": ["x", "x" * 10_000]},
        wrong={
            **STAMP,
            **DELIVERY,
            "kind": ["notify"],
            "userIds": [*NAMES, ["a"] * 501],
            "message.body": ["x" * 10_001, *BLANK],
        },
        kept=True,
    ),
    Form(
        "sms",
        "agent",
        sms,
        at(lambda cast: paths.non_chat_sms(f"j-{cast.suffix}")),
        frozenset({"expireAt"}),
        {
            "to": [{"userId": "a"}, {"phone": "+12"}],
            "body": ["x", "x" * 1_600],
            "purpose": ["marketing"],
        },
        {
            **STAMP,
            **DELIVERY,
            "to": [{}, {"phone": "+4915112345678", "userId": "a"}, {"userId": ""}, {"userId": 7}],
            "to.phone": ["015112345678", "+0151", "sip:x"],
            "body": ["x" * 1_601, *BLANK],
            "purpose": ["fun"],
        },
        kept=True,
    ),
    Form(
        "email",
        "agent",
        email,
        at(lambda cast: paths.email_notification(f"j-{cast.suffix}")),
        frozenset(
            {
                *("cc", "bcc", "ccUids", "bccUids", "from", "replyTo", "headers"),
                *("headers.List-Unsubscribe", "message.text", "message.html"),
                "message.attachments",
            }
        ),
        {
            "to": [
                "a@b",
                ["a@b"],
                ["a@b"] * 500,
                "Ann <a@b>; c@d",
                "a@b" + " " * 9_997,
                "a@b@c",
            ],
            "cc": [["a@b"] * 500],
            "bcc": ["a@b, c@d"],
            "ccUids": [["a"] * 500],
            "bccUids": [["a"] * 500],
            "from": ["a@b"],
            "replyTo": ["Ann <a@b>"],
            "headers": [
                {},
                {"x" * 76: "x" * 20_000},
                {f"X-{n}": "x" for n in range(20)},
            ],
            "message.subject": ["x", "x" * 998],
            "message.text": ["", "x" * 500_000],
            "message.html": ["", "x" * 500_000],
            "message.attachments": [[], *([file] for file in EMAIL_FILES)],
        },
        {
            **STAMP,
            **DELIVERY,
            "to": [
                [],
                ["a@b"] * 501,
                [7],
                ["a@b", None],
                ["a"],
                "a",
                "a@b\nBcc: c@d",
                "a@b\rBcc: c@d",
                ["a@b\nc@d"],
                ["a@b\rc@d"],
                "a@",
                "@b",
                "a@b" + " " * 9_998,
            ],
            "cc": [[], ["a@b"] * 501, ["a"], "a@b\nc@d", {"a@b": "a@b"}],
            "bcc": [[], [7], "a"],
            "ccUids": [[], ["a"] * 501, *NAMES],
            "bccUids": [[], ["a"] * 501, *NAMES],
            "from": ["a", "a@b\nBcc: c@d", ["a@b"]],
            "replyTo": ["a", "a@b\nBcc: c@d", ["a@b"]],
            "headers": [
                {f"X-{n}": "x" for n in range(21)},
                {"X A": "x"},
                {"X:A": "x"},
                {"X-\u00c4": "x"},
                {"X-A\nX-B": "x"},
                {"x" * 77: "x"},
                {"X-A": ""},
                {"X-A": "x\ny"},
                {"X-A": "x\ry"},
                {"X-A": "x" * 10_000, "X-B": "x" * 10_000},
                {"X-A": "x", "X-B": 7},
            ],
            "toUids": [["alice"]],
            "template": [{"name": "welcome"}, {"data": {}}, {"name": "a/b", "data": {}}],
            "message.subject": ["a\r\nBcc: c@d", "x" * 999, *BLANK],
            "message.attachments": [
                email_files(11),
                {},
                *([*email_files(place), WRONG_EMAIL_FILES[2]] for place in range(10)),
                *([wrong] for wrong in WRONG_EMAIL_FILES),
            ],
        },
        open=frozenset({"message.attachments"}),
        blank=frozenset({"message.text", "message.html"}),
        kept=True,
    ),
    Form(
        "email from a template",
        "agent",
        templated_email,
        at(lambda cast: paths.email_notification(f"t-{cast.suffix}")),
        frozenset(
            {
                *("message", "message.text", "message.html"),
                "message.attachments",
            }
        ),
        {
            "toUids": [["a"], ["a"] * 500],
            "template.name": ["x", "x" * 100],
            "message": [{}, {"attachments": email_files(10)}],
        },
        {
            "toUids": [[], ["a"] * 501, *NAMES],
            "to": ["a@b"],
            "message.subject": ["a\nb", "x" * 999, *BLANK],
            "template.name": ["x" * 101, "a/b", *BLANK],
        },
        open=frozenset({"template.data", "message.attachments"}),
        blank=frozenset({"message.text", "message.html"}),
        kept=True,
    ),
    Form(
        "email template",
        "admin",
        email_template,
        at(lambda cast: paths.email_template(cast.service, f"welcome {cast.suffix}")),
        frozenset({"text", "html"}),
        {
            "subject": ["x", "x" * 998],
            "text": ["", "x" * 500_000],
            "html": ["", "x" * 500_000],
        },
        {
            "subject": ["a\nb", "a\rb", "x" * 999, *BLANK],
            "text": ["x" * 500_001],
            "html": ["x" * 500_001],
        },
        blank=frozenset({"text", "html"}),
    ),
]
