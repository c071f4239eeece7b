"""The message worker's use case: fan out new messages of one chat, then push.

Decide, commit, push. The fence is each message's ``messageQueue`` document: the commit that deletes
it is the one that counts, and whoever comes later finds it gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pydantic import ValidationError

from parley.domain.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.domain.fan_out import (
    ChatState,
    Post,
    fan_out,
    notification_text,
    recipients_of_push,
    refreshed,
)
from parley.domain.ports import Clock, Delete, Query, Snapshot, Store
from parley.domain.push import message_data
from parley.services.names import Names
from parley.services.push_messages import PushMessages, PushOrder
from schema import limits, paths
from schema.chats import Chat, ReadReceipt
from schema.messages import Message

_COMMIT_TRIES = 8
"""Conflicts come only from other processes that write the same chat; each try reads it anew."""

_PRIVATE_KINDS = frozenset({"direct", "case"})


class FanOutMessages:
    """Fans messages out and notifies. One lane per chat calls it, so it never races itself."""

    def __init__(
        self, *, store: Store, push_messages: PushMessages, names: Names, clock: Clock
    ) -> None:
        self._store = store
        self._push = push_messages
        self._names = names
        self._clock = clock

    async def fan_out(self, chat_id: str, message_ids: Sequence[str]) -> None:
        """Fan out these messages of one chat, whatever part of them is done already.

        Raises ``Conflict`` when other processes keep winning, ``PermanentError`` for a message
        that does not exist, ``PushIncomplete`` when pushes are to be tried again.
        """
        wanted = list(dict.fromkeys(message_ids))
        pending = wanted
        for _ in range(_COMMIT_TRIES):
            state, posts = await self._load(chat_id, wanted)
            if not pending:
                break
            missing = [message_id for message_id in pending if message_id not in posts]
            if state is None or missing:
                # Only a fence that stands without its message is work that cannot be done.
                pending = await self._still_queued(chat_id, pending)
                if state is None or any(message_id not in posts for message_id in pending):
                    await self._give_up(chat_id, pending if state is None else missing)
                continue
            try:
                await self._store.commit(fan_out(state, [posts[name] for name in pending]))
                break
            except (Conflict, CommitOutcomeUnknown):
                pending = await self._still_queued(chat_id, pending)
        else:
            raise Conflict(f"chat {chat_id}: other writers won {_COMMIT_TRIES} times in a row")
        if state is not None:
            repeated = [post for name, post in posts.items() if name not in pending]
            await self._notify(state, [posts[name] for name in pending], repeated)

    async def follow_changes(self, chat_id: str, message_ids: Sequence[str]) -> None:
        """Let chat and rows show these messages as they were edited or deleted.

        Raises ``Conflict`` when other processes keep winning.
        """
        wanted = list(dict.fromkeys(message_ids))
        for _ in range(_COMMIT_TRIES):
            state, posts = await self._load(chat_id, wanted)
            if state is None:
                return
            writes = [write for post in posts.values() for write in refreshed(state, post)]
            if not writes:
                return
            try:
                await self._store.commit(writes)
            except (Conflict, CommitOutcomeUnknown):
                continue
            return
        raise Conflict(f"chat {chat_id}: other writers won {_COMMIT_TRIES} times in a row")

    async def _load(
        self, chat_id: str, message_ids: Sequence[str]
    ) -> tuple[ChatState | None, dict[str, Post]]:
        chat, *messages = await self._store.get_many(
            [paths.chat(chat_id), *(paths.message(chat_id, name) for name in message_ids)]
        )
        posts = {snapshot.id: _post(snapshot) for snapshot in messages if snapshot is not None}
        if chat is None:
            return None, posts
        return ChatState(chat_id, Chat.parse(chat.fields), chat.update_time), posts

    async def _still_queued(self, chat_id: str, message_ids: Sequence[str]) -> list[str]:
        fences = await self._store.get_many(
            [paths.message_queue(chat_id, name) for name in message_ids], select=()
        )
        return [name for name, fence in zip(message_ids, fences, strict=True) if fence is not None]

    async def _give_up(self, chat_id: str, message_ids: Sequence[str]) -> None:
        """The fences of what cannot be done go, or the sweeper would bring them back for ever."""
        if not message_ids:
            return
        await self._store.commit(
            [Delete(paths.message_queue(chat_id, name)) for name in message_ids]
        )
        raise PermanentError(
            f"messages {', '.join(message_ids)} of chat {chat_id} are queued, but the message or "
            "the chat does not exist; they were taken off the queue"
        )

    async def _notify(
        self, state: ChatState, fresh: Sequence[Post], repeated: Sequence[Post]
    ) -> None:
        """Push to those who have not read it.

        A repeat (the fence was gone; perhaps a worker died before its pushes) pushes only what is
        young and unread, under the same tag.
        """
        oldest = self._clock.now() - timedelta(seconds=limits.REPEATED_PUSH_SECONDS)
        again = [post for post in repeated if post.message.created_at > oldest]
        posts = [*fresh, *again]
        if not posts:
            return
        members = await self._members(state, posts)
        targets = [(post, recipients_of_push(state, post, members)) for post in posts]
        asked = (
            targets
            if state.chat.kind in _PRIVATE_KINDS
            else [(post, people) for post, people in targets if post in again]
        )
        read_to = await self._read_to(state.id, {uid for _, people in asked for uid in people})
        names = await self._names.of(post.speaker for post, people in targets if people)
        await self._push.push(
            [
                self._order(state, post, uid, names[post.speaker])
                for post, people in targets
                for uid in people
                if not (uid in read_to and read_to[uid].read_to >= post.message.created_at)
            ]
        )

    def _order(self, state: ChatState, post: Post, uid: str, sender_name: str) -> PushOrder:
        title, body = notification_text(state, post, sender_name)
        return PushOrder(
            uid=uid,
            title=title,
            body=body,
            data=message_data(
                chat_id=state.id,
                message_id=post.id,
                service_id=state.service_id,
                kind=state.chat.kind,
                sender_id=post.message.sender_id,
            ),
            is_mention=uid in (post.message.mentions or ()),
        )

    async def _members(self, state: ChatState, posts: Sequence[Post]) -> list[str]:
        """The members who may be pushed to; of a group above 1,000 those who are mentioned."""
        if not state.is_large:
            return state.members
        if (state.chat.member_count or 0) > limits.PUSHED_GROUP:
            mentioned = sorted({uid for post in posts for uid in post.message.mentions or ()})
            found = await self._store.get_many(
                [paths.chat_member(state.id, uid) for uid in mentioned], select=()
            )
            return [snapshot.id for snapshot in found if snapshot is not None]
        query = Query(paths.chat_members(state.id), select=())
        return [snapshot.id async for page in self._store.stream(query) for snapshot in page]

    async def _read_to(self, chat_id: str, uids: set[str]) -> dict[str, ReadReceipt]:
        ordered = sorted(uids)
        if not ordered:
            return {}
        receipts = await self._store.get_many([paths.read_receipt(chat_id, uid) for uid in ordered])
        return {
            uid: ReadReceipt.parse(receipt.fields)
            for uid, receipt in zip(ordered, receipts, strict=True)
            if receipt is not None
        }


def _post(snapshot: Snapshot) -> Post:
    try:
        return Post(snapshot.id, Message.parse(snapshot.fields))
    except ValidationError as error:
        raise PermanentError(f"{snapshot.path} is not a message: {error}") from error
