"""What the rules let through the server must be able to read, or a worker parks it.

`test_wrong_fields.py` sees that each of these documents passes the rules. Jobs of staff are left
out: the server answers in the document, or its status, what rules cannot see of them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from schema.base import Document as Model
from schema.chats import Chat
from schema.email import StoredEmailTemplate
from schema.memberships import Member
from schema.messages import Message, MessageQueueEntry
from schema.push_tokens import PushTokens
from schema.receipts import ReadReceipt, TypingIndicator
from schema.services import DistributionList, ListMember, Staff
from schema.staff_notes import Desk, Note
from schema.staff_shelf import CampaignDraft, CannedAnswer, SavedView
from schema.users import Profile, User, UserBlock
from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast
from tests.rules.form import Form, spoiled
from tests.rules.forms_of_people import FORMS as FORMS_OF_PEOPLE
from tests.rules.forms_of_staff import FORMS as FORMS_OF_STAFF

READ_AS: dict[str, type[Model]] = {
    "user": User,
    "profile": Profile,
    "block": UserBlock,
    "direct chat": Chat,
    "member of a new direct chat": Member,
    "message": Message,
    "message queue": MessageQueueEntry,
    "receipt": ReadReceipt,
    "typing": TypingIndicator,
    "push tokens": PushTokens,
    "staff": Staff,
    "email template": StoredEmailTemplate,
    "distribution list": DistributionList,
    "distribution list member": ListMember,
    "note": Note,
    "desk": Desk,
    "canned answer": CannedAnswer,
    "saved view": SavedView,
    "campaign draft": CampaignDraft,
}
JOBS = {"campaign", "mass message", "sms", "email", "email from a template"}
FORMS = [*FORMS_OF_PEOPLE, *FORMS_OF_STAFF]


def as_stored(value: Any) -> Any:
    """With the server's time in place of the transform."""
    if value is NOW:
        return datetime(2026, 11, 24, tzinfo=UTC)
    if isinstance(value, dict):
        return {name: as_stored(inner) for name, inner in value.items()}
    return [as_stored(inner) for inner in value] if isinstance(value, list) else value


def accepted(form: Form) -> Iterator[tuple[str, Document]]:
    cast = Cast("n")
    yield "fullest", form.fullest(cast)
    yield "barest", form.barest(cast)
    for path, values in form.edge.items():
        for number, value in enumerate(values):
            yield f"{path} {number}", spoiled(form.fullest(cast), path, value)


def test_every_kind_of_document_has_a_model() -> None:
    assert {form.name for form in FORMS} == READ_AS.keys() | JOBS


@pytest.mark.parametrize(
    ("model", "document"),
    [
        pytest.param(READ_AS[form.name], document, id=f"{form.name}: {what}")
        for form in FORMS
        if form.name in READ_AS
        for what, document in accepted(form)
    ],
)
def test_every_accepted_document_can_be_read(model: type[Model], document: Document) -> None:
    assert model.parse(as_stored(document)).fields().keys() <= document.keys()
