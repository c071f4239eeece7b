"""What counts as opting out, opting in, and asking for help."""

from __future__ import annotations

import pytest

from parley.domain.delivery.keywords import (
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    Keyword,
    read_keyword,
)

DOCUMENTED = {
    Keyword.STOP: (
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"),
        *("OPTOUT", "REVOKE"),
    ),
    Keyword.START: ("START", "YES", "UNSTOP"),
    Keyword.HELP: ("HELP", "INFO"),
}
WORDS = [(word, keyword) for keyword, words in DOCUMENTED.items() for word in words]
ALL_WORDS = [
    (language, word, keyword)
    for keyword, table in (
        (Keyword.STOP, STOP_WORDS),
        (Keyword.START, START_WORDS),
        (Keyword.HELP, HELP_WORDS),
    )
    for language, words in table.items()
    for word in words
]


@pytest.mark.parametrize(("word", "keyword"), WORDS)
@pytest.mark.parametrize(
    "spelled",
    [
        "{}",
        " {} ",
        "\n{}\r\n",
        "{}.",
        "{}!!",
        '"{}"',
        "'{}'",
        "“{}”",
        "«{}»",
        "({})",
        "¡{}!",
        "\u200b{}\ufeff",
        "{} 🛑",
        "...{}...",
    ],
)
def test_case_spaces_punctuation_and_quotes_do_not_matter(
    spelled: str, word: str, keyword: Keyword
) -> None:
    for text in (word, word.lower(), word.title(), word.swapcase()):
        assert read_keyword(spelled.format(text)) is keyword


@pytest.mark.parametrize("text", ["opt-out", "Opt Out", "OPT_OUT", "\uff33\uff34\uff2f\uff30"])
def test_a_word_in_two_parts_or_wide_letters_is_the_same_word(text: str) -> None:
    assert read_keyword(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    [
        *("please stop", "stop it", "stop sending", "don't stop", "nonstop", "stopp it"),
        *(
            "the end",
            "weekend",
            "yes please",
            "yes, tomorrow",
            "start at 9",
            "help me",
            "information",
        ),
        *("stop1", "2 stop", "STOP START", "st op", "s t o p", "cancel my order"),
        *("", " ", "?!", "\u200b", "👍", "ja", "oui", "si", "не"),
    ],
)
def test_a_keyword_within_a_message_is_no_keyword(text: str) -> None:
    assert read_keyword(text) is None


@pytest.mark.parametrize(("language", "word", "keyword"), ALL_WORDS)
def test_words_of_every_language_are_known_in_any_case(
    language: str, word: str, keyword: Keyword
) -> None:
    for text in (word, word.lower(), word.upper(), f" {word}! "):
        # Some words opt out in one language and say something else in another: opting out wins.
        assert read_keyword(text) in (keyword, Keyword.STOP), (language, text)


@pytest.mark.parametrize("text", ["İptal", "iptal", "IPTAL", "ARRE\u0302T", "arrêt"])
def test_accents_count_however_they_are_composed(text: str) -> None:
    assert read_keyword(text) is Keyword.STOP


def test_a_word_that_opts_out_in_one_language_is_in_no_other_table() -> None:
    stops = {word for _, word, keyword in ALL_WORDS if keyword is Keyword.STOP}
    others = {word for _, word, keyword in ALL_WORDS if keyword is not Keyword.STOP}
    assert not stops & others


@pytest.mark.parametrize("body", ["STOP", "START", "hello", ""])
@pytest.mark.parametrize("understood", ["STOP", "START", "HELP"])
def test_what_the_provider_understood_goes_before_the_text(body: str, understood: str) -> None:
    assert read_keyword(body, understood) is Keyword(understood)  # type: ignore[arg-type]
