"""Documents as Firebase's Trigger Email documents them, with the three fields that Parley adds.

The page `docs/how-to/leave-trigger-email.md` says what is the same and what is different.
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from parley.store import Update
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_mail import MailFault
from schema import paths
from schema.patches import PathPatch
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import JOB, Office

HELLO = {"subject": "Hello from Firebase!", "text": "plaintext", "html": "<code>HTML</code>"}
THREE = ["a@a.example", "b@b.example", "c@c.example"]
CSV = {"filename": "a.csv", "content": "YTtiCg==", "encoding": "base64"}


@pytest.fixture
async def office(world: TwinWorld) -> Office:
    office = Office(world)
    await office.open()
    await office.write(
        paths.email_template("acme", "following"),
        {
            "subject": "@{{username}} is now following you!",
            "html": "Just writing to let you know that <code>@{{username}}</code> ({{name}}) is now"
            " following you.",
        },
    )
    return office


@pytest.mark.parametrize(
    ("document", "accepted"),
    [
        ({"to": "someone@example.com"}, ["someone@example.com"]),
        ({"to": ["someone@example.com"]}, ["someone@example.com"]),
        ({"to": "Some One <someone@example.com>"}, ["someone@example.com"]),
        ({"to": "a@a.example, b@b.example"}, ["a@a.example", "b@b.example"]),
        ({"to": ["a@a.example, b@b.example", "c@c.example"]}, THREE),
        ({"to": "a@a.example", "cc": "b@b.example"}, ["a@a.example", "b@b.example"]),
        ({"to": "a@a.example", "bcc": ["b@b.example"]}, ["a@a.example", "b@b.example"]),
        ({"to": "a@a.example", "cc": "a@a.example"}, ["a@a.example"]),
        ({"toUids": ["ann", "bob"]}, ["ann@a.example", "bob@b.example"]),
        ({"toUids": ["ann", "missing"]}, ["ann@a.example"]),
        ({"toUids": ["ann"], "ccUids": ["bob"]}, ["ann@a.example", "bob@b.example"]),
        ({"to": "a@a.example", "bccUids": ["bob"]}, ["a@a.example", "bob@b.example"]),
    ],
)
async def test_a_document_reaches_its_recipients(
    office: Office, document: dict[str, Any], accepted: list[str]
) -> None:
    delivery = await office.send(**{"to": None, "message": HELLO, **document})

    assert (delivery["state"], delivery["attempts"]) == ("SUCCESS", 1)
    assert delivery["info"]["accepted"] == accepted


def shown(mail: EmailMessage, kind: str) -> str | None:
    body = mail.get_body((kind,))
    return None if body is None else str(body.get_content()).rstrip("\r\n")


@pytest.mark.parametrize(
    ("message", "text", "html"),
    [
        (HELLO, "plaintext", "<code>HTML</code>"),
        ({"subject": "Hello", "text": "plaintext"}, "plaintext", None),
        ({"subject": "Hello", "html": "<p>"}, None, "<p>"),
    ],
)
async def test_a_message_has_text_or_html_or_both(
    office: Office, message: dict[str, Any], text: str | None, html: str | None
) -> None:
    await office.send(message=message)

    (mail,) = office.mails()
    assert (shown(mail, "plain"), shown(mail, "html")) == (text, html)


async def test_from_reply_to_and_headers_stand_beside_the_message(office: Office) -> None:
    await office.send(
        **{"from": "bills@acme.example"},
        replyTo="help@acme.example",
        headers={"X-Entity-Ref-ID": "42", "List-Unsubscribe": "<mailto:stop@acme.example>"},
        message=HELLO,
    )

    (mail,) = office.mails()
    assert mail["From"] == "bills@acme.example"
    assert mail["Reply-To"] == "help@acme.example"
    assert mail["X-Entity-Ref-ID"] == "42"
    assert mail["List-Unsubscribe"] == "<mailto:stop@acme.example>"


async def test_attachments_are_content_or_a_file(office: Office) -> None:
    office.world.files.files["emails/acme/sam/a.pdf"] = b"%PDF"
    file = {"filename": "a.pdf", "path": "emails/acme/sam/a.pdf"}
    text = {"filename": "a.txt", "content": "hello", "contentType": "text/plain"}

    await office.send(message={**HELLO, "attachments": [CSV, text, file]})

    found = [part.get_payload(decode=True) for part in office.mails()[0].iter_attachments()]
    assert found == [b"a;b\n", b"hello", b"%PDF"]


async def test_a_template_is_rendered_with_its_data(office: Office) -> None:
    data = {"username": "ada", "name": "Ada <Lovelace>"}

    await office.send(
        to=None, toUids=["ann"], message=None, template={"name": "following", "data": data}
    )

    (mail,) = office.mails()
    assert mail["Subject"] == "@ada is now following you!"
    assert shown(mail, "html") == (
        "Just writing to let you know that <code>@ada</code> (Ada &lt;Lovelace&gt;) is now "
        "following you."
    )


async def test_a_template_comes_before_the_message_and_keeps_its_files(office: Office) -> None:
    await office.send(
        message={**HELLO, "attachments": [CSV]},
        template={"name": "following", "data": {"username": "ada"}},
    )

    (mail,) = office.mails()
    assert mail["Subject"] == "@ada is now following you!"
    assert shown(mail, "plain") == "plaintext"
    assert "@ada" in (shown(mail, "html") or "")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.csv"]


async def test_the_states_of_a_delivery(office: Office) -> None:
    await office.job(to="a@a.example", message=HELLO)
    assert "delivery" not in office.world.at(JOB), "not taken yet"
    office.mail.faults = [MailFault(kills=True, times=1)]
    with pytest.raises(WorkerDied):
        await office.deliver()

    processing = office.delivery()
    assert processing["state"] == "PROCESSING"
    lease = processing["leaseExpireTime"] - office.world.clock.now()
    assert 60 <= lease.total_seconds() <= 75
    office.world.clock.advance(lease.total_seconds())
    await office.deliver()

    done = office.delivery()
    assert done.keys() == {"state", "attempts", "startTime", "endTime", "info"}
    assert (done["state"], done["attempts"]) == ("SUCCESS", 2)


async def test_a_retry_by_hand_counts_on(office: Office) -> None:
    assert (await office.send(to=None, toUids=["dan"]))["state"] == "ERROR"
    await office.person("dan", email="dan@d.example")

    pressed: PathPatch = {("delivery", "state"): "RETRY"}
    await office.world.store.commit([Update(JOB, pressed)])
    await office.deliver()

    delivery = office.delivery()
    assert (delivery["state"], delivery["attempts"]) == ("SUCCESS", 1)
    assert delivery["info"]["accepted"] == ["dan@d.example"]
    assert "error" not in delivery
