"""Each code of Twilio's has a reason and a way out, and an unknown one is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.twilio_errors import listed_codes, twilio_error


@pytest.mark.parametrize(
    ("code", "is_final", "reason"),
    [
        ("21610", True, "optedOut"),
        ("21211", True, "invalidPhone"),
        ("21614", True, "invalidPhone"),
        ("21635", True, "invalidPhone"),
        ("30005", True, "invalidPhone"),
        ("30006", True, "invalidPhone"),
        ("30036", False, "expired"),
        ("30001", False, "providerError:30001"),
        ("30003", False, "providerError:30003"),
        ("30008", False, "providerError:30008"),
        ("20429", False, "providerError:20429"),
        ("21408", True, "providerError:21408"),
        ("30004", True, "providerError:30004"),
        ("30007", True, "providerError:30007"),
        ("30034", True, "providerError:30034"),
    ],
)
def test_a_code_has_the_reason_of_a_recipient_and_may_pass_or_not(
    code: str, is_final: bool, reason: str
) -> None:
    error = twilio_error(code)

    assert (error.is_final, error.recipient_reason) == (is_final, reason)


def test_a_number_that_is_off_today_is_not_called_invalid() -> None:
    assert twilio_error("30003").reason is None
    assert "later" in twilio_error("30003").sentence


@given(st.from_regex(r"[0-9]{3,6}", fullmatch=True))
def test_every_code_is_kept_and_explained(code: str) -> None:
    error = twilio_error(code)

    assert error.code == code
    if code not in listed_codes():
        assert error.recipient_reason == f"providerError:{code}"
        assert not error.is_final
        assert code in error.sentence


def test_a_sentence_says_what_happened_and_what_to_do() -> None:
    for code in listed_codes():
        meaning, semicolon, way_out = twilio_error(code).sentence.partition("; ")
        assert meaning
        assert semicolon
        assert way_out
