"""The message worker's use case: fan out new messages of one chat, then push.

Decide, commit, push. The fence is each message's ``messageQueue`` document: the commit that deletes
it is the one that counts, and whoever comes later finds it gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from parley.domain.chats.fan_out import ChatState, Post, fan_out, refreshed
from parley.errors import CommitOutcomeUnknown, Conflict, PermanentError
from parley.services.delivery.notify_members import NotifyMembers, with_joined_times
from parley.store import Delete, Snapshot, Store
from schema import paths
from schema.chats import Chat
from schema.messages import Message

_COMMIT_TRIES = 8
"""Conflicts come only from other processes that write the same chat; each try reads it anew."""


class FanOutMessages:
    """Fans messages out and notifies. One lane per chat calls it, so it never races itself."""

    def __init__(self, *, store: Store, notify_members: NotifyMembers) -> None:
        self._store = store
        self._notify_members = notify_members

    async def fan_out(
        self,
        chat_id: str,
        message_ids: Sequence[str],
        *,
        is_first: Callable[[], bool] = lambda: False,
    ) -> None:
        """Fan out these messages of one chat, whatever part of them is done already.

        Of what is done already the pushes are made up for, but for the newest where ``is_first()``:
        nobody else was given these queue messages, so others did it, for some that they still hold.

        Raises ``Conflict`` when other processes keep winning, ``PermanentError`` for a message
        that does not exist, ``PushIncomplete`` when pushes are to be tried again.
        """
        wanted = list(dict.fromkeys(message_ids))
        pending = wanted
        unanswered: set[str] = set()
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
            state = await with_joined_times(self._store, state, posts.values())
            try:
                await self._store.commit(fan_out(state, [posts[name] for name in pending]))
                break
            except (Conflict, CommitOutcomeUnknown) as problem:
                if isinstance(problem, CommitOutcomeUnknown):
                    unanswered.update(pending)
                pending = await self._still_queued(chat_id, pending)
        else:
            raise Conflict(f"chat {chat_id}: other writers won {_COMMIT_TRIES} times in a row")
        if state is not None:
            # A commit without an answer was this call's own, or else another's who pushes as well.
            own = unanswered.union(pending)
            mine = [post for name, post in posts.items() if name in own]
            others = [post for name, post in posts.items() if name not in own]
            await self._notify_members.notify(state, mine, others, is_first=is_first())

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
        try:
            state = ChatState(chat_id, Chat.parse(chat.fields), chat.update_time)
        except ValidationError as error:
            raise PermanentError(f"{chat.path} is not a chat: {error}") from error
        return state, posts

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


def _post(snapshot: Snapshot) -> Post:
    try:
        return Post(snapshot.id, Message.parse(snapshot.fields))
    except ValidationError as error:
        raise PermanentError(f"{snapshot.path} is not a message: {error}") from error
