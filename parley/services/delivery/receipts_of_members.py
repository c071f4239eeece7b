"""How far the members of a chat have read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from parley.store import Store
from schema import paths
from schema.receipts import ReadReceipt


async def read_times(store: Store, chat_id: str, uids: Collection[str]) -> dict[str, datetime]:
    """Return the ``readTo`` of these people, as far as they have a receipt; one read each."""
    if not uids:
        return {}
    ordered = list(uids)
    receipts = await store.get_many([paths.read_receipt(chat_id, uid) for uid in ordered])
    return {
        uid: parsed.read_to
        for uid, receipt in zip(ordered, receipts, strict=True)
        if receipt is not None and (parsed := ReadReceipt.parse_or_none(receipt.fields)) is not None
    }
