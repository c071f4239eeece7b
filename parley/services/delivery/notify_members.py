"""Push new messages of a chat to its members, page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from parley.domain.chats.chat_pushes import recipients_of_push
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.ports import Clock
from parley.services.delivery.blocked_authors import BlockedAuthors
from parley.services.delivery.folded_posts import FoldedPosts
from parley.services.delivery.members_of_large_groups import MembersOfLargeGroups
from parley.services.delivery.members_to_push import with_joined_times, with_members
from parley.services.delivery.opened_chats import OpenedChats
from parley.services.delivery.owed_pushes import OwedPushes
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.services.delivery.queue_digests import QueueDigests
from parley.services.delivery.receipts_of_members import read_times
from parley.services.delivery.rung_groups import RungGroups
from parley.services.delivery.shown_posts import ShownPosts
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.people.names import Names
from parley.store import Store
from parley.structured_logging import get_log
from schema import ids, limits
from schema.visible import as_line

_PEOPLE_AT_ONCE = 100
_ORDERS_AT_ONCE = 5_000
"""Concurrent push orders, about half a megabyte: texts are shared, and notifications are made when
there is room for them."""

_PRIVATE_KINDS = frozenset({"direct", "case"})

_LEFT = timedelta(seconds=limits.REPEATED_PUSH_SECONDS - 45)
"""Two minutes less three leases."""

_log = get_log(__name__)


class NotifyMembers:
    """Pushes posts to the members of their chat. One a process: it remembers open pushes."""

    def __init__(
        self,
        *,
        store: Store,
        push_messages: PushMessages,
        summaries: SummarizePushes,
        blocked_authors: BlockedAuthors,
        digests: QueueDigests,
        names: Names,
        clock: Clock,
    ) -> None:
        self._store = store
        self._push = push_messages
        self._summaries = summaries
        self._blocked_authors = blocked_authors
        self._digests = digests
        self._names = names
        self._clock = clock
        self.owed = OwedPushes()
        """The posts that this process fanned out and has not pushed to everybody."""
        self._opened = OpenedChats(store=store)
        self._large_groups = MembersOfLargeGroups(store=store, clock=clock)
        self._rung_groups = RungGroups(clock=clock)

    async def notify(
        self,
        state: ChatState,
        fresh: Sequence[Post],
        repeated: Sequence[Post],
        *,
        is_first: bool = False,
    ) -> FoldedPosts | None:
        """Push to members who have not read it; ``PushIncomplete`` if some wait for the provider.

        Return what to wait for before the posts are acknowledged, if some were folded.

        A repeat (the fence was gone; a worker may have died before its pushes) uses the same tag
        and pushes only what is unread and recent: posted within two minutes, or fanned out within
        two minutes by this process, so that a backlog followed by a provider's fault loses nothing.
        ``is_first``: others hold the queue messages of repeated posts, and push them. If they die,
        those messages come again while a post is recent, unless it is close to the limit.
        """
        now = self._clock.now()
        oldest = now - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        self.owed.expire(oldest)
        self.owed.add(state.id, fresh, now)
        owed = frozenset(post.id for post in repeated if self.owed.holds(state.id, post))
        again = [
            post
            for post in repeated
            if post.id in owed
            or (post.message.created_at > oldest and not (is_first and _is_left(post, now)))
        ]
        if not is_first and len(again) < len(repeated):
            _log.warning("push.tooLate", chatId=state.id, count=len(repeated) - len(again))
        posts = [*fresh, *again]
        folded: FoldedPosts | None = None
        if posts:
            doubtful = frozenset(post.id for post in again)
            folded = await self._hand_over(state, posts, doubtful, doubtful - owed)
            self.owed.settle(state.id, posts)
        await self.note_for_digests(state, [*fresh, *repeated])
        return folded

    async def note_for_digests(self, state: ChatState, posts: Sequence[Post]) -> None:
        """Note the people who may have to be told by email; large groups and events are not."""
        said = [post for post in posts if post.message.event is None]
        if not said or state.is_large or not self._digests.is_used_by(state.service_id):
            return
        state = await with_joined_times(self._store, state, said)
        members = [uid for uid in state.members if uid not in (state.chat.unopened or {})]
        uids = {uid for post in said for uid in recipients_of_push(state, post, members)}
        since = min(post.message.created_at for post in said)
        await self._digests.note(state.service_id, uids, since)

    async def _hand_over(
        self,
        state: ChatState,
        posts: Sequence[Post],
        doubtful: frozenset[str],
        repeats: frozenset[str],
    ) -> FoldedPosts | None:
        """Push ``doubtful`` posts only if unread; posts in ``repeats`` may have been shown."""
        state, members = await with_members(
            self._store, self._large_groups, self._opened, state, posts
        )
        blockers = await self._blockers(state, posts, members)
        posts_of: dict[str, list[Post]] = {}
        pushed: list[Post] = []
        for post in posts:
            unheard = blockers.get(post.message.sender_id, ())
            is_watched = self._rung_groups.is_watched(state, post)
            rung = [
                uid
                for uid in recipients_of_push(state, post, members)
                if uid not in unheard
                and (not is_watched or self._rung_groups.may_ring(state, post, uid))
            ]
            if rung:
                pushed.append(post)
            for uid in self._summaries.without_folded(state.id, post, rung):
                posts_of.setdefault(uid, []).append(post)
        if not pushed:
            return None
        names = await self._names.of({post.speaker for post in pushed})
        settings = await self._names.push_settings.of(state.service_id)
        shown = ShownPosts(state, names, self._title(state), settings, repeats)
        late: PushIncomplete | None = None
        for page in _pages(posts_of):
            try:
                await self._push.push(await self._orders(page, doubtful, shown))
            except PushIncomplete as incomplete:
                late = incomplete
        folded = self._folded(shown, pushed)
        if late is not None:
            raise late
        return folded

    async def _blockers(
        self, state: ChatState, posts: Sequence[Post], members: Sequence[str]
    ) -> Mapping[str, Collection[str]]:
        """Return who must not be rung by the words of an author: those who block them, in groups.

        In a direct chat the rules refuse the message; everywhere else services write.
        """
        if state.chat.kind != "group":
            return {}
        authors = {post.message.sender_id for post in posts if post.message.event is None}
        people = [uid for uid in authors if ids.service_of_member(uid) is None]
        return await self._blocked_authors.who_block(people, members) if people else {}

    async def hold_folded(self, state: ChatState, pushed: Iterable[Post]) -> FoldedPosts | None:
        """Return the posts of a direct or case chat that wait for summaries."""
        posts = list(pushed)
        names = await self._names.of({post.speaker for post in posts})
        settings = await self._names.push_settings.of(state.service_id)
        return self._folded(ShownPosts(state, names, None, settings, frozenset()), posts)

    def _folded(self, shown: ShownPosts, pushed: Iterable[Post]) -> FoldedPosts | None:
        """Return the posts that wait for summaries, which look like the newest of them."""
        if not self._summaries.is_needed(shown.state.id):
            return None
        said = [post for post in pushed if post.message.event is None]
        if not said:
            return None
        newest = max(said, key=lambda post: post.order)
        return self._summaries.hold([post.id for post in said], shown.order(newest, ""))

    def _title(self, state: ChatState) -> str | None:
        """Return the chat's title, marked if a person gave it and a service is called so."""
        if state.chat.title is None:
            return None
        title = as_line(state.chat.title)
        creator = state.chat.created_by or ""
        is_services = state.chat.kind != "group" or ids.service_of_member(creator) is not None
        return title if is_services else self._names.services.shown(title)

    async def _orders(
        self, posts_of: Mapping[str, Sequence[Post]], doubtful: frozenset[str], shown: ShownPosts
    ) -> list[PushOrder]:
        is_private = shown.state.chat.kind in _PRIVATE_KINDS
        asked = [
            uid
            for uid, posts in posts_of.items()
            if is_private or any(post.id in doubtful for post in posts)
        ]
        read_to = await read_times(self._store, shown.state.id, asked)
        return [
            shown.order(post, uid)
            for uid, posts in posts_of.items()
            for post in posts
            if not (uid in read_to and read_to[uid] >= post.message.created_at)
        ]


def _is_left(post: Post, now: datetime) -> bool:
    """Return whether the post is still recent when its other queue message comes again."""
    return post.message.created_at > now - _LEFT


def _pages(posts_of: Mapping[str, list[Post]]) -> Iterator[dict[str, list[Post]]]:
    """Yield people with their posts. Each person is in one page, so devices are read once."""
    page: dict[str, list[Post]] = {}
    count = 0
    for uid, posts in posts_of.items():
        is_full = len(page) >= _PEOPLE_AT_ONCE or count + len(posts) > _ORDERS_AT_ONCE
        if page and is_full:
            yield page
            page, count = {}, 0
        page[uid] = posts
        count += len(posts)
    if page:
        yield page
