"""Everything that arrived at a stand-in, in order: what the outside world saw.

Requests and answers are kept as the JSON they travelled as. A campaign to 100,000 people is then
some tens of megabytes, and reading it back re-encodes nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One call: when it arrived, its body and its answer (both JSON) and the answer's status."""

    at: float
    request: bytes
    status: int
    response: bytes

    def to_json(self) -> bytes:
        at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        return b'{"at":"%b","request":%b,"status":%d,"response":%b}' % (
            at.replace("+00:00", "Z").encode(),
            self.request,
            self.status,
            self.response,
        )


class Journal:
    """The calls since the start, or since it was last cleared."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entry: Entry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()

    def chunks(self, after: int = 0, size: int = 1000) -> Iterator[bytes]:
        """A JSON list of the entries behind the first `after` ones, piece by piece."""
        entries = self._entries[after:]
        yield b"["
        for start in range(0, len(entries), size):
            piece = b",".join(entry.to_json() for entry in entries[start : start + size])
            yield b"," + piece if start else piece
        yield b"]"


def to_bytes(value: Any) -> bytes:
    """Compact JSON, as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
