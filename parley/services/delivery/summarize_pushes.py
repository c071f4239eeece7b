"""Tell people by one push how many messages of a chat were folded.

The queue messages of folded posts are acknowledged when their summaries have been handed over. So
if the process dies, another one pushes them.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from parley.domain.chats.chat_state import Post
from parley.domain.delivery.push import summary_data, summary_text
from parley.domain.delivery.push_folds import PushFolds
from parley.domain.ports import Clock
from parley.domain.retry import RetryPolicy
from parley.errors import ParleyError, RetryableError
from parley.services.delivery.folded_posts import FoldedPosts
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.services.delivery.receipts_of_members import read_times
from parley.store import Store
from parley.structured_logging import error_text, get_log
from schema import ids, limits

_AGAIN = RetryPolicy(first_seconds=2.0, max_seconds=20.0)
"""When a summary is tried again that the provider or the store postponed."""

_GIVE_UP = timedelta(seconds=limits.REPEATED_PUSH_SECONDS)

_PAGE = 100
"""People who are told at once."""

_MOST_HELD = 5_000
"""Posts whose queue messages wait for a summary. More are acknowledged at once: if the process dies
within ten seconds, their summary is lost."""

_log = get_log(__name__)


@dataclass(slots=True)
class _Waiting:
    """A chat in which people wait for a summary. ``like``: the order of its newest message."""

    like: PushOrder
    since: datetime
    posts: list[FoldedPosts] = field(default_factory=list)
    failures: int = 0
    scheduled: datetime | None = None
    finishing: asyncio.Task[None] | None = None


class SummarizePushes:
    """Sends the summaries of ``folds``. One instance a process."""

    def __init__(
        self,
        *,
        store: Store,
        push_messages: PushMessages,
        folds: PushFolds,
        clock: Clock,
        randomness: random.Random,
    ) -> None:
        self._store = store
        self._push = push_messages
        self._folds = folds
        self._clock = clock
        self._randomness = randomness
        self._chats: dict[str, _Waiting] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._changed = asyncio.Event()
        self._held = 0

    def is_needed(self, chat_id: str) -> bool:
        """Return whether posts of a chat are folded, so that a call must ask ``hold``."""
        return self._folds.is_folding(chat_id)

    def without_folded(self, chat_id: str, post: Post, uids: Sequence[str]) -> Sequence[str]:
        """Fold a post for the people who get a summary in any case; return the others.

        Their devices and receipts are not read now; the summary reads both. A mention may pierce a
        mute, so it is looked at now.
        """
        message, now = post.message, self._clock.now()
        self._folds.expire(now)
        if message.event is not None or not self._folds.has_rung(chat_id):
            return uids
        return [
            uid
            for uid in uids
            if uid in message.mentioned
            or not self._folds.fold_unseen(chat_id, uid, post.id, message.created_at, now)
        ]

    def hold(self, message_ids: Sequence[str], like: PushOrder) -> FoldedPosts | None:
        """Return what to wait for before these posts are acknowledged; None for nothing.

        ``like`` is any order of the newest of them: summaries look like it.
        """
        chat_id = like.chat_id
        count = self._folds.waiting_of(chat_id, message_ids)
        if not count:
            return None
        waiting = self._chats.get(chat_id)
        if waiting is None:
            waiting = self._chats[chat_id] = _Waiting(like, self._clock.now())
        waiting.like = like
        self._schedule(chat_id)
        if self._held + count > _MOST_HELD:
            return None
        held = FoldedPosts(message_ids, hurry=partial(self.finish, chat_id))
        self._held += len(message_ids)
        waiting.posts.append(held)
        return held

    async def send_due(self) -> int:
        """Send every summary whose time has come; return the number of chats."""
        now = self._clock.now()
        chats: dict[str, None] = {}
        while self._heap and self._heap[0][0] <= now:
            _, chat_id = heapq.heappop(self._heap)
            chats[chat_id] = None
            if (waiting := self._chats.get(chat_id)) is not None:
                waiting.scheduled = None
        await asyncio.gather(
            *(self._send(chat_id, self._folds.due(chat_id, now)) for chat_id in chats)
        )
        return len(chats)

    async def run(self) -> None:
        """Send summaries as they fall due, until cancelled."""
        while True:
            self._changed.clear()
            await self.send_due()
            left = None
            if self._heap:
                left = max(0.0, (self._heap[0][0] - self._clock.now()).total_seconds())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)

    def finish(self, chat_id: str) -> None:
        """Begin to send all summaries of a chat; what fails is left to another process."""
        waiting = self._chats.get(chat_id)
        if waiting is not None and waiting.finishing is None:
            waiting.finishing = asyncio.get_running_loop().create_task(self._finish(chat_id))

    async def _finish(self, chat_id: str) -> None:
        failed: Exception = RetryableError(f"chat {chat_id}: its summaries could not be sent")
        try:
            await self._send(chat_id, self._folds.due(chat_id, None))
        except Exception as error:
            failed = error
        waiting = self._chats.pop(chat_id, None)
        for posts in waiting.posts if waiting is not None else ():
            self._held -= len(posts.message_ids)
            posts.settle(failed)

    def _schedule(self, chat_id: str) -> None:
        due, waiting = self._folds.next_due(chat_id), self._chats.get(chat_id)
        if due is None or waiting is None:
            return
        if waiting.scheduled is not None and waiting.scheduled <= due:
            return
        waiting.scheduled = due
        is_sooner = not self._heap or due < self._heap[0][0]
        heapq.heappush(self._heap, (due, chat_id))
        if is_sooner:
            self._changed.set()

    async def _send(self, chat_id: str, uids: Sequence[str]) -> None:
        """Tell these people, and release the posts that nobody waits for any more."""
        waiting = self._chats.get(chat_id)
        if waiting is None:
            return
        is_complete = True
        try:
            for page in _pages(uids):
                is_complete = await self._tell(chat_id, page, waiting) and is_complete
            if is_complete:
                waiting.failures = 0
        finally:
            # Also after a fault: the chat is due again.
            self._release(chat_id, waiting)
            self._schedule(chat_id)

    async def _tell(self, chat_id: str, uids: Sequence[str], waiting: _Waiting) -> bool:
        """Return whether everybody was told, or had read it."""
        left = dict.fromkeys(uids)
        failed: Exception | None = None
        try:
            heard = [uid for uid in uids if not self._folds.is_silent(chat_id, uid)]
            read_to = await read_times(self._store, chat_id, heard)
            now = self._clock.now()
            orders = []
            for uid in uids:
                count, newest = self._folds.begin(chat_id, uid, read_to.get(uid), now)
                if count:
                    orders.append(_summary(waiting.like, uid, count, newest))
                else:
                    self._folds.told(chat_id, uid)
                    del left[uid]
            await self._push.push(orders)
            left.clear()
        except PushIncomplete as incomplete:
            failed = incomplete
            for at in incomplete.outcomes:
                left.pop(orders[at].uid, None)
        except ParleyError as error:
            failed = error
        finally:
            self._settle(chat_id, uids, left, waiting, failed)
        return not left

    def _settle(
        self,
        chat_id: str,
        uids: Sequence[str],
        left: Collection[str],
        waiting: _Waiting,
        failed: Exception | None,
    ) -> None:
        """Note who was told; the others are told later, or given up after two minutes."""
        now = self._clock.now()
        is_given_up = bool(left) and waiting.since <= now - _GIVE_UP
        if is_given_up:
            _log.warning("push.tooLate", chatId=chat_id, count=len(left))
        elif left and failed is not None:
            waiting.failures += 1
            _log.warning("push.summariesWait", chatId=chat_id, error=error_text(failed))
        asked = failed.retry_after if isinstance(failed, RetryableError) else None
        seconds = _AGAIN.delay(max(1, waiting.failures), asked=asked, randomness=self._randomness)
        later = now + timedelta(seconds=max(1.0, seconds))
        for uid in uids:
            if uid in left and not is_given_up:
                self._folds.put_off(chat_id, uid, later)
            else:
                self._folds.told(chat_id, uid)

    def _release(self, chat_id: str, waiting: _Waiting) -> None:
        kept = []
        for posts in waiting.posts:
            if self._folds.waiting_of(chat_id, posts.message_ids):
                kept.append(posts)
                continue
            self._held -= len(posts.message_ids)
            posts.settle()
        waiting.posts = kept
        if self._folds.next_due(chat_id) is None and waiting.finishing is None:
            self._chats.pop(chat_id, None)
        self._folds.tidy(chat_id)


def _summary(like: PushOrder, uid: str, count: int, newest: str) -> PushOrder:
    return PushOrder(
        uid=uid,
        title=like.title,
        body=summary_text(count),
        data=summary_data(like.data, count=count, newest=newest),
        settings=like.settings,
        tag=ids.summary_tag(like.chat_id, uid),
    )


def _pages(uids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(uids), _PAGE):
        yield uids[start : start + _PAGE]
