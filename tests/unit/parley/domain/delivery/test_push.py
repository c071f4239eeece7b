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


@pytest.mark.parametrize("turning", ["\u202e", "\u202b", "\u2066", "\u2067", "\u206a", "\ufff9"])
@pytest.mark.parametrize("control", ["\x07", "\x1b", "\x7f", "\x9b"])
def test_a_preview_holds_nothing_that_turns_the_line_or_controls_it(
    turning: str, control: str
) -> None:
    assert push.preview(f"{turning}gnp.{control} cod{turning}") == "gnp. cod"
    assert push.preview(f"{turning}{control}") == ""


@pytest.mark.parametrize(
    "body", ["\u05e9\u05dc\u05d5\u05dd\u200f!", "a\u200db", "\U0001f468\u200d\U0001f469"]
)
def test_a_preview_keeps_direction_marks_and_joined_pictures(body: str) -> None:
    assert push.preview(body) == body


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
