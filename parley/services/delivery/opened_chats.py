"""Hold pushes back from people who were added without being asked, until they open the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from parley.domain.chats.chat_state import ChatState
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import DELETE_FIELD, Snapshot, Store, Update, Write
from schema import paths
from schema.chats import unopened_patch
from schema.memberships import member_patch, unopened_since
from schema.receipts import ReadReceipt


class OpenedChats:
    """Tells who has opened a group that they were added to by the policy ``open``.

    Costs a read for each such person and message, until they have opened the group, which is then
    noted once. Nobody else costs anything.
    """

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def among(
        self, state: ChatState, members: list[str], found: Sequence[Snapshot | None] = ()
    ) -> list[str]:
        """Return the members who may be rung; ``found`` are member documents of a large group."""
        added = dict(state.chat.unopened or {})
        for snapshot in found:
            since = None if snapshot is None else unopened_since(snapshot.fields)
            if snapshot is not None and since is not None:
                added[snapshot.id] = since
        waiting = [uid for uid in members if uid in added]
        if not waiting:
            return members
        opened = await self._opened(state.id, waiting, added)
        await self._note(state, opened)
        left = frozenset(waiting) - opened
        return [uid for uid in members if uid not in left]

    async def _opened(
        self, chat_id: str, uids: Sequence[str], added: Mapping[str, datetime]
    ) -> frozenset[str]:
        """Return who has seen the group since they were added."""
        receipts = await self._store.get_many([paths.read_receipt(chat_id, uid) for uid in uids])
        return frozenset(
            uid
            for uid, receipt in zip(uids, receipts, strict=True)
            if receipt is not None
            and (parsed := ReadReceipt.parse_or_none(receipt.fields)) is not None
            and parsed.read_to >= added[uid]
        )

    async def _note(self, state: ChatState, opened: frozenset[str]) -> None:
        """Forget that these had not opened the group; the next message does what is lost here."""
        listed = sorted(opened.intersection(state.chat.unopened or {}))
        writes: list[Write] = [
            Update(paths.chat_member(state.id, uid), member_patch(unopened=DELETE_FIELD))
            for uid in sorted(opened.difference(listed))
        ]
        if listed:
            writes.append(Update(paths.chat(state.id), unopened_patch(listed, DELETE_FIELD)))
        for write in writes:
            try:
                await self._store.commit([write])
            except (Conflict, CommitOutcomeUnknown):
                continue
