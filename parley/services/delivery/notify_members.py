"""Push new messages of a chat to its members, page by page.

Groups of up to 100 list their members in the chat. Up to 1,000, the members are read. Above that,
only mentioned members are looked up, so no cost grows with the group.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from parley.domain.chats.fan_out import ChatState, Post, notification_text, recipients_of_push
from parley.domain.delivery.push import message_data
from parley.domain.ports import Clock
from parley.services.delivery.opened_chats import OpenedChats
from parley.services.delivery.push_messages import PushIncomplete, PushMessages, PushOrder
from parley.services.delivery.queue_digests import QueueDigests
from parley.services.people.names import Names
from parley.store import Query, Snapshot, Store
from parley.structured_logging import get_log
from schema import ids, limits, paths
from schema.receipts import ReadReceipt
from schema.services import PushSettings
from schema.visible import as_line

_ORDERS_AT_ONCE = 5_000
"""Concurrent push orders, some 10 MB: a hundred folded posts in a group of 1,000 are 100,000."""

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
        digests: QueueDigests,
        names: Names,
        clock: Clock,
    ) -> None:
        self._store = store
        self._push = push_messages
        self._digests = digests
        self._names = names
        self._clock = clock
        self._owed = _Owed()
        self._opened = OpenedChats(store=store)

    async def notify(
        self,
        state: ChatState,
        fresh: Sequence[Post],
        repeated: Sequence[Post],
        *,
        is_first: bool = False,
    ) -> None:
        """Push to members who have not read it; ``PushIncomplete`` if some wait for the provider.

        A repeat (the fence was gone; a worker may have died before its pushes) uses the same tag
        and pushes only what is unread and recent: posted within two minutes, or fanned out within
        two minutes by this process, so that a backlog followed by a provider's fault loses nothing.
        ``is_first``: others hold the queue messages of repeated posts, and push them. If they die,
        those messages come again while a post is recent, unless it is close to the limit.
        """
        now = self._clock.now()
        oldest = now - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        self._owed.expire(oldest)
        self._owed.add(state.id, fresh, now)
        owed = frozenset(post.id for post in repeated if self._owed.holds(state.id, post))
        again = [
            post
            for post in repeated
            if post.id in owed
            or (post.message.created_at > oldest and not (is_first and _is_left(post, now)))
        ]
        if not is_first and len(again) < len(repeated):
            _log.warning("push.tooLate", chatId=state.id, count=len(repeated) - len(again))
        posts = [*fresh, *again]
        if posts:
            doubtful = frozenset(post.id for post in again)
            await self._hand_over(state, posts, doubtful, doubtful - owed)
            self._owed.settle(state.id, posts)
        await self._note_for_digests(state, [*fresh, *repeated])

    async def _note_for_digests(self, state: ChatState, posts: Sequence[Post]) -> None:
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
    ) -> None:
        """Push ``doubtful`` posts only if unread; posts in ``repeats`` may have been shown."""
        state, members = await self._with_members(state, posts)
        posts_of: dict[str, list[Post]] = {}
        for post in posts:
            for uid in recipients_of_push(state, post, members):
                posts_of.setdefault(uid, []).append(post)
        if not posts_of:
            return
        names = await self._names.of({post.speaker for some in posts_of.values() for post in some})
        settings = await self._names.push_settings.of(state.service_id)
        shown = _Shown(state, names, self._title(state), settings, repeats)
        late: PushIncomplete | None = None
        for page in _pages(posts_of):
            try:
                await self._push.push(await self._orders(page, doubtful, shown))
            except PushIncomplete as incomplete:
                late = incomplete
        if late is not None:
            raise late

    def _title(self, state: ChatState) -> str | None:
        """Return the chat's title, marked if a person gave it and a service is called so."""
        if state.chat.title is None:
            return None
        title = as_line(state.chat.title)
        is_services = ids.service_of_member(state.chat.created_by) is not None
        return (
            title if is_services or state.chat.kind == "case" else self._names.services.shown(title)
        )

    async def _orders(
        self, posts_of: Mapping[str, Sequence[Post]], doubtful: frozenset[str], shown: _Shown
    ) -> list[PushOrder]:
        is_private = shown.state.chat.kind in _PRIVATE_KINDS
        asked = [
            uid
            for uid, posts in posts_of.items()
            if is_private or any(post.id in doubtful for post in posts)
        ]
        read_to = await self._read_to(shown.state.id, asked)
        return [
            shown.order(post, uid)
            for uid, posts in posts_of.items()
            for post in posts
            if not (uid in read_to and read_to[uid].read_to >= post.message.created_at)
        ]

    async def _with_members(
        self, state: ChatState, posts: Sequence[Post]
    ) -> tuple[ChatState, list[str]]:
        """Return the members whom these posts may concern, and the chat with joining times."""
        if not state.is_large:
            state = await with_joined_times(self._store, state, posts)
            return state, await self._opened.among(state, state.members)
        reads_joined = state.has_later_members(posts)
        select = ("unopened", "joinedAt") if reads_joined else ("unopened",)
        said = [post for post in posts if post.message.event is None]
        found: list[Snapshot | None]
        if said and (state.chat.member_count or 0) <= limits.PUSHED_GROUP:
            query = Query(paths.chat_members(state.id), select=select)
            found = [snapshot async for page in self._store.stream(query) for snapshot in page]
        else:
            named = {uid for post in said for uid in post.message.mentioned}
            named |= {post.message.target for post in posts if post.message.target is not None}
            found = await self._store.get_many(
                [paths.chat_member(state.id, uid) for uid in sorted(named)], select=select
            )
        members = [snapshot.id for snapshot in found if snapshot is not None]
        if reads_joined:
            state = dataclasses.replace(state, joined=_joined_times(found))
        return state, await self._opened.among(state, members, found)

    async def _read_to(self, chat_id: str, uids: Sequence[str]) -> dict[str, ReadReceipt]:
        if not uids:
            return {}
        receipts = await self._store.get_many([paths.read_receipt(chat_id, uid) for uid in uids])
        return {
            uid: parsed
            for uid, receipt in zip(uids, receipts, strict=True)
            if receipt is not None
            and (parsed := ReadReceipt.parse_or_none(receipt.fields)) is not None
        }


