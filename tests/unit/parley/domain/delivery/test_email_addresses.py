"""Addresses: the people that nodemailer reaches for the same text, or nobody."""

from __future__ import annotations

from email import message_from_string, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.email_addresses import (
    InvalidEmail,
    Mailbox,
    parse_mailbox,
    parse_mailboxes,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@a.example", [("ann@a.example", "")]),
        ("Ann Lee <ann@a.example>", [("ann@a.example", "Ann Lee")]),
        ('"Lee, Ann" <ann@a.example>', [("ann@a.example", "Lee, Ann")]),
        ('"A \\"B\\" C" <ann@a.example>', [("ann@a.example", 'A "B" C')]),
        ("Müller, Jörg <j@a.example>", [("j@a.example", "Müller, Jörg")]),
        ("a@a.example, b@b.example", [("a@a.example", ""), ("b@b.example", "")]),
        ("a@a.example; b@b.example", [("a@a.example", ""), ("b@b.example", "")]),
        ("A <a@a.example>,B <b@b.example>", [("a@a.example", "A"), ("b@b.example", "B")]),
        (",, a@a.example ,;", [("a@a.example", "")]),
        ("ann@a.example (Ann)", [("ann@a.example", "Ann")]),
        ("Ann ann@a.example", [("ann@a.example", "Ann")]),
        ("Team: a@a.example, B <b@b.example>;", [("a@a.example", ""), ("b@b.example", "B")]),
        ("<ann@a.example>", [("ann@a.example", "")]),
        ("a@a.example, a@A.Example", [("a@a.example", "")]),
        ("ann+tag@a.example", [("ann+tag@a.example", "")]),
        ("O'Neil <o'neil@a.example>", [("o'neil@a.example", "O'Neil")]),
        ("j@münchen.example", [("j@xn--mnchen-3ya.example", "")]),
        ("j@MÜNCHEN.example", [("j@xn--mnchen-3ya.example", "")]),
        ("j@straße.example", [("j@xn--strae-oqa.example", "")]),
        ("j@例え.テスト", [("j@xn--r8jz45g.xn--zckzah", "")]),
        ("j@例え\u3002テスト", [("j@xn--r8jz45g.xn--zckzah", "")]),
        ("j@shop\uff0eexample", [("j@shop.example", "")]),
        ("j@mu\u0308nchen.example", [("j@xn--mnchen-3ya.example", "")]),
        ("jörg@a.example", [("jörg@a.example", "")]),
        ("root@localhost", [("root@localhost", "")]),
    ],
)
def test_a_text_reaches_the_people_that_nodemailer_reaches(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert [(one.address, one.name) for one in parse_mailboxes(text, "to")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ann",
        "ann@",
        "@a.example",
        "a@a.example, bob",
        "bob, a@a.example",
        "a@a.example b@b.example",
        "x@x.example <a@a.example>",
        "A <a@a.example> <b@b.example>",
        "A <a@a.example",
        '"A <a@a.example>',
        "A a@a.example>",
        "a@b@c.example",
        "a@a..example",
        "a@-a.example",
        "a@a.example.",
        "a b@",
        "a@a.example\x00",
        "a@a.example\r\nBcc: b@b.example",
        "a@" + "a" * 64 + ".example",
        "a" * 65 + "@a.example",
        "a@" + ".".join(["a" * 60] * 5),
        "G: H: a@a.example;;",
        "<>",
    ],
)
def test_a_text_that_cannot_be_read_for_certain_is_refused_by_the_name_of_its_field(
    text: str,
) -> None:
    with pytest.raises(InvalidEmail, match=r"^replyTo "):
        parse_mailboxes(text, "replyTo")


def test_a_list_is_read_text_by_text_and_its_place_is_named() -> None:
    found = parse_mailboxes(["a@a.example, b@b.example", "C <c@c.example>"], "cc")
    assert [one.address for one in found] == ["a@a.example", "b@b.example", "c@c.example"]

    with pytest.raises(InvalidEmail, match=r"^cc\[1\] must be an address"):
        parse_mailboxes(["a@a.example", "b"], "cc")


def test_a_field_of_one_address_takes_no_second() -> None:
    with pytest.raises(InvalidEmail, match="from must have one address and is"):
        parse_mailbox("a@a.example, b@b.example", "from")


NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=80)


@given(NAMES)
def test_a_name_reads_back_from_its_header(name: str) -> None:
    name = " ".join(name.split())
    header = Mailbox("ann@a.example", name).header()

    parsed = message_from_string(f"To: {header}\r\n\r\n", policy=policy.compat32)

    ((shown, address),) = getaddresses([parsed["To"]])
    assert address == "ann@a.example"
    assert str(make_header(decode_header(shown))) == name


@given(st.text(max_size=60))
def test_no_text_of_addresses_breaks_the_parser_or_the_header(text: str) -> None:
    try:
        found = parse_mailboxes(text, "to")
    except InvalidEmail:
        return
    for one in found:
        header = one.header()
        assert not any(line and line[0] not in " \t" for line in header.split("\r\n")[1:])
        assert "\n" not in header.replace("\r\n ", "")
        assert "@" in one.address
        assert not any(sign.isspace() for sign in one.address)
