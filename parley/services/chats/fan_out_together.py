"""Fan out messages of many chats in one pass: one read, one commit, one group of pushes.

Only what is usual goes this way: posts in direct and case chats that concern nobody else. The rest,
and what the commit has spoiled, goes on alone as ``FanOutMessages`` does it, from where it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.fan_out import fan_out
from parley.domain.chats.post_paces import PostPaces
from parley.domain.chats.silencing import is_of
from parley.domain.chats.sms_answers import answers_by_sms
from parley.errors import CommitOutcomeUnknown, ParleyError, PermanentError, RetryableError
from parley.services.chats.fan_out_messages import Begun, parse_chat, parse_posts
from parley.services.chats.hold_paces import HoldPaces
from parley.services.chats.post_limits import PostLimits
from parley.services.delivery.notify_together import Notified, NotifyTogether
from parley.services.people.bans import Bans
from parley.store import Snapshot, Write
from parley.store.joining_store import JoiningStore
from schema import ids, paths

_KINDS = frozenset({"direct", "case"})
"""Chats of so few people that their commits are worth joining."""

Fate = Notified | Begun
"""What became of a chat: it is done, or has failed, or goes on alone."""


@dataclass(slots=True)
class _Work:
    """One chat of a pass. ``writes`` is empty for one that goes another way."""

    chat_id: str
    names: list[str]
    state: ChatState | None = None
    posts: dict[str, Post] = field(default_factory=dict)
    writes: Sequence[Write] = ()
    fate: Fate = None


class FanOutTogether:
    """Fans out what is usual. One a process, beside the ``FanOutMessages`` that does the rest."""

    def __init__(
        self,
        *,
        store: JoiningStore,
        bans: Bans,
        hold_paces: HoldPaces,
        post_limits: PostLimits,
        notify: NotifyTogether,
    ) -> None:
        self._store = store
        self._bans = bans
        self._hold_paces = hold_paces
        self._limits = post_limits
        self._notify = notify

    @staticmethod
    def takes(chat_id: str) -> bool:
        """Return whether posts of a chat may be usual, as far as its id tells."""
        return ids.parse_chat_id(chat_id).kind in _KINDS

    async def fan_out(self, chats: Sequence[tuple[str, Sequence[str]]]) -> list[Fate]:
        """Fan out these messages, given as distinct chats with ids; return the fate of each chat.

        Nothing is read or written that ``FanOutMessages`` would not read or write.
        """
        works = [_Work(chat_id, list(dict.fromkeys(names))) for chat_id, names in chats]
        try:
            await self._read(works)
            await self._decide(works)
        except RetryableError as error:
            return [error] * len(works)
        await self._commit([work for work in works if work.writes])
        done = [work for work in works if work.writes and work.fate is None]
        if done:
            notified = await self._notify.notify(
                [(work.state, list(work.posts.values())) for work in done if work.state is not None]
            )
            for work, fate in zip(done, notified, strict=True):
                work.fate = fate
        return [work.fate for work in works]

    async def _read(self, works: Sequence[_Work]) -> None:
        asked: list[str] = []
        for work in works:
            asked.append(paths.chat(work.chat_id))
            asked += [paths.message(work.chat_id, name) for name in work.names]
        found = await self._store.get_many(asked)
        start = 0
        for work in works:
            end = start + 1 + len(work.names)
            self._parse(work, found[start], found[start + 1 : end])
            start = end

    def _parse(
        self, work: _Work, chat: Snapshot | None, messages: Sequence[Snapshot | None]
    ) -> None:
        try:
            work.state = parse_chat(work.chat_id, chat)
            work.posts = parse_posts(messages)
        except PermanentError as error:
            work.fate = error

    async def _decide(self, works: Sequence[_Work]) -> None:
        """Set the writes of each chat, or the fate of one that is unusual."""
        banned = await self._bans.banned_lately()
        paces: dict[str, PostPaces] = {}
        for work in works:
            state = work.state
            if work.fate is not None:
                continue
            if state is not None and state.service_id not in paces:
                paces[state.service_id] = await self._limits.of(state.service_id)
            if state is None or not _is_usual(state, work, banned):
                work.fate = Begun((state, work.posts))
                continue
            posts = [work.posts[name] for name in work.names]
            note = self._hold_paces.count(state, posts, paces[state.service_id])
            if note is None:
                work.fate = Begun((state, work.posts))
            else:
                work.writes = fan_out(state, posts, note=note)

    async def _commit(self, works: Sequence[_Work]) -> None:
        outcomes = await self._store.commit_each([work.writes for work in works])
        for work, outcome in zip(works, outcomes, strict=True):
            if isinstance(outcome, CommitOutcomeUnknown):
                work.fate = Begun(None, is_unanswered=True)
            elif isinstance(outcome, ParleyError) and not isinstance(outcome, RetryableError):
                work.fate = Begun(None)
            elif isinstance(outcome, Exception):
                work.fate = outcome


def _is_usual(state: ChatState, work: _Work, banned: Collection[str]) -> bool:
    """Return whether nobody has to be looked up but those whom the posts ring."""
    chat = state.chat
    if chat.kind not in _KINDS or state.is_large or chat.unopened:
        return False
    if len(work.posts) < len(work.names):
        return False
    posts = work.posts.values()
    if state.has_later_members(posts) or answers_by_sms(state, posts):
        return False
    return all(post.message.event is None and not is_of(post, banned) for post in posts)
