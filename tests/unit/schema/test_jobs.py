"""Mass messages, SMS, email, their delivery, and what was parked."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema.base import Document
from schema.dead_letters import DeadLetter
from schema.email import EmailJob
from schema.explain import explain
from schema.mass_messages import MassMessageJob
from schema.sms import SmsJob

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JOB = {"serviceId": "shop", "createdBy": "sam", "createdAt": AT}
MASS = JOB | {"kind": "mass", "userIds": ["a"], "message": {"body": "Hi"}}
SMS = JOB | {"to": {"phone": "+15005550006"}, "body": "Hi", "purpose": "transactional"}
FILE = {"filename": "a.txt", "content": "abc"}
EMAIL = JOB | {"to": "a@example.com", "message": {"subject": "Hi", "text": "Hello"}}


def without(fields: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key != name}


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (MassMessageJob, MASS),
        (SmsJob, SMS),
        (SmsJob, SMS | {"to": {"userId": "a"}, "expireAt": AT}),
        (EmailJob, EMAIL),
        (EmailJob, EMAIL | {"to": ["a@example.com", "b@example.com"]}),
        (EmailJob, without(EMAIL, "to") | {"toUids": ["a"]}),
        (
            EmailJob,
            without(EMAIL, "message") | {"template": {"name": "welcome", "data": {"n": 1}}},
        ),
        (
            EmailJob,
            EMAIL
            | {
                "cc": ["Ann <ann@example.com>, bob@example.com"],
                "bccUids": ["a"],
                "from": "Shop <hello@shop.example>",
                "replyTo": "help@shop.example",
                "headers": {"List-Unsubscribe": "<mailto:stop@shop.example>"},
                "message": {
                    "html": "<p>Hi</p>",
                    "attachments": [
                        FILE | {"contentType": "text/plain", "encoding": "utf-8"},
                        {"filename": "b.pdf", "path": "campaigns/shop/sam/b.pdf"},
                    ],
                },
                "template": {"name": "welcome", "data": {}},
            },
        ),
        (
            SmsJob,
            SMS
            | {
                "delivery": {
                    "state": "SUCCESS",
                    "attempts": 1,
                    "startTime": AT,
                    "endTime": AT,
                    "info": {
                        "messageSid": "SM1",
                        "status": "sent",
                        "segments": 1,
                        "encoding": "GSM-7",
                    },
                }
            },
        ),
        (
            DeadLetter,
            {
                "queue": "message-queue",
                "serviceId": "shop",
                "payload": {"v": 1},
                "error": {"code": "poison", "message": "it fails alone"},
                "attempts": 3,
                "firstAt": AT,
                "parkedAt": AT,
            },
        ),
    ],
)
def test_a_job_is_stored_as_the_contract_spells_it(
    model: type[Document], fields: dict[str, Any]
) -> None:
    assert model.parse(fields).fields() == fields


@pytest.mark.parametrize(
    ("model", "fields", "words"),
    [
        (MassMessageJob, MASS | {"userIds": ["a"] * 501}, "userIds"),
        (MassMessageJob, MASS | {"title": "x"}, "title is not a field that may stand here"),
        (SmsJob, SMS | {"body": "x" * 1_601}, "body must be 1 to 1600 characters long and is 1601"),
        (MassMessageJob, MASS | {"message": {"body": "\u2003\n"}}, "message.body must have"),
        (SmsJob, SMS | {"body": "\u00a0 "}, "body must have a visible character"),
        (EmailJob, EMAIL | {"message": {"subject": "\u3000"}}, "message.subject must have"),
        (SmsJob, SMS | {"to": {}}, "to.phone is missing"),
        (SmsJob, SMS | {"to": {"userId": "a", "phone": "+15005550006"}}, "to.phone is not a field"),
        (SmsJob, SMS | {"to": {"phone": "0151"}}, "to.phone must be a phone number in E.164"),
        (EmailJob, without(EMAIL, "to"), "exactly one of to, toUids"),
        (EmailJob, EMAIL | {"toUids": ["a"]}, "exactly one of to, toUids"),
        (EmailJob, without(EMAIL, "message"), "an email needs a message or a template"),
        (EmailJob, EMAIL | {"message": {"subject": "Hi"}}, "message needs text or html"),
        (EmailJob, EMAIL | {"message": {"text": "Hi"}}, "message.subject is missing"),
        (EmailJob, EMAIL | {"to": 7}, "to must be a text"),
        (EmailJob, EMAIL | {"to": [7]}, "to[0] must be a text"),
        (EmailJob, EMAIL | {"to": []}, "to must have at least 1 entries"),
        (EmailJob, EMAIL | {"to": ["a@b.example"] * 501}, "to must have at most 500 entries"),
        (
            EmailJob,
            EMAIL | {"cc": "a@b.example\nBcc: c@d.example"},
            "cc must be a text of one line",
        ),
        (EmailJob, EMAIL | {"bccUids": []}, "bccUids must have at least 1 entries"),
        (EmailJob, EMAIL | {"from": "a@b.example\r\nX: y"}, "from must be a text of one line"),
        (EmailJob, EMAIL | {"headers": {"a:b": "x"}}, "headers.a:b.[key] must be a header's name"),
        (EmailJob, EMAIL | {"headers": {"X-A": "1\r\nBcc: c@d.example"}}, "headers.X-A must be"),
        (EmailJob, EMAIL | {"headers": {f"X-{n}": "1" for n in range(21)}}, "headers must have at"),
        (
            EmailJob,
            EMAIL | {"template": {"name": "x"}, "message": {"attachments": [{"filename": "x"}]}},
            "message.attachments[0] an attachment needs exactly one of path, content",
        ),
        (
            EmailJob,
            EMAIL
            | {"template": {"name": "x"}, "message": {"attachments": [FILE | {"path": "a/b"}]}},
            "exactly one of path, content",
        ),
        (
            EmailJob,
            EMAIL | {"template": {"name": "x"}, "message": {"attachments": [FILE] * 11}},
            "message.attachments must have at most 10 entries",
        ),
        (EmailJob, EMAIL | {"template": {"name": "a/b"}}, "template.name must be a name without"),
        (
            EmailJob,
            EMAIL | {"message": {"subject": "Hi\r\nBcc: x@example.com"}},
            "text of one line",
        ),
        (EmailJob, EMAIL | {"message": {"subject": "Hi\n"}}, "text of one line"),
        (EmailJob, EMAIL | {"attachments": []}, "attachments is not a field that may stand here"),
    ],
)
def test_a_bad_job_is_refused_in_words(
    model: type[Document], fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        model.parse(fields)

    assert words in explain(caught.value)
