"""What shows nothing, for the server and the rules."""

import re
import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.visible import (
    NOT_IN_A_LINE,
    SHOWS_NOTHING,
    as_line,
    is_blank,
    is_line,
    strip_blank_start,
)
from tests.rules.acting import RULES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\t\r\n\x0b\x0c",
        "\x00\x1f\x7f\x85",
        "\u00a0\u1680\u2003\u202f\u205f\u3000",
        "\u2028\u2029",
        "\u00ad\u200b\u200c\u200d\u2060\ufeff",
        "\u200e\u200f\u202a\u202e\u2066\u2069\u061c",
        "\u115f\u1160\u3164\uffa0",
        "\ufe0e\ufe0f\u180e\U000e0101",
        "\U000e0067\U000e007f",
        "\u2800",
    ],
    ids=ascii,
)
def test_a_text_without_a_visible_character_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}.")
    assert not is_blank(f"\u0301{text}")


@pytest.mark.parametrize(
    "text", ["a", " a ", "0", "\u2764\ufe0f", "\u0e01", "\ue000", "\U0001f3f4\U000e0067\U000e007f"]
)
def test_a_text_with_one_visible_character_is_not_blank(text: str) -> None:
    assert not is_blank(text)


def test_white_space_and_controls_are_blank_and_letters_are_not() -> None:
    fillers = "\u115f\u1160\u3164\uffa0"
    for character in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(character)
        if category[0] == "Z" or category == "Cc" or character.isspace():
            assert is_blank(character), hex(ord(character))
        if category[0] in "LNP" and character not in fillers:
            assert not is_blank(character), hex(ord(character))


def test_a_text_begins_with_its_first_visible_character() -> None:
    assert strip_blank_start("\u200b \u3000a b\u200b") == "a b\u200b"
    assert strip_blank_start(" \u200b") == ""


def test_the_rules_list_the_same_characters() -> None:
    rules = RULES.read_text()
    text = re.search(r"!value\.matches\(\s*'(\[.+?\])\*'\)", rules)
    title = re.search(r"'(\[\^\S+?\])\*(\[\^\S+?\])(\[\^\S+?\])\*'\)", rules)
    assert text is not None
    assert title is not None
    assert _members(_in_python(text[1])) == _members(SHOWS_NOTHING)
    assert _members(_in_python(title[1])) == _all() - _members(NOT_IN_A_LINE)
    assert _members(_in_python(title[2])) == _all() - _members(SHOWS_NOTHING)
    assert title[3] == title[1]


def test_a_title_is_a_line_that_shows_something_for_rules_and_models_alike() -> None:
    title = re.search(r"'(\[\^\S+?\]\*\[\^\S+?\]\[\^\S+?\]\*)'\)", RULES.read_text())
    assert title is not None
    pattern = re.compile(_in_python(title[1]))
    for text in (
        "Ann",
        " a ",
        "\u200fa",
        "",
        "  ",
        "\u200b",
        "a\nb",
        "\u202ea",
        "a\u2069",
        "\x00a",
    ):
        assert bool(pattern.fullmatch(text)) == (is_line(text) and not is_blank(text)), ascii(text)


@given(st.text())
def test_what_is_no_line_becomes_one(text: str) -> None:
    assert is_line(as_line(text))
    assert not is_line(text) or as_line(text) == text.strip()


@cache
def everything() -> str:
    return "".join(map(chr, range(sys.maxunicode + 1)))


def _all() -> set[int]:
    return set(range(sys.maxunicode + 1))


def _in_python(pattern: str) -> str:
    return re.sub(r"\\\\x(?:\{(\w+)\}|(\w\w))", _character, pattern)


def _character(code: re.Match[str]) -> str:
    return f"\\U{int(code[1] or code[2], 16):08x}"


def _members(characters: str) -> set[int]:
    return {ord(character) for character in re.findall(characters, everything())}
