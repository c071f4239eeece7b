"""Read which chats of a person have unread messages of a service, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parley.domain.delivery.digests import UnreadChat, is_told_of
from parley.store import OrderBy, Query, Snapshot, Store, Where
from schema import ids, paths
from schema.push_tokens import PushTokens
from schema.receipts import ReadReceipt
from schema.user_chats import UserChat

_ROWS = 50
"""The most chats that one digest looks at, those with the latest messages."""

_MESSAGES = (1, 10)
"""How many messages of a chat are read for the first one that was not deleted: most often one."""

_MOST_UNHEARD = 10
"""Firestore takes ten values of ``not-in``: the person, the system, and those whom they block."""

_TICK = timedelta(microseconds=1)
"""The smallest difference of two times in the store."""


@dataclass(frozen=True, slots=True)
class SeenRows:
    """A person's rows with messages since some time: those that are unread, by chat id.

    ``receipts`` are of all chats of the service among the rows, read or not.
    """

    uid: str
    service_id: str
    unread: dict[str, UserChat] = field(default_factory=dict)
    receipts: dict[str, ReadReceipt] = field(default_factory=dict)


class UnreadChats:
    """Reads rows, receipts and the first unread message of each chat."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def rows(
        self, uid: str, service_id: str, since: datetime, held: PushTokens | None, now: datetime
    ) -> SeenRows:
        """Read the rows with messages since this time: two reads for each, one if there is none.

        ``held`` has the person's mutes.
        """
        query = Query(
            paths.user_chats(uid),
            where=(Where("updatedAt", ">=", since),),
            order_by=(OrderBy("updatedAt", descending=True),),
            limit=_ROWS,
        )
        rows = {
            snapshot.id: row
            async for page in self._store.stream(query)
            for snapshot in page
            if (row := UserChat.parse_or_none(snapshot.fields)) is not None
            and row.service_id == service_id
        }
        receipts = await self._receipts(uid, list(rows))
        unread = {
            chat_id: row
            for chat_id, row in rows.items()
            if is_told_of(chat_id, row, service_id, held, now)
        }
        return SeenRows(uid, service_id, unread, receipts)

    async def chats(self, seen: SeenRows, since: datetime, service_name: str) -> list[UnreadChat]:
        """Return the chats with unread messages since this time, the latest first.

        A read for each chat, another for a group, and another if a person wrote first: nobody is
        told of those whom they block.
        """
        titles = await self._titles(seen, service_name)
        found = []
        for chat_id, row in seen.unread.items():
            receipt = seen.receipts.get(chat_id)
            after = since - _TICK if receipt is None else max(since - _TICK, receipt.read_to)
            oldest = await self._oldest(chat_id, seen.uid, after)
            if oldest is not None:
                count = row.message_count - row.read_count
                found.append(UnreadChat(chat_id, row.kind, count, oldest, titles.get(chat_id)))
        return found

    async def _oldest(self, chat_id: str, uid: str, after: datetime) -> datetime | None:
        unheard = [uid, ids.SYSTEM_SENDER]
        while len(unheard) <= _MOST_UNHEARD:
            oldest = await self._oldest_but(unheard, chat_id, after)
            if oldest is None:
                return None
            sender = oldest.fields.get("senderId")
            if not await self._blocks(uid, sender):
                return _posted_at(oldest)
            unheard.append(str(sender))
        return None

    async def _blocks(self, uid: str, sender: object) -> bool:
        if not isinstance(sender, str) or ids.service_of_member(sender) is not None:
            return False
        path = paths.user_block(uid, sender)
        return (await self._store.get_many([path], select=()))[0] is not None

    async def _oldest_but(
        self, unheard: Sequence[str], chat_id: str, after: datetime
    ) -> Snapshot | None:
        """Return the first message of others than these that was not deleted."""
        for limit in _MESSAGES:
            found = await self._following(chat_id, unheard, after, limit)
            for message in found:
                if message.fields.get("deletedAt") is None and _posted_at(message) is not None:
                    return message
            if len(found) < limit:
                break
        return None

    async def _following(
        self, chat_id: str, unheard: Sequence[str], after: datetime, limit: int
    ) -> list[Snapshot]:
        query = Query(
            paths.messages(chat_id),
            where=(
                Where("senderId", "not-in", list(unheard)),
                Where("createdAt", ">", after),
            ),
            order_by=(OrderBy("createdAt"),),
            limit=limit,
            select=("createdAt", "deletedAt", "senderId"),
        )
        return [message async for page in self._store.stream(query) for message in page]

    async def _receipts(self, uid: str, chat_ids: Sequence[str]) -> dict[str, ReadReceipt]:
        if not chat_ids:
            return {}
        found = await self._store.get_many(
            [paths.read_receipt(chat_id, uid) for chat_id in chat_ids]
        )
        return {
            chat_id: receipt
            for chat_id, snapshot in zip(chat_ids, found, strict=True)
            if snapshot is not None
            and (receipt := ReadReceipt.parse_or_none(snapshot.fields)) is not None
        }

    async def _titles(self, seen: SeenRows, service_name: str) -> Mapping[str, str]:
        """Return the titles of chats that the service's staff may read: cases, and its groups."""
        titles = {
            chat_id: row.title or service_name
            for chat_id, row in seen.unread.items()
            if row.kind == "case"
        }
        groups = [
            (chat_id, row.title)
            for chat_id, row in seen.unread.items()
            if row.kind == "group" and row.title
        ]
        if groups:
            dashboard = ids.service_member(seen.service_id)
            members = await self._store.get_many(
                [paths.chat_member(chat_id, dashboard) for chat_id, _ in groups], select=()
            )
            titles |= {
                chat_id: title
                for (chat_id, title), member in zip(groups, members, strict=True)
                if member is not None and title is not None
            }
        return titles


def _posted_at(message: Snapshot) -> datetime | None:
    created_at = message.fields.get("createdAt")
    return created_at if isinstance(created_at, datetime) else None
