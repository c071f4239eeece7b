"""What is in an email: senders, templates and files, and how a wrong job is answered."""

from __future__ import annotations

from typing import Any

import pytest

from schema import paths
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import PDF, Office


@pytest.fixture
async def office(world: TwinWorld) -> Office:
    office = Office(world)
    await office.open()
    return office


async def test_an_email_without_a_sender_is_from_the_first(office: Office) -> None:
    await office.send()
    await office.send(**{"from": "bills@acme.example"})
    await office.send(**{"from": "hello@acme.example"})

    senders = [mail["From"] for mail in office.mails()]
    assert senders == ["Acme <hello@acme.example>", "bills@acme.example", "hello@acme.example"]


@pytest.mark.parametrize(
    "sender", ["ceo@other.example", "Boss <hello@acme.example>", "bills@acme.example, a@b.example"]
)
async def test_an_email_is_from_no_other_sender(office: Office, sender: str) -> None:
    delivery = await office.send(**{"from": sender})

    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith("invalidJob: from must")
    assert sender[:20] in delivery["error"]
    assert office.mail.calls == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"serviceId": "nowhere"}, "serviceNotFound: serviceId: there is no service 'nowhere'"),
        ({"createdBy": "vic"}, "notAllowed: createdBy: only an owner, admin or agent"),
        ({"createdBy": "ann"}, "notAllowed: createdBy: only an owner, admin or agent"),
        ({"to": "ann"}, "invalidJob: to must be an address such as ann@example.com and is 'ann'"),
        ({"to": ["a@b.example", "x y"]}, "invalidJob: to[1] must be an address"),
        ({"cc": "a@b c@d"}, "invalidJob: cc has two addresses without a comma"),
        ({"message": {"subject": "Hi"}}, "invalidJob: message needs text or html"),
        ({"message": None}, "invalidJob: an email needs a message or a template"),
        ({"headers": {"Bcc": "x@y"}}, "invalidJob: headers.Bcc cannot be set here; use bcc"),
        ({"headers": {"message-id": "x"}}, "invalidJob: headers.message-id is set by the server"),
        ({"headers": {"X-A": "a\r\nBcc: x@y"}}, "invalidJob: headers.X-A must be"),
        ({"message": {"subject": "a\nb", "text": ""}}, "invalidJob: message.subject must be"),
        ({"to": "ann@a.example\nBcc: x@y.example"}, "invalidJob: to must be a text of one line"),
        ({"template": {"name": "gone"}}, "invalidJob: template.name: there is no services/acme/"),
        ({"sendGrid": {}}, "invalidJob: sendGrid is not a field that may stand here"),
        ({"to": [f"a{n}@b.example" for n in range(501)]}, "invalidJob: to must have at most 500"),
        (
            {"to": [f"a{n}@b.example" for n in range(500)], "cc": "c@d.example"},
            "invalidJob: to, cc and bcc have 501 recipients, and an email takes up to 500",
        ),
    ],
)
async def test_a_malformed_job_is_answered_with_the_field(
    office: Office, fields: dict[str, Any], reason: str
) -> None:
    delivery = await office.send(**fields)

    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith(reason), delivery["error"]
    assert office.mail.calls == 0


async def test_a_template_wins_over_the_message(office: Office) -> None:
    await office.write(
        paths.email_template("acme", "welcome"),
        {"subject": "Hi {{ name }}", "html": "<p>{{ name }}</p>"},
    )

    await office.send(
        template={"name": "welcome", "data": {"name": "<Ann> & co\nBcc: x@y"}},
        message={"subject": "Hello", "text": "kept", "html": "gone"},
    )

    (mail,) = office.mails()
    assert mail["Subject"] == "Hi <Ann> & co Bcc: x@y"
    assert mail["Bcc"] is None
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert plain.get_content() == "kept\r\n"
    assert rich is not None
    assert rich.get_content() == "<p>&lt;Ann&gt; &amp; co\r\nBcc: x@y</p>\r\n"


async def test_a_template_that_cannot_be_rendered_is_an_error(office: Office) -> None:
    await office.write(
        paths.email_template("acme", "sum"), {"subject": "Hi", "text": "{{ 1 | divided_by: n }}"}
    )

    delivery = await office.send(template={"name": "sum", "data": {"n": 0}}, message=None)

    assert delivery["error"].startswith("invalidJob: services/acme/emailTemplates/sum: text: ")


async def test_files_go_out_by_path_and_by_content(office: Office) -> None:
    office.world.files.files[PDF] = b"%PDF-1" * 50_000

    delivery = await office.send(
        message={
            "subject": "Hello",
            "text": "See the files",
            "attachments": [
                {"filename": "Übersicht 2026.pdf", "path": PDF},
                {"filename": "a.txt", "content": "héllo"},
                {"filename": "b.bin", "content": "AAEC", "encoding": "base64"},
                {"filename": "c.x", "content": "<x/>", "contentType": "text/xml; charset=utf-8"},
            ],
        }
    )

    assert delivery["state"] == "SUCCESS"
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in office.mails()[0].iter_attachments()
    ]
    assert found == [
        ("Übersicht 2026.pdf", "application/pdf", b"%PDF-1" * 50_000),
        ("a.txt", "text/plain", "héllo".encode()),
        ("b.bin", "application/octet-stream", b"\x00\x01\x02"),
        ("c.x", "text/xml", b"<x/>"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "attachments/ann:service:acme/ann/f1",
        "attachments/ann:broadcast:acme/sam/f1",
        "campaigns/acme/sam/f1.pdf",
        "emails/acme/sam/f1.pdf",
    ],
)
async def test_a_file_that_staff_of_the_service_may_read_goes_out(
    office: Office, path: str
) -> None:
    office.world.files.files[path] = b"x"

    delivery = await office.send(message=with_file(path))

    assert delivery["state"] == "SUCCESS"


