"""Files in memory: the twin of the adapter for Cloud Storage."""

from __future__ import annotations

from collections.abc import AsyncIterator

from parley.errors import FileMissing


class InMemoryFiles:
    """Files by path, read in chunks of ``chunk_bytes``."""

    def __init__(self, *, chunk_bytes: int = 64 * 1024) -> None:
        self.files: dict[str, bytes] = {}
        self._chunk_bytes = chunk_bytes

    async def open(self, path: str) -> AsyncIterator[bytes]:
        """Yield a file in chunks; raise ``FileMissing``."""
        content = self.files.get(path)
        if content is None:
            raise FileMissing(f"there is no file {path!r}; upload it first")
        for start in range(0, len(content), self._chunk_bytes):
            yield content[start : start + self._chunk_bytes]
