"""Count what each person posts in a chat, and tell who posts too fast. Pure.

The chat notes who posted in the last minute, in the commit that fans the posts out. So all
processes count alike, a repeated message counts once, and a crash forgets nothing. The time of a
post is its ``createdAt``, however late it is fanned out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import Final

from parley.domain.chats.chat_state import Post
from schema import ids, limits

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_MUTE: Final = limits.FLOOD_MUTE_SECONDS * _SECOND
_MUTED: Final = "muted "

Note = Mapping[str, str]
"""What a chat notes, by sender: the times of their posts, or until when they are muted.

Times are microseconds since 1970; each one after the first is the distance from the one before.
"""


@dataclass(frozen=True, slots=True)
class PostPaces:
    """What a person may post in a chat. ``slow_mode_seconds`` is the default of groups."""

    per_second: int = limits.POSTS_PER_SECOND
    per_minute: int = limits.POSTS_PER_MINUTE
    slow_mode_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """The chat's new note, and the newest post of each person who posted too fast just now."""

    note: dict[str, str]
    floods: dict[str, Post]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of a message by its sender."""

    message_id: str
    editor: str
    at: datetime

    @property
    def name(self) -> str:
        """What tells this edit from the others of its message."""
        return f"{self.message_id}:{microseconds(self.at)}"


def count_posts(
    note: Note,
    posts: Sequence[Post],
    paces: PostPaces,
    now: datetime,
    mute_end: datetime,
) -> Count:
    """Count posts that were not counted before.

    A person who is over a limit is noted as muted until ``mute_end``: posts from before that time
    belong to the same burst, and count no more. A burst that is over for as long as a mute lasts is
    not held against anybody.
    """
    times_of: dict[str, list[int]] = {}
    for post in posts:
        if is_counted(post):
            time = microseconds(post.message.created_at)
            times_of.setdefault(post.message.sender_id, []).append(time)
    if not times_of:
        return Count(dict(note), {})
    expired = max(map(max, times_of.values())) - _MINUTE
    new = {
        sender: held
        for sender, held in note.items()
        if sender not in times_of and _end(held) > expired
    }
    flooding = []
    for sender, times in times_of.items():
        held = note.get(sender, "")
        is_muted = held.startswith(_MUTED)
        fresh = [time for time in times if time >= _end(held)] if is_muted else times
        if not fresh:
            new[sender] = held
            continue
        counted = sorted([*fresh, *(() if is_muted else _decoded(held))])
        flooded_at = _flooded_at(counted, min(fresh), paces)
        if flooded_at and flooded_at > microseconds(now) - _MUTE:
            flooding.append(sender)
            new[sender] = muted_note(mute_end)
        else:
            new[sender] = _encoded(counted[bisect_right(counted, counted[-1] - _MINUTE) :])
    return Count(_bounded(new), {sender: _newest_of(sender, posts) for sender in flooding})


def microseconds(time: datetime) -> int:
    """Return a time as the note has it."""
    return (time - _EPOCH) // _MICROSECOND


def edit_floods(
    note: Note,
    editor: str,
    fresh: Sequence[int],
    before: Sequence[int],
    paces: PostPaces,
    now: datetime,
) -> bool:
    """Return whether ``fresh`` edits are too many in a minute, beside those of ``before``.

    An app that was offline sends its posts and their edits at once, so edits count apart from
    posts, and not by the second.
    """
    held = note.get(editor, "")
    is_muted = held.startswith(_MUTED)
    since = _end(held) if is_muted else 0
    new = [time for time in fresh if time >= since]
    if not new:
        return False
    times = {time for time in before if time >= since}.union(new)
    by_minute = replace(paces, per_second=paces.per_minute)
    flooded_at = _flooded_at(sorted(times), min(new), by_minute)
    return flooded_at > max(0, microseconds(now) - _MUTE)


def is_noted_muted(note: Note, uid: str, at: datetime) -> bool:
    """Return whether the note says that this person is muted at this time."""
    held = note.get(uid, "")
    return held.startswith(_MUTED) and microseconds(at) < _end(held)


def muted_note(until: datetime) -> str:
    """Return what a chat notes of a person who is muted."""
    return f"{_MUTED}{microseconds(until)}"


def is_counted(post: Post) -> bool:
    """Return whether a post is held against its sender.

    A dashboard, a campaign and the system post at their own pace. The pace of SMS is the carriers',
    who deliver at once what waited.
    """
    message = post.message
    return (
        message.event is None
        and message.campaign_id is None
        and message.via is None
        and ids.service_of_member(message.sender_id) is None
    )


def _flooded_at(times: Sequence[int], first: int, paces: PostPaces) -> int:
    """Return the time of the last post that was one too many; 0 if none was.

    Times are sorted. Those before ``first`` were looked at when they came.
    """
    second, minute = paces.per_second, paces.per_minute
    looked_at = max(bisect_left(times, first), min(second, minute))
    for position in range(len(times) - 1, looked_at - 1, -1):
        time = times[position]
        is_fast = position >= second and time - times[position - second] < _SECOND
        if is_fast or (position >= minute and time - times[position - minute] < _MINUTE):
            return time
    return 0


def _newest_of(sender: str, posts: Iterable[Post]) -> Post:
    return max((one for one in posts if one.message.sender_id == sender), key=lambda one: one.order)


def _bounded(note: dict[str, str]) -> dict[str, str]:
    """Leave out the least busy people of a chat in which very many post."""
    room = limits.NOTED_POSTS
    if sum(map(len, note.values())) + len(note) <= room:
        # Each time takes a character at least.
        return note
    sizes = {sender: held.count(" ") + 1 for sender, held in note.items()}
    if sum(sizes.values()) <= room:
        return note
    kept = {}
    for sender in sorted(sizes, key=lambda sender: (-sizes[sender], sender)):
        room -= sizes[sender]
        if room < 0:
            break
        kept[sender] = note[sender]
    return kept


def _encoded(times: Sequence[int]) -> str:
    return " ".join(map(str, [times[0], *map(sub, times[1:], times)]))


def _decoded(held: str) -> list[int]:
    return list(accumulate(map(int, held.split())))


def _end(held: str) -> int:
    """Return the last time that is noted: of a post, or of the end of a mute."""
    return sum(map(int, held.removeprefix(_MUTED).split()))
