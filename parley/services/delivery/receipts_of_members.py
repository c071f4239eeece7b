"""How far the members of a chat have read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from parley.store import Store
from schema import paths
from schema.receipts import ReadReceipt


async def read_times(store: Store, chat_id: str, uids: Collection[str]) -> dict[str, datetime]:
    """Return the ``readTo`` of these people, as far as they have a receipt; one read each."""
    times = await read_times_of(store, [(chat_id, uid) for uid in uids])
    return {uid: time for (_, uid), time in times.items()}


async def read_times_of(
    store: Store, people: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], datetime]:
    """Return the ``readTo`` of people in chats, given as chat and uid; one read each."""
    if not people:
        return {}
    receipts = await store.get_many([paths.read_receipt(chat_id, uid) for chat_id, uid in people])
    return {
        one: parsed.read_to
        for one, receipt in zip(people, receipts, strict=True)
        if receipt is not None and (parsed := ReadReceipt.parse_or_none(receipt.fields)) is not None
    }
