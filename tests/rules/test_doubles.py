"""A whole number may come as a double, which to the rules is equal to it; the server reads both.

Where a rule looks at what a write changes, 5.0 in place of 5 is no change, and passes. So each
document of a client's that holds a number is written here with each of its numbers, and with all of
them, as a double: where it is new, and where it is changed. What passes must be read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from schema import paths
from schema.base import Document as Model
from schema.campaigns import CampaignJob
from schema.email import EmailJob
from schema.mass_messages import MassMessageJob
from schema.messages import Message, MessageQueueEntry
from schema.services import DistributionList
from schema.sms import SmsJob
from schema.user_chats import UserChat
from tests.rules import forms_of_emails as emails
from tests.rules import forms_of_people as people
from tests.rules import forms_of_staff as staff
from tests.rules.acting import NOW, Database, Document, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST, spoiled

AMONG = {
    "not": {
        "or": [
            {"field": "attributes.visits", "op": ">", "value": 5},
            {"field": "attributes.age", "op": "in", "value": [7, 8]},
        ]
    }
}
FAILED = {"state": "ERROR", "attempts": 3, "startTime": PAST}
FAILED_SMS = {
    **FAILED,
    "info": {"messageSid": "SM1", "status": "failed", "segments": 2, "encoding": "GSM-7"},
}
SOON = {"createdAt": PAST, "schedule": {"startAt": FUTURE}}


@dataclass(frozen=True)
class Changed:
    """A document that stands, and what its writer may change of it."""

    model: type[Model]
    writer: str
    path: Callable[[Cast], str]
    stands: Callable[[Cast], Document]
    change: tuple[str, Any]
    stamp: Document = field(default_factory=dict)


def individual(cast: Cast) -> Document:
    job = {key: value for key, value in staff.campaign(cast).items() if key != "chat"}
    return {**job, **SOON, "kind": "individual", "audience": {"where": AMONG}}


CHANGED: dict[str, Changed] = {
    "an edited message": Changed(
        Message,
        "alice",
        lambda cast: paths.message(cast.direct, "m1"),
        lambda cast: {**people.full_message(cast), "createdAt": PAST},
        ("body", "Better"),
        {"editedAt": NOW},
    ),
    "a row": Changed(
        UserChat,
        "alice",
        lambda cast: paths.user_chat(cast.alice, cast.direct),
        lambda cast: {
            "serviceId": "default",
            "kind": "direct",
            "otherUid": cast.bob,
            "messageCount": 5,
            "readCount": 2,
            "updatedAt": PAST,
        },
        ("pinned", True),
    ),
    "a list": Changed(
        DistributionList,
        "admin",
        lambda cast: paths.distribution_list(cast.service, "vip"),
        lambda _: {"name": "VIP", "where": AMONG, "createdAt": PAST},
        ("name", "Regulars"),
    ),
    "a campaign of a group": Changed(
        CampaignJob,
        "admin",
        lambda cast: paths.campaign(f"c-{cast.suffix}"),
        lambda cast: {**staff.campaign(cast), **SOON},
        ("command", "pause"),
    ),
    "a campaign by a filter": Changed(
        CampaignJob,
        "admin",
        lambda cast: paths.campaign(f"c-{cast.suffix}"),
        individual,
        ("command", "cancel"),
    ),
    "a mass message to try again": Changed(
        MassMessageJob,
        "agent",
        lambda cast: paths.mass_message(f"j-{cast.suffix}"),
        lambda cast: {**staff.mass_message(cast), "createdAt": PAST, "delivery": FAILED},
        ("delivery.state", "RETRY"),
    ),
    "an SMS to try again": Changed(
        SmsJob,
        "agent",
        lambda cast: paths.non_chat_sms(f"j-{cast.suffix}"),
        lambda cast: {**staff.sms(cast), "createdAt": PAST, "delivery": FAILED_SMS},
        ("delivery.state", "RETRY"),
    ),
    "an email to try again": Changed(
        EmailJob,
        "agent",
        lambda cast: paths.email_notification(f"j-{cast.suffix}"),
        lambda cast: {**emails.templated_email(cast), "createdAt": PAST, "delivery": FAILED},
        ("delivery.state", "RETRY"),
    ),
}

NEW: dict[str, tuple[type[Model], Document]] = {
    "message": (Message, {}),
    "message queue": (MessageQueueEntry, {}),
    "distribution list": (DistributionList, {"where": AMONG}),
    "campaign": (CampaignJob, SOON | {"createdAt": NOW}),
}
"""The forms with a number in them, what they are read as, and what differs from the fullest."""

FORMS = {form.name: form for form in (*people.FORMS, *staff.FORMS)}


def whole_numbers(value: Any, prefix: str = "") -> Iterator[str]:
    """The dotted path of each integer in a document."""
    match value:
        case bool():
            return
        case int():
            yield prefix.removesuffix(".")
        case dict() | list():
            for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
                yield from whole_numbers(inner, f"{prefix}{key}.")


def choices(document: Document) -> list[list[str]]:
    """Which of its numbers are doubles: each alone, then all."""
    numbers = list(whole_numbers(document))
    return [*([number] for number in numbers), numbers]


def with_doubles(document: Document, numbers: list[str]) -> Document:
    for path in numbers:
        place: Any = document
        for key in path.split("."):
            place = place[int(key)] if isinstance(place, list) else place[key]
        document = spoiled(document, path, float(place))
    return document


def in_integers(value: Any) -> Any:
    """The same with integers for doubles."""
    match value:
        case float():
            return int(value)
        case dict():
            return {key: in_integers(inner) for key, inner in value.items()}
        case list():
            return [in_integers(inner) for inner in value]
    return value


def test_every_form_with_a_number_in_it_is_tried() -> None:
    cast = Cast("n")
    assert {form.name for form in FORMS.values() if list(whole_numbers(form.fullest(cast)))} | {
        "distribution list"
    } == NEW.keys() | {"email from a template"}


@pytest.mark.parametrize("what", CHANGED)
def test_an_update_may_store_a_whole_number_as_a_double_that_is_read(
    what: str, cast: Cast, seed: Seed, database: Database
) -> None:
    changed = CHANGED[what]
    path, stands = changed.path(cast), changed.stands(cast)
    document = database.user(cast.member(changed.writer)).document(path)
    for numbers in choices(stands):
        seed({path: stands})
        whole = spoiled(with_doubles(stands, numbers), *changed.change) | changed.stamp
        assert verdict(lambda new=whole: document.set(new)) == "allowed"
        stored = database.server().document(path).get().to_dict()
        assert stored is not None
        assert set(whole_numbers(in_integers(stored))) - set(whole_numbers(stored)) == set(numbers)
        assert changed.model.parse(stored) == changed.model.parse(in_integers(stored))


@pytest.mark.parametrize("name", NEW)
def test_a_new_document_with_a_double_is_refused_or_read(
    name: str, new_cast: Callable[[], Cast], database: Database
) -> None:
    form, (model, instead) = FORMS[name], NEW[name]
    verdicts = []
    for numbers in [[], *choices(form.fullest(Cast("n")) | instead)]:
        cast = new_cast()
        document = with_doubles(form.fullest(cast) | instead, numbers)
        client = database.user(cast.member(form.writer))
        verdicts.append(verdict(lambda c=cast, d=document, w=client: form.write(w, c, d)))
        stored = {key: PAST if value is NOW else value for key, value in document.items()}
        if verdicts[-1] == "allowed":
            assert model.parse(stored) == model.parse(in_integers(stored))
    assert verdicts[0] == "allowed", "with integers alone"


@pytest.mark.parametrize("size", [5.5, float("nan"), float("inf"), 2.0**63, "5", True])
def test_a_fraction_is_not_read_as_a_whole_number(size: object, cast: Cast) -> None:
    message = {**people.full_message(cast), "createdAt": PAST}
    with pytest.raises(ValueError, match="size"):
        Message.parse(spoiled(message, "attachments.0.size", size))
