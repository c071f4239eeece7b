"""In how many groups one person rings another at a time.

A direct chat, which anybody may open, makes two people contacts, and contacts are added at once. So
the number of groups that one person makes must not be the number of times that another's phone
rings: the others stand in the list without a sound.
"""

from __future__ import annotations

from cachetools import TTLCache

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.ports import Clock
from schema import ids, limits
from schema.reasons import SystemEvent

_AUTHORS = 20_000
_PAIRS = 50_000
"""Authors and pairs that are remembered, some 10 MB; what is oldest is forgotten."""


class RungGroups:
    """Remembers who spoke where, and who rang whom. One instance a process."""

    def __init__(self, *, clock: Clock) -> None:
        def seconds() -> float:
            return clock.now().timestamp()

        self._spoke: TTLCache[str, set[str]] = TTLCache(
            _AUTHORS, limits.SCATTERED_SECONDS, timer=seconds
        )
        self._rang: TTLCache[tuple[str, str], set[str]] = TTLCache(
            _PAIRS, limits.GROUPS_RUNG_SECONDS, timer=seconds
        )

    def is_watched(self, state: ChatState, post: Post) -> bool:
        """Return whether each person has to be asked about before this post rings.

        So it is for additions, and for posts of somebody who writes to many groups at once. Staff
        who speak as their service are not watched.
        """
        if state.chat.kind != "group" or ids.service_of_member(post.speaker) is not None:
            return False
        if post.message.event is not None:
            return post.message.event == SystemEvent.JOINED
        groups = self._spoke.get(post.speaker)
        if groups is None:
            groups = self._spoke[post.speaker] = set()
        groups.add(state.id)
        return len(groups) > limits.SCATTERED_GROUPS

    def may_ring(self, state: ChatState, post: Post, uid: str) -> bool:
        """Return whether a watched post rings for somebody; a group that rang goes on ringing."""
        rang = self._rang.get((post.speaker, uid))
        if rang is None:
            rang = self._rang[post.speaker, uid] = set()
        if state.id not in rang and len(rang) >= limits.GROUPS_RUNG:
            return False
        rang.add(state.id)
        return True
