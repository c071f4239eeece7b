"""Puts what cannot be handled where people see it: ``deadLetters`` in the tree."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from parley.domain.errors import StoreRejected
from parley.domain.ports import SERVER_TIME, Received, Set, Store
from schema import ids, paths
from schema.events import QueueName
from schema.reasons import DeadLetterCode

LONGEST_PAYLOAD = 500_000
"""Bytes of a payload that are kept; a document takes 1 MiB and base64 adds a third."""


def derived_id(queue: QueueName, message_id: str) -> str:
    """The id under which a queue message has documents: the same at each delivery."""
    return hashlib.sha256(f"{queue}/{message_id}".encode()).hexdigest()[:32]


class DeadLetters:
    """Writes dead letters. Parking the same message again overwrites its document."""

    def __init__(self, store: Store, queue: QueueName) -> None:
        self._store = store
        self._queue = queue

    async def park(
        self, received: Received, *, code: DeadLetterCode, message: str, service_id: str | None
    ) -> str:
        """Keep the message with its reason; answers the document's id.

        Raises the store's errors: the message is then kept on its queue.
        """
        document_id = derived_id(self._queue, received.message_id)
        fields = {
            "queue": str(self._queue),
            "error": {"code": str(code), "message": message},
            "attempts": received.attempt,
            "firstAt": received.published_at,
            "parkedAt": SERVER_TIME,
        }
        as_map = _map(received.data)
        service_id = service_id or _service_id(as_map)
        if service_id is not None:
            fields["serviceId"] = service_id
        path = paths.dead_letter(document_id)
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