def _is_left(post: Post, now: datetime) -> bool:
    """Return whether the post is still recent when its other queue message comes again."""
    return post.message.created_at > now - _LEFT


class _Owed:
    """Posts that this process fanned out and has not pushed to everybody, with their times."""

    def __init__(self) -> None:
        self._since: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    def add(self, chat_id: str, posts: Iterable[Post], now: datetime) -> None:
        self._since.update({(chat_id, post.id): now for post in posts})

    def holds(self, chat_id: str, post: Post) -> bool:
        return (chat_id, post.id) in self._since

    def settle(self, chat_id: str, posts: Iterable[Post]) -> None:
        for post in posts:
            self._since.pop((chat_id, post.id), None)

    def expire(self, oldest: datetime) -> None:
        """Forget posts from before this time."""
        while self._since and next(iter(self._since.values())) <= oldest:
            self._since.popitem(last=False)


async def with_joined_times(store: Store, state: ChatState, posts: Iterable[Post]) -> ChatState:
    """Return a small chat with joining times, if a post is older than the last join."""
    if state.is_large or state.joined or not state.has_later_members(posts):
        return state
    members = [paths.chat_member(state.id, member) for member in state.members]
    found = await store.get_many(members, select=("joinedAt",))
    return dataclasses.replace(state, joined=_joined_times(found))


def _joined_times(members: Iterable[Snapshot | None]) -> dict[str, datetime]:
    """Return the joining times of members, as far as they were read."""
    return {
        member.id: member.fields["joinedAt"]
        for member in members
        if member is not None and "joinedAt" in member.fields
    }


def _pages(posts_of: Mapping[str, list[Post]]) -> Iterator[dict[str, list[Post]]]:
    """Yield people with their posts. Each person is in one page, so devices are read once."""
    page: dict[str, list[Post]] = {}
    count = 0
    for uid, posts in posts_of.items():
        if page and count + len(posts) > _ORDERS_AT_ONCE:
            yield page
            page, count = {}, 0
        page[uid] = posts
        count += len(posts)
    yield page


@dataclasses.dataclass(frozen=True, slots=True)
class _Shown:
    """How posts of a chat are shown: names and title, the sound, and which may be repeats."""

    state: ChatState
    names: Mapping[str, str]
    title: str | None
    settings: PushSettings
    repeats: frozenset[str]

    def order(self, post: Post, uid: str) -> PushOrder:
        title, body = notification_text(self.state, post, self.names[post.speaker], self.title)
        return PushOrder(
            uid=uid,
            title=title,
            body=body,
            data=message_data(
                chat_id=self.state.id,
                message_id=post.id,
                service_id=self.state.service_id,
                kind=self.state.chat.kind,
                sender_id=post.message.sender_id,
            ),
            is_mention=uid in post.message.mentioned,
            settings=self.settings,
            is_repeat=post.id in self.repeats,
        )
