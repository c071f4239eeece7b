"""Decide which phone numbers an SMS may be sent to. Pure.

Numbers are read by libphonenumber's metadata, which changes about once a month: a verdict is true
for ``metadata_version()`` and is never stored as the number's own.

The metadata is loaded by the first number: 3 MiB that a process without SMS does not need.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final

from schema.reasons import RecipientReason

MOBILE: Final = frozenset({"mobile", "fixedLineOrMobile"})
"""The types that get SMS. North American plans do not tell mobile numbers from fixed lines."""

_OLD_MEXICAN = re.compile(r"^\+521([0-9]{10})$")
"""Until 2019, mobile numbers were dialled with a 1; inbound SMS and imports still have it."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as the metadata knows it.

    ``country`` is its own region, None if it has none: Guernsey is GG and not GB, Puerto Rico PR
    and not US. ``type`` is ``unknown`` for a number that is not valid.
    """

    e164: str
    country: str | None
    type: str
    is_valid: bool
    metadata_version: str
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class BadNumber:
    """A number that gets no SMS. ``detail`` names the number, what is wrong and the way out."""

    detail: str
    reason: RecipientReason = RecipientReason.INVALID_PHONE


def metadata_version() -> str:
    """Return the release of the metadata that verdicts are true for."""
    import phonenumbers

    return phonenumbers.__version__


@cache
def _types() -> dict[int, str]:
    from phonenumbers import PhoneNumberType

    return {
        PhoneNumberType.FIXED_LINE: "fixedLine",
        PhoneNumberType.MOBILE: "mobile",
        PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixedLineOrMobile",
        PhoneNumberType.TOLL_FREE: "tollFree",
        PhoneNumberType.PREMIUM_RATE: "premiumRate",
        PhoneNumberType.SHARED_COST: "sharedCost",
        PhoneNumberType.VOIP: "voip",
        PhoneNumberType.PERSONAL_NUMBER: "personalNumber",
        PhoneNumberType.PAGER: "pager",
        PhoneNumberType.UAN: "uan",
        PhoneNumberType.VOICEMAIL: "voicemail",
    }


def read_number(text: str, region: str | None = None) -> PhoneNumber | None:
    """Read a number as people write it; None if it is none at all.

    ``region`` is where a number without a country code is from. Without one, it must begin with
    ``+``. A number with letters is none, unless they name its extension.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension is None and _has_letters(text):
        return None
    country = phonenumbers.region_code_for_number(number)
    return PhoneNumber(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=None if country == phonenumbers.UNKNOWN_REGION else country,
        type=_types().get(phonenumbers.number_type(number), "unknown"),
        is_valid=phonenumbers.is_valid_number(number),
        metadata_version=metadata_version(),
        extension=number.extension,
    )


def _has_letters(text: str) -> bool:
    """Return whether a number has letters, ``tel:`` aside.

    phonenumbers dials a note such as "(mob)" on a keypad, and leaves out a letter O for a zero.
    Either may give somebody else's number (``findings/phonenumbers-words-become-digits.sh``).
    """
    return any(sign.isalpha() for sign in text.strip().removeprefix("tel:"))


def canonical_number(text: str) -> str:
    """Return the form under which a number is stored and looked up; unreadable text unchanged.

    Both forms of a Mexican mobile number become the present one, so that a STOP that arrives from
    one of them binds the other.
    """
    number = read_number(text)
    if number is None or number.extension is not None:
        return text
    old = _OLD_MEXICAN.match(number.e164)
    return f"+52{old.group(1)}" if old else number.e164


def known_forms(phone: str) -> list[str]:
    """Return all forms in which a number may be stored or arrive, the canonical one first."""
    canonical = canonical_number(phone)
    forms = [canonical]
    if re.fullmatch(r"\+52[0-9]{10}", canonical):
        forms.append(f"+521{canonical[3:]}")
    if phone not in forms:
        forms.append(phone)
    return forms


def check_number(phone: str, countries: Collection[str] | None = None) -> str | BadNumber:
    """Return the number in E.164 to send an SMS to, or why none is sent.

    ``countries`` is the service's allow-list of ISO 3166 codes, None for anywhere; territories with
    a code of their own must be listed by it.
    """
    number = read_number(canonical_number(phone))
    if number is None:
        sentence = "is no phone number; it must be in E.164, such as +12025550123"
    elif number.extension is not None:
        sentence = f"has the extension {number.extension}, and extensions get no SMS; remove it"
    elif not number.is_valid:
        sentence = f"is no valid number by the numbering plans ({metadata_version()}); correct it"
    elif number.type not in MOBILE:
        sentence = f"is a number of type {number.type}, and only mobile numbers get SMS"
    elif countries is not None and number.country not in countries:
        allowed = ", ".join(sorted(countries))
        sentence = (
            f"is in {number.country or 'no country'}, and the service sends SMS only to {allowed}; "
            "add the country to sms.countries, or use another number"
        )
    else:
        return number.e164
    return BadNumber(f"{phone!r} {sentence}.")
