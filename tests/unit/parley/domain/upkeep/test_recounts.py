"""A recount carries what it has found from page to page, in its cursor."""

from __future__ import annotations

import base64
import json

import pytest

from parley.domain.access import Refused
from parley.domain.upkeep.recounts import Recounted, read_recount_cursor, recount_cursor

FOUND = Recounted(checked=25, repaired=1, unreadable=2, drift={"unread": 3})


@pytest.mark.parametrize("place", ["campaignStatus/", "chats/ann:bob", f"chats/{'é😀' * 100}"])
def test_a_cursor_says_where_to_go_on_and_what_was_found(place: str) -> None:
    cursor = recount_cursor(place, FOUND)
    assert len(cursor) < 2_000
    assert read_recount_cursor(cursor) == (place, FOUND)


def test_pages_add_up() -> None:
    other = Recounted(checked=5, drift={"unread": 1, "rowMissing": 2})
    assert FOUND + other == Recounted(30, 1, 2, {"unread": 4, "rowMissing": 2})
    assert Recounted() + FOUND == FOUND


def spelled(told: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "chats/ann:bob",
        "????",
        "bm8=",
        "/w==",
        spelled(7),
        spelled(["chats/a", 1, 1]),
        spelled(["users/a", 1, 1, 1, {}]),
        spelled(["chats/a/b", 1, 1, 1, {}]),
        spelled(["chats/a", -1, 1, 1, {}]),
        spelled(["chats/a", "1", 1, 1, {}]),
        spelled(["chats/a", 1, 1, 1, {"unread": -1}]),
        spelled(["chats/a", 1, 1, 1, {str(number): 1 for number in range(21)}]),
    ],
)
def test_any_other_text_is_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="this is no cursor of a recount"):
        read_recount_cursor(cursor)
