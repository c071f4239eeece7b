"""SMS go only to valid mobile numbers of allowed countries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.phone_numbers import (
    BadNumber,
    canonical_number,
    check_number,
    known_forms,
    metadata_version,
    read_number,
)
from schema.reasons import RecipientReason

EITHER = "fixedLineOrMobile"


@pytest.mark.parametrize(
    ("text", "region", "e164", "country", "kind", "is_valid"),
    [
        ("+12125550123", None, "+12125550123", "US", EITHER, True),
        ("+525512345678", None, "+525512345678", "MX", EITHER, True),
        ("+17872530000", None, "+17872530000", "PR", EITHER, True),
        ("+5215587654321", None, "+5215587654321", "MX", "unknown", False),
        ("+18002530000", None, "+18002530000", "US", "tollFree", True),
        ("+448451234567", None, "+448451234567", "GB", "premiumRate", True),
        ("+448431234567", None, "+448431234567", "GB", "premiumRate", True),
        ("+448441234567", None, "+448441234567", "GB", "premiumRate", True),
        ("+448701234567", None, "+448701234567", "GB", "premiumRate", True),
        ("+447012345678", None, "+447012345678", "GB", "personalNumber", True),
        ("+447781123456", None, "+447781123456", "GG", "mobile", True),
        ("+38349123456", None, "+38349123456", "XK", "mobile", True),
        ("3471234567", "IT", "+393471234567", "IT", "mobile", True),
        ("03471234567", "IT", "+3903471234567", None, "unknown", False),
        ("+390612345678", None, "+390612345678", "IT", "fixedLine", True),
        ("00442083661177", "DE", "+442083661177", "GB", "fixedLine", True),
        ("442083661177", "US", "+1442083661177", None, "unknown", False),
        ("+12530001", None, "+12530001", None, "unknown", False),
        ("+15005550006", None, "+15005550006", "US", "personalNumber", True),
        ("+15555550123", None, "+15555550123", None, "unknown", False),
        ("+447700900123", None, "+447700900123", None, "unknown", False),
        ("+12025550100", None, "+12025550100", "US", EITHER, True),
        ("+13105550199", None, "+13105550199", "US", EITHER, True),
        ("+61491570006", None, "+61491570006", "AU", "mobile", True),
    ],
)
def test_a_number_has_its_form_country_type_and_validity(
    text: str, region: str | None, e164: str, country: str | None, kind: str, is_valid: bool
) -> None:
    number = read_number(text, region)
    assert number is not None
    assert (number.e164, number.country, number.type, number.is_valid) == (
        e164,
        country,
        kind,
        is_valid,
    )
    assert number.metadata_version == metadata_version()


def test_an_extension_is_told_apart_from_the_number() -> None:
    number = read_number("+12122530000 x9")
    assert number is not None
    assert (number.e164, number.country, number.extension) == ("+12122530000", "US", "9")


@pytest.mark.parametrize("text", ["+999123456789", "", "hello", "2025550100", "+", "x" * 300])
def test_text_that_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None
    assert isinstance(check_number(text), BadNumber)


@pytest.mark.parametrize(
    "text",
    [
        "+43 664 1234567 (mob)",
        "+43 664 1234567 (Jo)",
        "+43 664 1234567 (моб)",
        "+43 664 123O567",
        "+1 800 FLOWERS",
        "Ann +43 664 1234567",
    ],
)
def test_a_number_with_letters_is_nobodys(text: str) -> None:
    assert read_number(text) is None
    assert isinstance(check_number(text), BadNumber)
    assert canonical_number(text) == text


@pytest.mark.parametrize(
    "text", ["+43 664 1234567", "+43 (0)664 / 123-45.67", "tel:+43-664-1234567", "+٤٣٦٦٤١٢٣٤٥٦٧"]
)
def test_a_number_may_be_written_with_signs_between_its_digits(text: str) -> None:
    assert check_number(text) == "+436641234567"


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+447781123456", "GG"),
        ("+447797123456", "JE"),
        ("+447624123456", "IM"),
        ("+17872530000", "PR"),
        ("+38349123456", "XK"),
    ],
)
def test_an_allow_list_knows_territories_as_their_own_countries(phone: str, country: str) -> None:
    assert check_number(phone, [country]) == phone
    refused = check_number(phone, ["GB", "US", "RS"])
    assert isinstance(refused, BadNumber)
    assert f"is in {country}, and the service sends SMS only to GB, RS, US" in refused.detail


@pytest.mark.parametrize(
    ("phone", "country"), [("+358181234567", "AX"), ("+4779123456", "SJ"), ("+390669812345", "VA")]
)
def test_numbers_of_territories_without_own_mobile_ranges_name_their_country(
    phone: str, country: str
) -> None:
    number = read_number(phone)
    assert number is not None
    assert number.country == country


@pytest.mark.parametrize("phone", ["+12125550123", "+525512345678", "+14165550123"])
def test_numbers_of_plans_that_mix_mobile_and_fixed_lines_get_sms(phone: str) -> None:
    assert check_number(phone) == phone


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("+18002530000", "tollFree"),
        ("+448451234567", "premiumRate"),
        ("+447012345678", "personalNumber"),
        ("+390612345678", "fixedLine"),
        ("+12530001", "no valid number"),
        ("+12122530000 x9", "the extension 9"),
        ("+12122530000;ext=9", "the extension 9"),
        ("+999123456789", "E.164"),
    ],
)
def test_a_refused_number_says_why(phone: str, words: str) -> None:
    refused = check_number(phone)
    assert isinstance(refused, BadNumber)
    assert refused.reason is RecipientReason.INVALID_PHONE
    assert repr(phone) in refused.detail
    assert words in refused.detail


def test_mexicos_old_mobile_form_becomes_the_present_one() -> None:
    assert check_number("+5215587654321") == "+525587654321"
    assert canonical_number("+5215587654321") == "+525587654321"
    assert canonical_number("+52 1 55 8765 4321") == "+525587654321"


def test_both_forms_of_a_mexican_number_find_the_same_person() -> None:
    assert known_forms("+5215587654321") == ["+525587654321", "+5215587654321"]
    assert known_forms("+525587654321") == ["+525587654321", "+5215587654321"]


def test_other_numbers_have_one_form_and_the_one_that_was_given() -> None:
    assert known_forms("+12025550100") == ["+12025550100"]
    assert known_forms("+1 202 555 0100") == ["+12025550100", "+1 202 555 0100"]
    assert canonical_number("+12122530000 x9") == "+12122530000 x9"


@given(st.text(max_size=40))
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = check_number(text, ["US"])
    if isinstance(verdict, str):
        assert check_number(verdict, ["US"]) == verdict


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_number_to_send_to_is_canonical_already(phone: str) -> None:
    verdict = check_number(phone)
    if isinstance(verdict, str):
        assert canonical_number(verdict) == verdict
        number = read_number(verdict)
        assert number is not None
        assert number.is_valid
