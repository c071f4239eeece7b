"""Fan out new messages of one chat, then push.

Each message's ``messageQueue`` document is its fence: only one commit can delete it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.chats.fan_out import fan_out, refresh_last_message
from parley.domain.chats.muting import show_lines
from parley.domain.chats.post_paces import Edit
from parley.domain.chats.silencing import is_of, silence, silence_edits
from parley.errors import PermanentError
from parley.services.chats.answer_by_sms import AnswerBySms
from parley.services.chats.hold_paces import HoldPaces
from parley.services.delivery.folded_posts import FoldedPosts
from parley.services.delivery.members_to_push import with_joined_times
from parley.services.delivery.notify_members import NotifyMembers
from parley.services.people.bans import Bans
from parley.store import Delete, Snapshot, Store, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.chats import Chat
from schema.explain import explain
from schema.messages import Message
from schema.patches import UNSET


@dataclass(frozen=True, slots=True)
class Begun:
    """A fan-out that goes on alone: what was read of it, or None after a commit in vain.

    ``is_unanswered``: the answer of that commit was lost.
    """

    read: tuple[ChatState | None, dict[str, Post]] | None
    is_unanswered: bool = False


class FanOutMessages:
    """Fans messages out and notifies. Each chat has one lane, so a process never races itself."""

    def __init__(
        self,
        *,
        store: Store,
        notify_members: NotifyMembers,
        answer_by_sms: AnswerBySms,
        bans: Bans,
        hold_paces: HoldPaces,
    ) -> None:
        self._store = store
        self._hold_paces = hold_paces
        self._answer_by_sms = answer_by_sms
        self._bans = bans
        self._notify_members = notify_members

    async def fan_out(
        self,
        chat_id: str,
        message_ids: Sequence[str],
        *,
        is_first: Callable[[], bool] = lambda: False,
        begun: Begun | None = None,
    ) -> FoldedPosts | None:
        """Fan out these messages of one chat, skipping those already fanned out, and notify.

        Return what to wait for before they are acknowledged, if a summary is to tell of some.

        Re-push messages that were already fanned out, except the newest if ``is_first()``: on a
        first delivery another worker fanned them out, and still holds their queue messages.

        Raise ``Conflict`` when other processes keep winning, ``PermanentError`` for a message
        that does not exist, ``PushIncomplete`` when pushes must be retried.
        """
        wanted = list(dict.fromkeys(message_ids))
        pending = wanted
        unanswered: set[str] = set(wanted if begun is not None and begun.is_unanswered else ())
        state: ChatState | None = None
        posts: dict[str, Post] = {}
        scattered: Collection[str] = ()
        read = None if begun is None else begun.read
        is_retry = begun is not None and read is None

        async def decide() -> list[Write]:
            nonlocal pending, state, posts, is_retry, read, scattered
            if is_retry:
                pending = await self._still_queued(chat_id, pending)
            is_retry = True
            state, posts = read if read is not None else await self._load(chat_id, wanted)
            read = None
            if state is None or any(name not in posts for name in pending):
                # Another worker may be done; only a fence without its message cannot be fanned out.
                pending = await self._still_queued(chat_id, pending)
                await self._give_up(
                    chat_id, [name for name in pending if state is None or name not in posts]
                )
            if state is None or not pending:
                return []
            state = await with_joined_times(self._store, state, posts.values())
            banned = await self._bans.banned_lately()
            silenced = [name for name in pending if is_of(posts[name], banned)]
            heard = [posts[name] for name in pending if name not in silenced]
            writes = silence(chat_id, [posts.pop(name) for name in silenced])
            if heard:
                held = await self._hold_paces.hold(state, heard)
                scattered = held.scattered
                writes += fan_out(state, heard, note=held.note, lines=held.lines)
                writes += held.writes
                writes += await self._answer_by_sms.writes(state, heard)
            return writes

        async def was_applied() -> bool:
            # The fences tell the next attempt what is left, but not who deleted them.
            unanswered.update(pending)
            return False

        await commit_with_retry(
            self._store, decide, what=f"chat {chat_id}", was_applied=was_applied
        )
        if state is None:
            return None
        # After a lost answer, push as if the commit was this call's own.
        own = unanswered.union(pending)
        # People who write to very many at once stand in their lists, and ring nobody.
        unrung = scattered if state.chat.kind == "direct" else ()
        mine = [
            post
            for name, post in posts.items()
            if name in own and post.message.sender_id not in unrung
        ]
        others = [post for name, post in posts.items() if name not in own]
        return await self._notify_members.notify(state, mine, others, is_first=is_first())

    async def follow_changes(
        self, chat_id: str, message_ids: Sequence[str], edits: Sequence[Edit] = ()
    ) -> None:
        """Show edits and deletions of these messages in chat and rows.

        Both show only the last message, so the others are not read. Who made too many of the
        ``edits`` is muted; what banned people edited loses its text. Raise ``Conflict`` when other
        processes keep winning.
        """
        wanted = frozenset(message_ids)
        if edits and (banned := await self._bans.banned_lately()):
            await self._silence_edits(chat_id, edits, banned)

        async def decide() -> list[Write]:
            state, _ = await self._load(chat_id, ())
            if state is not None and edits:
                held = await self._hold_paces.hold_edits(state, edits)
                if held.lines and held.note is not UNSET:
                    return [*show_lines(state, held.note, held.lines), *held.writes]
            shown = state.chat.last_message if state is not None else None
            if state is None or shown is None or shown.id not in wanted:
                return []
            (message,) = await self._store.get_many([paths.message(chat_id, shown.id)])
            post = None if message is None else _post(message)
            if post is None or await self._is_silenced(post):
                return []
            return refresh_last_message(state, post)

        await commit_with_retry(self._store, decide, what=f"chat {chat_id}")

    async def _silence_edits(
        self, chat_id: str, edits: Sequence[Edit], banned: Mapping[str, datetime]
    ) -> None:
        names = list(dict.fromkeys(edit.message_id for edit in edits))

        async def decide() -> list[Write]:
            found = await self._store.get_many([paths.message(chat_id, name) for name in names])
            return silence_edits(chat_id, parse_posts(found).values(), banned)

        await commit_with_retry(self._store, decide, what=f"edits in chat {chat_id}")

    async def _is_silenced(self, post: Post) -> bool:
        """Return whether a banned person edited a message; its deletion is shown all the same."""
        is_deleted = post.message.deleted_at is not None
        return not is_deleted and is_of(post, await self._bans.banned_lately())

    async def _load(
        self, chat_id: str, message_ids: Sequence[str]
    ) -> tuple[ChatState | None, dict[str, Post]]:
        chat, *messages = await self._store.get_many(
            [paths.chat(chat_id), *(paths.message(chat_id, name) for name in message_ids)]
        )
        return parse_chat(chat_id, chat), parse_posts(messages)

    async def _still_queued(self, chat_id: str, message_ids: Sequence[str]) -> list[str]:
        fences = await self._store.get_many(
            [paths.message_queue(chat_id, name) for name in message_ids], select=()
        )
        return [name for name, fence in zip(message_ids, fences, strict=True) if fence is not None]

    async def _give_up(self, chat_id: str, message_ids: Sequence[str]) -> None:
        """Delete fences without a message or chat, so the sweeper does not queue them forever."""
        if not message_ids:
            return
        await self._store.commit(
            [Delete(paths.message_queue(chat_id, name)) for name in message_ids]
        )
        raise PermanentError(
            f"messages {', '.join(message_ids)} of chat {chat_id} are queued, but the message or "
            "the chat does not exist; they were taken off the queue"
        )


def parse_chat(chat_id: str, snapshot: Snapshot | None) -> ChatState | None:
    """Return a chat as read, None if there is none; raise ``PermanentError``."""
    if snapshot is None:
        return None
    try:
        return ChatState(chat_id, Chat.parse(snapshot.fields), snapshot.update_time)
    except ValidationError as error:
        raise PermanentError(f"{snapshot.path} is not a chat: {explain(error)}") from error


def parse_posts(snapshots: Sequence[Snapshot | None]) -> dict[str, Post]:
    """Return the messages that exist, by id; raise ``PermanentError``."""
    return {snapshot.id: _post(snapshot) for snapshot in snapshots if snapshot is not None}


def _post(snapshot: Snapshot) -> Post:
    try:
        return Post(snapshot.id, Message.parse(snapshot.fields))
    except ValidationError as error:
        raise PermanentError(f"{snapshot.path} is not a message: {explain(error)}") from error
