"""Emails and their templates, as a dashboard writes them."""

from typing import Any

from schema import paths
from tests.rules.acting import Document
from tests.rules.cast import Cast
from tests.rules.form import BLANK, Form, at
from tests.rules.stamp_of_jobs import DELIVERY, NAMES, STAMP, stamp


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


FILE = {"filename": "a", "content": ""}
EMAIL_FILES: list[Document] = [
    FILE,
    {"filename": "a", "path": "a/b"},
    {**FILE, "contentType": "text/plain", "encoding": "hex"},
]
"""Files that an email may have."""
UNKNOWN_FIELD = {**FILE, "cid": "a"}
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
    UNKNOWN_FIELD,
    {"filename": "a", "path": 7},
    {"filename": "", "path": ""},
]

EMAIL_FORMS = [
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
            "message": [{"subject": "a", "text": 1, "html": 2}],
            "message.subject": ["a\r\nBcc: c@d", "x" * 999, *BLANK],
            "message.attachments": [
                email_files(11),
                {},
                *([*email_files(place), UNKNOWN_FIELD] for place in range(10)),
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
