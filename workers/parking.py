"""Puts what cannot be handled where people see it: ``deadLetters`` in the tree."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from parley.domain.ports import Received
from parley.errors import StoreRejected
from parley.store import SERVER_TIME, Set, Store
from schema import ids, paths
from schema.events import Payload, QueueName
from schema.reasons import DeadLetterCode

LONGEST_PAYLOAD = 500_000
"""Bytes of a payload that are kept; a document takes 1 MiB and base64 adds a third."""


def derived_id(queue: QueueName, name: str) -> str:
    """The id under which a queue message has documents: the same at each delivery.

    ``name``: the message's id, or what it asks for.
    """
    return hashlib.sha256(f"{queue}/{name}".encode()).hexdigest()[:32]


class DeadLetters:
    """Writes dead letters, one a message, or a payload where it is understood.

    So what is published again (the sweeper brings back what stands undone) and parked again takes
    the place of its former document.
    """

    def __init__(self, store: Store, queue: QueueName) -> None:
        self._store = store
        self._queue = queue

    async def park(
        self, received: Received, *, code: DeadLetterCode, message: str, payload: Payload | None
    ) -> str:
        """Keep the message with its reason; answers the document's id.

        Raises the store's errors: the message is then kept on its queue.
        """
        name = payload.model_dump_json() if payload else received.message_id
        document_id = derived_id(self._queue, name)
        fields = {
            "queue": str(self._queue),
            "error": {"code": str(code), "message": message},
            "attempts": max(1, received.attempt),
            "firstAt": received.published_at,
            "parkedAt": SERVER_TIME,
        }
        as_map = _map(received.data)
        service_id = payload.silo if payload else _service_id(as_map)
        if service_id is not None:
            fields["serviceId"] = service_id
        path = paths.dead_letter(document_id)
        (parked_before,) = await self._store.get_many([path], select=("firstAt",))
        if parked_before is not None:
            fields["firstAt"] = min(fields["firstAt"], parked_before.fields["firstAt"])
        if as_map is not None:
            try:
                await self._store.commit([Set(path, {**fields, "payload": as_map})])
                return document_id
            except (StoreRejected, ValueError, TypeError, ArithmeticError):
                # JSON that Firestore cannot hold: lists in lists, huge numbers, lone surrogates.
                pass
        await self._store.commit([Set(path, {**fields, "payload": _text(received.data)})])
        return document_id


def _map(data: bytes) -> dict[str, Any] | None:
    if len(data) > LONGEST_PAYLOAD:
        return None
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _service_id(payload: dict[str, Any] | None) -> str | None:
    """The service of a payload that is malformed otherwise, so that its owner sees it."""
    told = payload.get("serviceId") if payload else None
    return told if isinstance(told, str) and ids.is_name(told) else None


def _text(data: bytes) -> str:
    """The text as it came, or base64 where it is none; cut where it is too long."""
    try:
        # A character takes up to four bytes.
        return data.decode()[: LONGEST_PAYLOAD // 4]
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data[:LONGEST_PAYLOAD]).decode()
