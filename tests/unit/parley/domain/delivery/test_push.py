from __future__ import annotations

import pytest

from parley.domain.delivery import push
from schema import limits


@pytest.mark.parametrize(
    ("body", "attachments", "expected"),
    [
        ("hello", 0, "hello"),
        ("  two\n lines ", 0, "two lines"),
        (None, 1, "1 attachment"),
        ("", 3, "3 attachments"),
        ("x" * 140, 0, "x" * 140),
        ("x" * 141, 0, "x" * 139 + "…"),
        (" \n\u00a0\u2028\u3000", 0, ""),
        ("\u200b\ufeff", 0, ""),
        ("\u200b\u3164", 2, "2 attachments"),
        ("\u200fhello\u200e", 0, "\u200fhello\u200e"),
        ("\u200b" * 200 + "hello", 0, "hello…"),
    ],
)
def test_a_preview_is_one_line_of_at_most_140(
    body: str | None, attachments: int, expected: str
) -> None:
    assert push.preview(body, attachments) == expected


def test_a_preview_is_counted_in_utf_16_and_never_splits_a_character() -> None:
    shown = push.preview("😀" * 100)

    assert limits.length(shown) <= 140
    assert shown == "😀" * 69 + "…"


def test_a_repeat_replaces_itself_and_never_a_newer_message() -> None:
    device = push.Device("bob", "i1", "t1", "fcmToken")
    first, repeat, newer = (
        push.notifications(
            [device],
            title="Ann",
            body="hi",
            data=push.message_data(
                chat_id="ann:bob",
                message_id=message_id,
                service_id="default",
                kind="direct",
                sender_id="ann",
            ),
        )[0]
        for message_id in ("m1", "m1", "m2")
    )

    assert first.tag == repeat.tag != newer.tag
    assert first.thread == newer.thread == "ann:bob"
    assert len(first.tag) == 32
