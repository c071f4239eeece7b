"""Count what each person posts in a chat, and tell who posts too fast. Pure.

The chat notes who posted in the last minute, in the commit that fans the posts out. So all
processes count alike, a repeated message counts once, and a crash forgets nothing. The time of a
post is its ``createdAt``, however late it is fanned out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from parley.domain.chats.fan_out import Post
from schema import ids, limits

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
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


def count_posts(
    note: Note, posts: Sequence[Post], paces: PostPaces, now: datetime, mute_end: datetime
) -> Count:
    """Count posts that were not counted before.

    A person who is over a limit is noted as muted until ``mute_end``: posts from before that time
    belong to the same burst, and count no more. A burst that is over for as long as a mute lasts is
    not held against anybody.
    """
    posts_of: dict[str, list[Post]] = {}
    for post in posts:
        if is_counted(post):
            posts_of.setdefault(post.message.sender_id, []).append(post)
    times_of = {
        sender: [_microseconds(post.message.created_at) for post in some]
        for sender, some in posts_of.items()
    }
    newest = max((max(times) for times in times_of.values()), default=0)
    new = {
        sender: held
        for sender, held in note.items()
        if sender not in times_of and _end(held) > newest - _MINUTE
    }
    floods = {}
    earliest = _microseconds(now) - limits.FLOOD_MUTE_SECONDS * _SECOND
    for sender, times in times_of.items():
        held = note.get(sender, "")
        muted_until = _muted_until(held)
        fresh = [time for time in times if time >= muted_until]
        if not fresh:
            new[sender] = held
            continue
        counted = sorted([*fresh, *(() if muted_until else _decoded(held))])
        if _flooded_at(counted, paces) > earliest:
            floods[sender] = max(posts_of[sender], key=lambda post: post.order)
            new[sender] = f"{_MUTED}{_microseconds(mute_end)}"
        else:
            new[sender] = _encoded([time for time in counted if time > counted[-1] - _MINUTE])
    return Count(_bounded(new), floods)


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


def _flooded_at(times: Sequence[int], paces: PostPaces) -> int:
    """Return the time of the last post that was one too many; 0 if none was. Times are sorted."""
    count = len(times)
    for position in range(count - 1, paces.per_second - 1, -1):
        time = times[position]
        if time - times[position - paces.per_second] < _SECOND:
            return time
        if position >= paces.per_minute and time - times[position - paces.per_minute] < _MINUTE:
            return time
    for position in range(min(count, paces.per_second) - 1, paces.per_minute - 1, -1):
        if times[position] - times[position - paces.per_minute] < _MINUTE:
            return times[position]
    return 0


def _bounded(note: dict[str, str]) -> dict[str, str]:
    """Leave out the least busy people of a chat in which very many post."""
    sizes = {sender: held.count(" ") + 1 for sender, held in note.items()}
    room = limits.NOTED_POSTS
    if sum(sizes.values()) <= room:
        return note
    kept = {}
    for sender in sorted(sizes, key=lambda sender: (-sizes[sender], sender)):
        room -= sizes[sender]
        if room < 0:
            break
        kept[sender] = note[sender]
    return kept


def _microseconds(time: datetime) -> int:
    return (time - _EPOCH) // _MICROSECOND


def _encoded(times: Sequence[int]) -> str:
    before = 0
    parts = []
    for time in times:
        parts.append(str(time - before))
        before = time
    return " ".join(parts)


def _decoded(held: str) -> list[int]:
    return list(accumulate(map(int, held.split())))


def _muted_until(held: str) -> int:
    return int(held.removeprefix(_MUTED)) if held.startswith(_MUTED) else 0


def _end(held: str) -> int:
    """Return the last time that is noted: of a post, or of the end of a mute."""
    return _muted_until(held) or sum(map(int, held.split()))
