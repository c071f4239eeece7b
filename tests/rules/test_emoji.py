"""What a reaction may hold: signs, and neither a letter of any script nor white space."""

import sys
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import NOW, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import BLANK, PAST

FITTING = [
    "\U0001f44d",
    "\u2764",
    "\u2764\ufe0f",
    "\u2764\ufe0e",
    "1\ufe0f\u20e3",
    "#\ufe0f\u20e3",
    "*\u20e3",
    "\U0001f1e9\U0001f1ea",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\U0001f469\U0001f3fb\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3ff",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f9d1\U0001f3fd\u200d\U0001f9b0",
    "\U0001f44d\U0001f3ff",
    "\u2640\ufe0f",
    "\u2139\ufe0f",
    "\u2122\ufe0f",
    "\u24c2\ufe0f",
    "\u3297\ufe0f",
    "\u3299\ufe0f",
    "\U0001f170\ufe0f",
    "\U0001f18e",
    "\U0001f197",
    "\U0001f201",
    "\U0001f21a",
    "\U0001f250",
    "\U0001fae1",
    "\U0001fa77",
    "\U0001fae9",
    "\U0001f6d8",
    "\u00a9\ufe0f",
    "\u203c\ufe0f",
    "\u3030\ufe0f",
    "!",
    "+1",
    "100%",
    ":-)",
    "\u00bf?",
    "\u20ac\u20bf",
    "\u2192",
    "\u221e",
    "\u061f",
    "\U0001f44d" * 8,
    "!" * 16,
]
"""Emoji of every make, of 2025 too, and other signs."""

REFUSED = [
    "\U0001f44d" * 8 + "!",
    "!" * 17,
    "",
    7,
    None,
    "x",
    "ok",
    "I know where u..",
    "\U0001f44dx",
    "x\U0001f44d",
    "1a",
    *"éßλЯאهअกቀა中ひカㄅ한ᏣАꞵ",
    *"ªºʰˈⅧⅽﬁℌ",
    "\uff21\uff22",
    "\uff76",
    "\ufe8e",
    "\u1c90",
    "\uab70",
    "\U0001d400",
    "\U0001d7cb",
    "\U00010400",
    "\U0001e900",
    "\U00020000",
    "\U00031350",
    "\u24d8",
    "\u249c",
    "\u3131",
    "\u3200",
    "\u3231",
    "\u32d0",
    "\u3392",
    "\u33a1",
    "\U0001f130",
    "\U0001f150",
    "\U0001f172",
    "\U0001f18f",
    "\U0001f19b",
    "\U0001f213",
    "\u2813\u280a",
    "\u2f00",
    "\U0001f44d \U0001f44d",
    " \U0001f44d",
    "\U0001f44d\n",
    "!\t",
    "!\u00a0",
    "!\u0085",
    "!\u2028!",
    "!\u3000",
    *BLANK,
    "\ufe0f",
    "\u200d",
    "\u2800",
    "\U000e0067\U000e007f",
    "!\u200b",
    "!\u202e",
    "!\ufeff",
    "!\u0001",
    "!\u0301",
    "!\u036b",
]
"""Letters as they are, wide, raised, in circles, in squares or in Braille; white space; nothing."""

React = Callable[[object], str]


@pytest.fixture
def react(cast: Cast, seed: Seed, act: Callable[[str], firestore.Client]) -> React:
    seed({paths.message(cast.direct, "m1"): {"senderId": cast.alice, "createdAt": PAST}})
    reaction = act("bob").document(paths.reaction(cast.direct, "m1", cast.bob))
    return lambda emoji: verdict(lambda: reaction.set({"emoji": emoji, "createdAt": NOW}))


@pytest.mark.parametrize("emoji", FITTING, ids=ascii)
def test_emoji_and_other_signs_are_reactions(emoji: str, react: React) -> None:
    assert react(emoji) == "allowed"


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
def test_a_text_is_not_a_reaction(text: object, react: React) -> None:
    assert react(text) == "denied"


def letters() -> Iterator[str]:
    """Every letter that this Python knows of, but for the one that is an emoji."""
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code))[0] == "L" and code != 0x2139:
            yield chr(code)


def test_letters_of_no_script_are_reactions(react: React) -> None:
    """Each script's last letter and every thousandth of all, since each is a request."""
    last = {unicodedata.name(letter, "?").split()[0]: letter for letter in letters()}
    sampled = [*last.values(), *list(letters())[::1000]]
    assert [letter for letter in sampled if react(letter) == "allowed"] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "allowed"),
        ({"createdAt": PAST}, "denied"),
        ({"more": 1}, "denied"),
        ({"createdAt": None}, "denied"),
    ],
)
def test_a_reaction_has_the_present_time_and_nothing_else(
    change: dict[str, object],
    expected: str,
    cast: Cast,
    seed: Seed,
    act: Callable[[str], firestore.Client],
) -> None:
    seed({paths.message(cast.direct, "m1"): {"senderId": cast.alice, "createdAt": PAST}})
    reaction = act("bob").document(paths.reaction(cast.direct, "m1", cast.bob))
    document = {"emoji": "!", "createdAt": NOW, **change}
    assert verdict(lambda: reaction.set(document)) == expected
