"""``emailNotifications/{jobId}``: one email, as in Firebase's Trigger Email extension.

What clients cannot be held to by rules is told here in words: the parts of addresses, senders and
files are checked when the job is delivered.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from schema import ids, limits
from schema.base import (
    ClosedDocument,
    Document,
    Length,
    Matches,
    MaybeDouble,
    ServiceId,
    Shown,
    Time,
    Uid,
    exactly_one,
    present,
)
from schema.delivery import Delivery

_ONE_LINE = Matches(r"^[^\r\n]+$", "a text of one line")

AddressText = Annotated[str, Length(1, limits.EMAIL_ADDRESSES), _ONE_LINE]
"""One address or several, with or without names: ``Ann <ann@a.example>, bob@b.example``."""

Addresses = Annotated[
    Annotated[AddressText, Tag("<text>")]
    | Annotated[
        list[AddressText],
        Field(min_length=1, max_length=limits.EMAIL_RECIPIENTS),
        Tag("<list>"),
    ],
    Discriminator(lambda value: "<list>" if isinstance(value, list) else "<text>"),
]
EmailAuthor = Annotated[
    str,
    Matches(
        rf"^(?:system|{ids.NAME_PATTERN.removeprefix('^').removesuffix('$')})$",
        "a user id: 1 to 128 characters, no ':' or '/', not reserved",
    ),
]
"""The staff member who wrote a job, or ``system`` for the server."""
Uids = Annotated[list[Uid], Field(min_length=1, max_length=limits.EMAIL_RECIPIENTS)]
Subject = Annotated[str, Length(1, limits.EMAIL_SUBJECT), _ONE_LINE, Shown()]
"""The subject is one line, since it becomes a header."""
MailText = Annotated[str, Length(0, limits.EMAIL_TEXT)]

HeaderName = Annotated[
    str,
    Matches(
        rf"^[!-9;-~]{{1,{limits.EMAIL_HEADER_NAME}}}$",
        f"a header's name: 1 to {limits.EMAIL_HEADER_NAME} characters of ASCII, no colon or space",
    ),
]
HeaderText = Annotated[str, Length(1, limits.EMAIL_HEADER), _ONE_LINE]


class EmailAttachment(ClosedDocument):
    """A file of an email: a path in Storage, or the content itself.

    ``encoding``: how the content is written in the document: ``utf-8`` (the default), ``base64``,
    ``hex``, or ``latin1``.
    """

    filename: Annotated[str, Length(1, limits.ATTACHMENT_NAME), _ONE_LINE]
    path: Annotated[str, Length(1, limits.ATTACHMENT_PATH)] | None = None
    content: str | None = None
    content_type: Annotated[str, Length(1, limits.ATTACHMENT_TYPE), _ONE_LINE] | None = None
    encoding: Annotated[str, Length(1, 16)] | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        exactly_one("an attachment", {"path": self.path, "content": self.content})
        return self


class EmailMessage(ClosedDocument):
    """The text of an email and its files. Beside a template, every field may be missing."""

    subject: Subject | None = None
    text: MailText | None = None
    html: MailText | None = None
    attachments: Annotated[list[EmailAttachment], Field(max_length=limits.ATTACHMENTS)] | None = (
        None
    )


class EmailTemplate(ClosedDocument):
    """The name of a template, and the data to render it with."""

    name: Annotated[
        str, Length(1, limits.EMAIL_TEMPLATE_NAME), Matches(r"^[^/]+$", "a name without '/'")
    ]
    data: dict[str, Any] = Field(default_factory=dict)


class StoredEmailTemplate(Document):
    """``services/{serviceId}/emailTemplates/{name}``: Liquid, by owners and admins.

    Values are escaped in ``html`` alone.
    """

    subject: Annotated[str, Length(1, limits.EMAIL_SUBJECT), _ONE_LINE]
    text: MailText | None = None
    html: MailText | None = None


class Rejected(Document):
    """An address that the mail server refused, and its words."""

    address: str
    code: Annotated[int, MaybeDouble]
    message: str


class EmailInfo(Document):
    """The mail server's answer.

    ``left_out``: why people of ``toUids``, ``ccUids`` and ``bccUids`` got no email, by uid.
    """

    message_id: str
    accepted: list[str]
    rejected: list[Rejected]
    left_out: dict[str, str] | None = None


class EmailDelivery(Delivery):
    """The ``delivery`` of an email."""

    info: EmailInfo | None = None  # type: ignore[assignment]  # narrower than any map


class EmailJob(ClosedDocument):
    """The job that staff write: addresses or uids, and a message or a template, or both.

    ``from_``: one of the service's senders; the first one if it is missing. ``delivery`` is the
    server's answer.
    """

    service_id: ServiceId
    created_by: EmailAuthor
    created_at: Time
    to: Addresses | None = None
    to_uids: Uids | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    cc_uids: Uids | None = None
    bcc_uids: Uids | None = None
    from_: AddressText | None = Field(None, alias="from")
    reply_to: AddressText | None = None
    headers: (
        Annotated[dict[HeaderName, HeaderText], Field(max_length=limits.EMAIL_HEADERS)] | None
    ) = None
    message: EmailMessage | None = None
    template: EmailTemplate | None = None
    delivery: EmailDelivery | None = None

    @model_validator(mode="after")
    def _has_one_address_and_a_text(self) -> Self:
        exactly_one("an email", {"to": self.to, "toUids": self.to_uids})
        if self.template is not None:
            return self
        if self.message is None:
            raise _missing("an email needs a message or a template")
        if self.message.subject is None:
            raise _missing("message.subject is missing, and there is no template that has one")
        if self.message.text is None and self.message.html is None:
            raise _missing("message needs text or html, since there is no template that has one")
        return self


def digest_job_fields(
    *,
    service_id: str,
    uid: str,
    created_at: Any,
    message: dict[str, Any] | None = None,
    template: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return an ``EmailJob`` of the server's to one person; the time may be a store's transform."""
    return {
        "serviceId": service_id,
        "createdBy": ids.SYSTEM_SENDER,
        "createdAt": created_at,
        "toUids": [uid],
        "headers": {"Auto-Submitted": "auto-generated"},
    } | present(message=message, template=template)


def email_text_fields(*, subject: str, text: str, html: str) -> dict[str, Any]:
    """Return an ``EmailMessage`` without files."""
    return {"subject": subject, "text": text, "html": html}


def email_template_fields(*, name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return an ``EmailTemplate``."""
    return {"name": name, "data": data}


def _missing(what: str) -> PydanticCustomError:
    return PydanticCustomError("email_text", "{what}", {"what": what})