@pytest.mark.parametrize(
    "path",
    [
        "attachments/ann:bob/ann/f1",
        "attachments/ann:service:other/ann/f1",
        "attachments/ann:broadcast:other/ann/f1",
        "attachments/group1/ann/f1",
        "attachments/ann:service:acme:x/ann/f1",
        "campaigns/other/sam/f1.pdf",
        "emails/other/sam/f1.pdf",
        "imports/acme/sam/people.csv",
        "emails/acme/../other",
        "emails/../other/f1",
        "emails/acme/sam/../f1",
        "emails/acme/sam/x/f1",
        "/emails/acme/sam/f1",
        "emails/acme/sam/",
        "https://files.example/emails/acme/sam/f1",
        "gs://bucket/emails/acme/sam/f1",
        "EMAILS/acme/sam/f1",
        "emails/acme/sam/f1\n",
    ],
)
async def test_a_file_of_another_chat_or_service_is_refused(office: Office, path: str) -> None:
    office.world.files.files[path] = b"secret"

    delivery = await office.send(message=with_file(path))

    assert delivery["state"] == "ERROR"
    assert "message.attachments[0].path" in delivery["error"]
    assert office.mail.calls == 0


async def test_a_missing_file_is_an_error_with_its_path(office: Office) -> None:
    delivery = await office.send(message=with_file(PDF))

    assert delivery["error"].startswith("invalidJob: message.attachments[0].path: there is no file")
    assert PDF in delivery["error"]


async def test_inline_content_has_a_limit_together(office: Office) -> None:
    half = {"filename": "a.txt", "content": "x" * 256_000}
    message = {"subject": "Hello", "text": "", "attachments": [half, half]}
    assert (await office.send(message=message))["state"] == "SUCCESS"

    message["attachments"] = [half, half, {"filename": "b", "content": "x"}]
    delivery = await office.send(message=message)

    assert "has 512001 bytes together, and the limit is 512000" in delivery["error"]


async def test_files_of_storage_have_a_limit_together(office: Office) -> None:
    office.world.files.files[PDF] = b"x" * (11 * 1024 * 1024)
    file = {"filename": "a.pdf", "path": PDF}

    delivery = await office.send(
        message={"subject": "Hello", "text": "", "attachments": [file, file]}
    )

    assert delivery["error"].startswith("invalidJob: message.attachments[1].path: the files of the")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encoding": "base64", "content": "%%"}, "message.attachments[0].content is no base64"),
        ({"encoding": "hex", "content": "xy"}, "message.attachments[0].content is no hex"),
        ({"encoding": "latin1", "content": "я"}, "message.attachments[0].content is no latin1"),
        ({"encoding": "utf-16"}, "message.attachments[0].encoding must be utf-8, base64"),
        ({"contentType": "pdf"}, "message.attachments[0].contentType must be a type"),
        ({"contentType": "multipart/mixed"}, "message.attachments[0].contentType must be a type"),
        ({"filename": "a\nb"}, "message.attachments[0].filename must be a text of one line"),
    ],
)
async def test_a_file_that_cannot_be_read_is_named(
    office: Office, change: dict[str, Any], words: str
) -> None:
    file = {"filename": "a.txt", "content": "abc", **change}

    delivery = await office.send(message={"subject": "Hi", "text": "", "attachments": [file]})

    assert delivery["error"].startswith(f"invalidJob: {words}")


def with_file(path: str) -> dict[str, Any]:
    return {"subject": "Hi", "text": "", "attachments": [{"filename": "a.pdf", "path": path}]}


@pytest.mark.parametrize("subject", ["Hello {{ name }}", "{{ name }}"])
async def test_control_characters_of_a_persons_data_reach_no_header(
    office: Office, subject: str
) -> None:
    await office.write(
        paths.email_template("acme", "hello"), {"subject": subject, "text": "{{ name }}"}
    )
    name = "Ann\x00\x1b\r\nBcc: evil@e.example\x85\x7f"
    delivery = await office.send(message=None, template={"name": "hello", "data": {"name": name}})

    assert delivery["state"] == "SUCCESS"
    assert office.mail.mails[0].recipients == ("ann@a.example",)
    (mail,) = office.mails()
    assert mail["Bcc"] is None
    assert str(mail["Subject"]).isprintable()
    assert str(mail["Subject"]).endswith("Ann Bcc: evil@e.example")


async def test_control_characters_of_a_subject_become_spaces(office: Office) -> None:
    delivery = await office.send(message={"subject": "Your\x00 order\t7", "text": "Hi"})
    assert delivery["state"] == "SUCCESS"
    assert str(office.mails()[0]["Subject"]) == "Your  order 7"
