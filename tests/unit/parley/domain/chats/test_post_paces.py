from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.domain.chats.chat_state import Post
from parley.domain.chats.post_paces import Count, PostPaces, count_posts
from schema import limits
from schema.messages import Message

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MUTE = timedelta(seconds=limits.FLOOD_MUTE_SECONDS)


def posts(sender: str, seconds: Sequence[float]) -> list[Post]:
    return [
        Post(
            f"{sender}-{second}",
            Message(
                sender_id=sender, body="hi", created_at=START + timedelta(microseconds=second * 1e6)
            ),
        )
        for second in seconds
    ]


def counted(
    note: dict[str, str], some: list[Post], paces: PostPaces | None = None, now: float = 0.0
) -> Count:
    at = max((post.message.created_at for post in some), default=START) + timedelta(seconds=now)
    return count_posts(note, some, paces or PostPaces(), at, at + MUTE)


def is_over(seconds: Sequence[float], count: int, span: float) -> bool:
    """By the definition: more than ``count`` in a half-open span that begins with a post."""
    times = [round(second * 1e6) for second in seconds]
    return any(sum(0 <= other - one < span * 1e6 for other in times) > count for one in times)


@given(
    st.lists(
        st.one_of(st.integers(0, 40).map(lambda tenth: tenth / 10), st.floats(0, 20)),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 6),
    st.integers(1, 12),
    st.integers(1, 5),
)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_who_is_over_a_limit_is_found_however_the_posts_are_shared_out(
    seconds: list[float], per_second: int, per_minute: int, size: int
) -> None:
    paces = PostPaces(per_second, per_minute)
    note: dict[str, str] = {}
    found: list[str] = []
    for begin in range(0, len(seconds), size):
        count = counted(note, posts("ann", seconds[begin : begin + size]), paces)
        note = count.note
        found += count.floods

    expected = is_over(seconds, per_second, 1) or is_over(seconds, per_minute, 60)
    assert found == ["ann"] * expected


def test_a_note_forgets_what_is_a_minute_old() -> None:
    note = counted({}, [*posts("ann", [0.0, 30.0]), *posts("bob", [1.0])]).note
    assert note.keys() == {"ann", "bob"}

    note = counted(note, posts("ann", [61.0])).note

    assert note == counted({}, posts("ann", [30.0, 61.0])).note


def test_a_mute_is_forgotten_a_minute_after_its_end() -> None:
    note = counted({}, posts("ann", [0.0] * 6)).note
    assert note["ann"].startswith("muted ")
    assert counted(note, posts("ann", [59.9])).note == note
    assert counted(note, posts("bob", [119.0])).note["ann"] == note["ann"]
    assert counted(note, posts("bob", [121.0])).note.keys() == {"bob"}
    assert counted(note, posts("ann", [60.0])).note == counted({}, posts("ann", [60.0])).note


def test_a_chat_notes_the_busiest_people_when_very_many_post() -> None:
    crowd = [post for number in range(700) for post in posts(f"p{number:03d}", [0.0])]
    busy = posts("zoe", [0.0, 10.0, 20.0])

    note = counted({}, [*crowd, *busy]).note

    assert sum(held.count(" ") + 1 for held in note.values()) <= limits.NOTED_POSTS
    assert "zoe" in note
    assert counted(note, posts("zoe", [20.1] * 5)).floods.keys() == {"zoe"}


def test_a_flood_of_a_minute_ago_mutes_nobody() -> None:
    assert counted({}, posts("ann", [0.0] * 6), now=59.0).floods
    assert not counted({}, posts("ann", [0.0] * 6), now=60.0).floods
