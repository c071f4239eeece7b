"""Whom new messages of a chat are pushed to, page by page however many there are.

Members of a group up to 100 stand in the chat itself; up to 1,000 they are read; above, only those
whom a message names are looked at, so that nothing grows with the group.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from parley.domain.chats.fan_out import ChatState, Post, notification_text, recipients_of_push
from parley.domain.delivery.push import message_data
from parley.domain.ports import Clock
from parley.services.delivery.push_messages import PushIncomplete, PushMessages, PushOrder
from parley.services.people.names import Names
from parley.store import Query, Snapshot, Store
from parley.structured_logging import get_log
from schema import limits, paths
from schema.chats import ReadReceipt
from schema.services import PushSettings

_ORDERS_AT_ONCE = 5_000
"""Orders in hand at once, some 10 MB: a hundred posts folded in a group of 1,000 are 100,000."""

_PRIVATE_KINDS = frozenset({"direct", "case"})

_LEFT = timedelta(seconds=limits.REPEATED_PUSH_SECONDS - 45)
"""Two minutes less three leases."""

_log = get_log(__name__)


class NotifyMembers:
    """Pushes posts of one chat to its members. One a process: it remembers what it owes."""

    def __init__(
        self, *, store: Store, push_messages: PushMessages, names: Names, clock: Clock
    ) -> None:
        self._store = store
        self._push = push_messages
        self._names = names
        self._clock = clock
        self._owed = _Owed()

    async def notify(
        self,
        state: ChatState,
        fresh: Sequence[Post],
        repeated: Sequence[Post],
        *,
        is_first: bool = False,
    ) -> None:
        """Push to those who have not read it; ``PushIncomplete`` when some wait for the provider.

        A repeat (the fence was gone; perhaps a worker died before its pushes) pushes under the
        same tag, and only what is unread and young: posted in the last two minutes, or fanned out
        in them by this process, since a backlog and then a fault of the provider must lose nothing.
        ``is_first``: others hold the queue messages of the repeated ones, and push them; if they
        die, those come again while a post is young, unless it is about to be old.
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

    async def _hand_over(
        self,
        state: ChatState,
        posts: Sequence[Post],
        doubtful: frozenset[str],
        repeats: frozenset[str],
    ) -> None:
        """Those in ``doubtful`` only where unread; those in ``repeats`` may have been shown."""
        state, members = await self._with_members(state, posts)
        posts_of: dict[str, list[Post]] = {}
        for post in posts:
            for uid in recipients_of_push(state, post, members):
                posts_of.setdefault(uid, []).append(post)
        if not posts_of:
            return
        names = await self._names.of({post.speaker for some in posts_of.values() for post in some})
        settings = await self._names.push_settings.of(state.service_id)
        shown = _Shown(state, names, settings, repeats)
        late: PushIncomplete | None = None
        for page in _pages(posts_of):
            try:
                await self._push.push(await self._orders(page, doubtful, shown))
            except PushIncomplete as incomplete:
                late = incomplete
        if late is not None:
            raise late

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
        """The members whom these posts may concern, and the chat with when they joined."""
        if not state.is_large:
            return await with_joined_times(self._store, state, posts), state.members
        select = ("joinedAt",) if state.has_later_members(posts) else ()
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
        return dataclasses.replace(state, joined=_joined_times(found)), members

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
    """Whether it is still young when the queue message of whoever fanned it out comes again."""
    return post.message.created_at > now - _LEFT


class _Owed:
    """Posts that this process fanned out and has not pushed to everybody, and since when."""

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
        """Forget those from before that time."""
        while self._since and next(iter(self._since.values())) <= oldest:
            self._since.popitem(last=False)


async def with_joined_times(store: Store, state: ChatState, posts: Iterable[Post]) -> ChatState:
    """A small chat with when its members joined, where one of these posts is older than that."""
    if state.is_large or state.joined or not state.has_later_members(posts):
        return state
    members = [paths.chat_member(state.id, member) for member in state.members]
    found = await store.get_many(members, select=("joinedAt",))
    return dataclasses.replace(state, joined=_joined_times(found))


def _joined_times(members: Iterable[Snapshot | None]) -> dict[str, datetime]:
    """Since when these are in their chat, of those whose time was read."""
    return {
        member.id: member.fields["joinedAt"]
        for member in members
        if member is not None and "joinedAt" in member.fields
    }


def _pages(posts_of: Mapping[str, list[Post]]) -> Iterator[dict[str, list[Post]]]:
    """People with their posts, each person in one page, so that their devices are read once."""
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
    """How posts of a chat are shown: by whose names, with what sound, and which perhaps again."""

    state: ChatState
    names: Mapping[str, str]
    settings: PushSettings
    repeats: frozenset[str]

    def order(self, post: Post, uid: str) -> PushOrder:
        title, body = notification_text(self.state, post, self.names[post.speaker])
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
