#!/usr/bin/env bash
# phonenumbers 9.0.43 (PyPI), the Python port of libphonenumber
#
# A list of contacts often has a note beside a number. Three letters or more are taken for a vanity
# number, and become digits of a keypad; one or two letters are left out. So the length of the note
# decides who is called. In Austria and Germany numbers have several lengths: the number with the
# note in it is valid too, and so is one that lost a digit because a letter O stands for a zero.
#
# Seen, all of them valid:
#   '+43 664 1234567 (mob)'    is +436641234567662, a mobile number
#   '+43 664 1234567 (Jo)'     is +436641234567
#   '+49 30 123456 (privat)'   is +4930123456774828
#   '+43 664 123O567'          is +43664123567, a mobile number
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43

"$work/venv/bin/python" - <<'PYTHON'
import phonenumbers

seen = {
    "+43 664 1234567 (mob)": "+436641234567662",
    "+43 664 1234567 (Jo)": "+436641234567",
    "+49 30 123456 (privat)": "+4930123456774828",
    "+43 664 123O567": "+43664123567",
}
for text, expected in seen.items():
    number = phonenumbers.parse(text)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_valid = phonenumbers.is_valid_number(number)
    print(f"{text!r} is {e164}, valid: {is_valid}")
    assert (e164, is_valid) == (expected, True), "changed"
PYTHON
