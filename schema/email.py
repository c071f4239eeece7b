"""``emailNotifications/{jobId}``: one email, as in Firebase's Trigger Email extension."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from schema import limits
from schema.base import (
    ClosedDocument,
    Length,
    Matches,
    ServiceId,
    Shown,
    Time,
    Uid,
    exactly_one,
)
from schema.delivery import Delivery


class EmailMessage(ClosedDocument):
    """The text of an email. The subject is one line, since it becomes a header."""

    subject: Annotated[
        str,
        Length(1, limits.EMAIL_SUBJECT),
        Matches(r"^[^\r\n]+$", "a text of one line"),
        Shown(),
    ]
    text: str | None = None
    html: str | None = None


class EmailTemplate(ClosedDocument):
    """The name of a template, and the data to render it with."""

    name: str
    data: dict[str, Any] = Field(default_factory=dict)


class EmailJob(ClosedDocument):
    """The job that staff write: addresses or uids, and a message or a template.

    ``delivery`` is the server's answer.
    """

    service_id: ServiceId
    created_by: Uid
    created_at: Time
    to: str | list[str] | None = None
    to_uids: list[Uid] | None = None
    message: EmailMessage | None = None
    template: EmailTemplate | None = None
    delivery: Delivery | None = None

    @model_validator(mode="after")
    def _has_one_address_and_one_text(self) -> Self:
        exactly_one("an email", {"to": self.to, "toUids": self.to_uids})
        exactly_one("an email", {"message": self.message, "template": self.template})
        return self
