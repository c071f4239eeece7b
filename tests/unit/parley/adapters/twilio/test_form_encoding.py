"""Forms arrive as they were given, with any text."""

from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.twilio.http_client import encode_form

TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@given(body=TEXTS, sender=TEXTS)
def test_any_text_arrives_as_it_was_written(body: str, sender: str) -> None:
    encoded = encode_form({"To": "+12125550123", "Body": body, "From": sender})

    assert encoded.isascii()
    assert parse_qsl(encoded, keep_blank_values=True) == [
        ("To", "+12125550123"),
        ("Body", body),
        ("From", sender),
    ]


def test_a_list_repeats_its_name_and_a_number_is_a_text() -> None:
    encoded = encode_form({"MediaUrl": ["a&b", "c"], "ValidityPeriod": 90, "DateSent>": "x"})

    assert parse_qsl(encoded) == [
        ("MediaUrl", "a&b"),
        ("MediaUrl", "c"),
        ("ValidityPeriod", "90"),
        ("DateSent>", "x"),
    ]
