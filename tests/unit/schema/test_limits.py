import pytest

from schema import limits


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("ü", 1), ("😀", 2), ("👩‍👧", 5), ("e\u0301", 2)]
)
def test_a_text_has_the_length_of_javascript(text: str, length: int) -> None:
    assert limits.length(text) == length == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("limit", "published"),
    [
        (limits.CHAT_BODY, 10_000),
        (limits.SMS_BODY, 1_600),
        (limits.ATTACHMENTS, 10),
        (limits.MENTIONS, 50),
        (limits.MESSAGE_ATTRIBUTES, 4_096),
        (limits.USER_ATTRIBUTES_BYTES, 16_384),
        (limits.USER_TAGS, 50),
        (limits.DEVICES, 20),
        (limits.PUSH_TOKEN, 4_096),
        (limits.CAMPAIGN_USER_IDS, 10_000),
        (limits.CAMPAIGN_BATCH, 100),
        (limits.FILTER_DEPTH, 5),
        (limits.FILTER_CONDITIONS, 50),
        (limits.MASS_MESSAGE_USER_IDS, 500),
        (limits.INBOX_SHARDS, 32),
        (limits.THROTTLE_PER_MINUTE, 1_000_000),
    ],
)
def test_limits_are_those_of_the_contract(limit: int, published: int) -> None:
    assert limit == published
