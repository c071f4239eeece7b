"""Push posts of many direct and case chats in one pass: one read of receipts, one of devices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from parley.domain.chats.chat_pushes import recipients_of_push
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.ports import Clock
from parley.errors import ParleyError
from parley.services.delivery.folded_posts import FoldedPosts
from parley.services.delivery.late_work import LateWork
from parley.services.delivery.notify_members import NotifyMembers
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.services.delivery.receipts_of_members import read_times_of
from parley.services.delivery.shown_posts import ShownPosts
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.people.names import Names
from parley.store import Store
from schema import limits

PATIENCE_SECONDS = 2.0
"""How long the chats of a pass wait for its pushes; then new messages of theirs may be begun."""

_LATE_PASSES = 4
"""Passes whose pushes may still be under way then; further ones are waited for."""


class LatePushes:
    """The pushes of a chat that are still under way; its queue messages are held until then."""

    def __init__(self, pass_: asyncio.Future[list[Notified]], place: int) -> None:
        self._pass = pass_
        self._place = place
        self._is_hurried = False
        self._folded: FoldedPosts | None = None

    async def wait(self) -> None:
        """Return when they were handed over, and summaries too; raise ``RetryableError``."""
        ended = (await asyncio.shield(self._pass))[self._place]
        if isinstance(ended, Exception):
            raise ended
        if isinstance(ended, FoldedPosts):
            self._folded = ended
            if self._is_hurried:
                ended.hurry()
            await ended.wait()

    def hurry(self) -> None:
        """Send the summary at once: the process is about to end."""
        self._is_hurried = True
        if self._folded is not None:
            self._folded.hurry()


Notified = FoldedPosts | LatePushes | Exception | None
"""What became of a chat's pushes: done, or what to wait for before its posts are acknowledged."""


@dataclass(slots=True)
class _Chat:
    """A chat with its new posts, and those of them that may ring people."""

    state: ChatState
    posts: Sequence[Post]
    rung: list[tuple[Post, Sequence[str]]]


class NotifyTogether:
    """Pushes posts that this process has just fanned out. One a process."""

    def __init__(
        self,
        *,
        store: Store,
        push_messages: PushMessages,
        summaries: SummarizePushes,
        members: NotifyMembers,
        names: Names,
        clock: Clock,
    ) -> None:
        self._store = store
        self._push = push_messages
        self._summaries = summaries
        self._members = members
        self._names = names
        self._clock = clock
        self._late = LateWork(_LATE_PASSES)

    async def notify(self, chats: Sequence[tuple[ChatState, Sequence[Post]]]) -> list[Notified]:
        """Push to members who have not read the posts; return what became of each chat.

        A chat whose pushes have failed gets its error. Pushes that take long hold up nobody: their
        chats get what to wait for.
        """
        now = self._clock.now()
        owed = self._members.owed
        owed.expire(now - timedelta(seconds=limits.REPEATED_PUSH_SECONDS))
        for state, posts in chats:
            owed.add(state.id, posts, now)
        pass_ = asyncio.ensure_future(self._notify(chats))
        try:
            if self._late.has_room:
                await asyncio.wait([pass_], timeout=PATIENCE_SECONDS)
            if pass_.done() or not self._late.has_room:
                return await pass_
        except asyncio.CancelledError:
            pass_.cancel()
            raise
        self._late.leave(pass_)
        return [LatePushes(pass_, place) for place in range(len(chats))]

    async def _notify(self, chats: Sequence[tuple[ChatState, Sequence[Post]]]) -> list[Notified]:
        works = [_Chat(state, posts, _rung(state, posts)) for state, posts in chats]
        try:
            late = await self._hand_over(works)
        except ParleyError as error:
            return [error] * len(works)
        return [await self._end(work, late.get(work.state.id)) for work in works]

    async def _hand_over(self, works: Sequence[_Chat]) -> dict[str, PushIncomplete]:
        """Push; return the chats that have pushes which wait for the provider."""
        rung = [
            (work, post, uid)
            for work in works
            for post, uids in work.rung
            for uid in self._summaries.without_folded(work.state.id, post, uids)
        ]
        if not rung:
            return {}
        names = await self._names.of({post.speaker for _, post, _ in rung})
        read_to = await read_times_of(
            self._store, list({(work.state.id, uid): None for work, _, uid in rung})
        )
        shown: dict[str, ShownPosts] = {}
        orders: list[PushOrder] = []
        for work, post, uid in rung:
            state = work.state
            seen = read_to.get((state.id, uid))
            if seen is not None and seen >= post.message.created_at:
                continue
            posts = shown.get(state.id)
            if posts is None:
                settings = await self._names.push_settings.of(state.service_id)
                posts = shown[state.id] = ShownPosts(state, names, None, settings, frozenset())
            orders.append(posts.order(post, uid))
        late: dict[str, PushIncomplete] = {}
        try:
            await self._push.push(orders, is_ordinary=True)
        except PushIncomplete as incomplete:
            waiting = [order for at, order in enumerate(orders) if at not in incomplete.outcomes]
            for order in waiting:
                late[order.chat_id] = PushIncomplete({}, 1, incomplete.retry_after)
        return late

    async def _end(self, work: _Chat, late: PushIncomplete | None) -> Notified:
        """Return what became of a chat after its pushes."""
        state = work.state
        folded: FoldedPosts | None = None
        if work.rung and self._summaries.is_needed(state.id):
            folded = await self._members.hold_folded(state, [post for post, _ in work.rung])
        if late is not None:
            return late
        self._members.owed.settle(state.id, work.posts)
        try:
            await self._members.note_for_digests(state, work.posts)
        except ParleyError as error:
            return error
        return folded


def _rung(state: ChatState, posts: Sequence[Post]) -> list[tuple[Post, Sequence[str]]]:
    members = state.members
    rung = ((post, recipients_of_push(state, post, members)) for post in posts)
    return [(post, uids) for post, uids in rung if uids]
