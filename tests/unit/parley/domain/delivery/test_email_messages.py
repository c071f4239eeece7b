"""The data of an email: what servers and mail programs read of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parley.domain.delivery.email_addresses import InvalidEmail, Mailbox
from parley.domain.delivery.email_messages import (
    Mail,
    MailFile,
    build,
    content_type_of,
    message_id,
)

AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
SENDER = Mailbox("hello@acme.example", "Acme, Inc.")
ANN = Mailbox("ann@a.example", "Ann")
LONG = "<https://acme.example/stop?" + "x" * 700 + ">"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def data_of(**fields: Any) -> bytes:
    given: dict[str, Any] = {
        "sender": SENDER,
        "to": [ANN],
        "subject": "Hello",
        "text": "Hello",
        **fields,
    }
    return build(Mail(**given), message_id="<1@acme.example>", date=AT)


def parse(data: bytes) -> EmailMessage:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_an_email_has_its_headers() -> None:
    bob = Mailbox("bob@b.example")
    data = data_of(cc=[bob], reply_to=[Mailbox("help@acme.example")])

    assert data.decode().split("\r\n\r\n")[0].split("\r\n") == [
        'From: "Acme, Inc." <hello@acme.example>',
        "To: Ann <ann@a.example>",
        "Cc: bob@b.example",
        "Reply-To: help@acme.example",
        "Subject: Hello",
        "Date: Sat, 28 Nov 2026 09:30:00 +0000",
        "Message-ID: <1@acme.example>",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "MIME-Version: 1.0",
    ]


def test_a_job_has_one_message_id_at_the_senders_domain() -> None:
    first = message_id("emailNotifications/a", "acme.example")

    assert first == message_id("emailNotifications/a", "acme.example")
    assert first != message_id("emailNotifications/b", "acme.example")
    assert first.endswith("@acme.example>")


def test_the_same_email_gives_the_same_bytes() -> None:
    file = MailFile("a.pdf", "application/pdf", b"%PDF")

    assert data_of(html="<p>", files=[file]) == data_of(html="<p>", files=[file])


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 57 * 4_096 - 1, 57 * 4_096, 57 * 4_096 + 1])
def test_files_of_any_size_are_read_back_in_their_order(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    files = [
        MailFile("a.bin", "application/octet-stream", content),
        MailFile("b.txt", "text/plain; charset=utf-8", b"=_\r\n.\r\n"),
        MailFile("c.bin", "application/octet-stream", content[::-1]),
    ]

    data = data_of(html="<p>Hello", files=files)

    found = [one.get_payload(decode=True) for one in parse(data).iter_attachments()]
    assert found == [file.content for file in files]
    assert max(map(len, data.split(b"\r\n"))) <= 98
    assert b"_file_" not in data


def test_who_is_in_bcc_is_a_recipient_and_not_in_the_data() -> None:
    eve = Mailbox("eve@e.example", "Eve")
    mail = Mail(sender=SENDER, to=[], subject="x", bcc=[eve, ANN, eve], text="x")

    data = build(mail, message_id="<1@acme.example>", date=AT)

    assert mail.recipients == ("eve@e.example", "ann@a.example")
    assert b"eve@" not in data
    assert parse(data)["To"] == "undisclosed-recipients:;"


@pytest.mark.parametrize("name", ["List-Unsubscribe", "In-Reply-To", "References", "X-Own-Id"])
def test_a_long_word_of_a_header_is_on_the_wire_as_it_is(name: str) -> None:
    data = data_of(headers={name: LONG})

    assert f"\r\n{name}: {LONG}\r\n".encode() in data


def test_a_header_of_many_words_is_folded_between_them() -> None:
    ids = " ".join(f"<{n}@acme.example>" for n in range(200))
    data = data_of(headers={"References": ids})

    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert " ".join(parse(data)["References"].split()) == ids


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Bcc": "x@y.example"}, "headers.Bcc cannot be set here; use bcc"),
        ({"FROM": "x@y.example"}, "headers.FROM cannot be set here; use from"),
        ({"Reply-To": "x@y.example"}, "use replyTo"),
        ({"Content-Type": "text/html"}, "headers.Content-Type is set by the server"),
        ({"Message-ID": "<1@2>"}, "is set by the server"),
        ({"Resent-To": "x@y.example"}, "is set by the server"),
        ({"X-A": "a\nBcc: x@y.example"}, "headers.X-A must be one line"),
        ({"X-A": "a\x00"}, "headers.X-A must be one line"),
        ({"X-A": "x" * 999}, "headers.X-A has a word of 999 characters"),
    ],
)
def test_a_header_that_must_not_be_set_is_refused(headers: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidEmail, match=words):
        data_of(headers=headers)


@given(TEXTS)
@example("🎉 " + "a long subject with emoji 🎉 " * 20)
@example("two  spaces   and three")
@example(" at both ends ")
@example("=?utf-8?q?no?=")
@example("x" * 998)
def test_a_subject_reads_back_the_same(subject: str) -> None:
    subject = "".join(sign for sign in subject if sign.isprintable()) or "-"
    data = data_of(subject=subject)

    head = data.split(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert str(parse(data)["Subject"]) == subject


@given(TEXTS, TEXTS)
@example("a\n.\nFrom b\n..c", "x" * 5_000)
@example("=_", "\x00\x0b")
def test_texts_read_back_and_are_ascii_on_the_wire(text: str, html: str) -> None:
    data = data_of(text=text, html=html)

    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert b"\n" not in data.replace(b"\r\n", b"")
    parsed = parse(data)
    for kind, written in (("plain", text), ("html", html)):
        part = parsed.get_body((kind,))
        assert part is not None
        read = part.get_payload(decode=True)
        assert isinstance(read, bytes)
        assert lines(read.decode()) == lines(written)


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


@example(b"", "<a.pdf>")
@given(st.binary(max_size=300), st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_file_reads_back_the_same(content: bytes, name: str) -> None:
    data = data_of(files=[MailFile(name, "application/x-thing", content)])

    (part,) = parse(data).iter_attachments()
    assert (part.get_content(), part.get_content_type()) == (content, "application/x-thing")
    # Not get_filename(), which takes a name in angle brackets for an address.
    assert part["Content-Disposition"].params["filename"] == name


@pytest.mark.parametrize(
    ("name", "given_type", "expected"),
    [
        ("a.pdf", None, "application/pdf"),
        ("a.unknown", None, "application/octet-stream"),
        ("a.tar.gz", None, "application/octet-stream"),
        ("a.pdf", "text/plain; charset=utf-8", "text/plain; charset=utf-8"),
    ],
)
def test_the_type_of_a_file_is_given_or_guessed_by_its_name(
    name: str, given_type: str | None, expected: str
) -> None:
    assert content_type_of(name, given_type, "x") == expected


def test_the_parameters_of_a_type_are_kept() -> None:
    data = data_of(files=[MailFile("a.csv", 'text/csv; charset="utf-8"; header=present', b"a")])

    (part,) = parse(data).iter_attachments()
    assert part.get_param("charset") == "utf-8"
    assert part.get_param("header") == "present"
