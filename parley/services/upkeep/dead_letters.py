"""Stores messages that cannot be handled under ``deadLetters``, where people see them."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from typing import Any

from parley.domain.ports import Received
from parley.errors import StoreRejected
from parley.store import SERVER_TIME, Set, Store
from schema import ids, paths
from schema.dead_letters import dead_letter_fields
from schema.events import Payload, QueueName
from schema.reasons import DeadLetterCode

MAX_PAYLOAD_BYTES = 500_000
"""Bytes of a payload that are kept. A document holds 1 MiB, and base64 adds a third."""


def derived_id(queue: QueueName, name: str) -> str:
    """Return the id of a message's documents, the same at each delivery.

    ``name`` is the message's id or its payload.
    """
    return hashlib.sha256(f"{queue}/{name}".encode()).hexdigest()[:32]


class DeadLetters:
    """Writes one dead letter for each payload, or for each message that cannot be decoded.

    A payload that the sweeper publishes again and that fails again replaces its dead letter.
    """

    def __init__(self, store: Store, queue: QueueName) -> None:
        self._store = store
        self._queue = queue

    async def store(
        self, received: Received, *, code: DeadLetterCode, error: str, payload: Payload | None
    ) -> str:
        """Store the message with its reason, and return the document's id.

        Raises the store's errors; the message must then stay on its queue.
        """
        name = payload.model_dump_json() if payload else received.message_id
        document_id = derived_id(self._queue, name)
        as_map = _map(received.data)
        path = paths.dead_letter(document_id)
        (earlier,) = await self._store.get_many([path], select=("firstAt",))
        first_at = received.published_at
        if earlier is not None:
            first_at = min(first_at, earlier.fields["firstAt"])
        fields = partial(
            dead_letter_fields,
            queue=self._queue,
            code=code,
            message=error,
            attempts=max(1, received.attempt),
            first_at=first_at,
            parked_at=SERVER_TIME,
            service_id=payload.silo if payload else _service_id(as_map),
        )
        if as_map is not None:
            try:
                await self._store.commit([Set(path, fields(payload=as_map))])
                return document_id
            except (StoreRejected, ValueError, TypeError, ArithmeticError):
                # Firestore cannot hold lists in lists, huge numbers or lone surrogates.
                pass
        await self._store.commit([Set(path, fields(payload=_text(received.data)))])
        return document_id


def _map(data: bytes) -> dict[str, Any] | None:
    if len(data) > MAX_PAYLOAD_BYTES:
        return None
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _service_id(payload: dict[str, Any] | None) -> str | None:
    """Return the service of a malformed payload, so that its owner sees the dead letter."""
    service_id = payload.get("serviceId") if payload else None
    return service_id if isinstance(service_id, str) and ids.is_name(service_id) else None


def _text(data: bytes) -> str:
    """Return the data as text, or in base64 if it is no UTF-8; cut to what is kept."""
    try:
        # A character takes up to four bytes.
        return data.decode()[: MAX_PAYLOAD_BYTES // 4]
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data[:MAX_PAYLOAD_BYTES]).decode()
