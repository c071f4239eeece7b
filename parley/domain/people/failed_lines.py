"""Remember which lines of an imported file failed, in a bit each. Pure."""

from __future__ import annotations

from collections.abc import Iterator

_ALL = 0xFF


class FailedLines:
    """A set of line numbers. A million lines take 125 KB, whichever of them are in it."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, line: int) -> None:
        """Add a line, in any order."""
        place, bit = divmod(line, 8)
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << bit

    def text(self, longest: int) -> str:
        """Return the lines in order as ``7,12-40``, without the last ones if it were too long."""
        text = bytearray()
        for first, last in self._ranges():
            part = f"{first},".encode() if first == last else f"{first}-{last},".encode()
            if len(text) + len(part) - 1 > longest:
                break
            text += part
        del text[-1:]
        return text.decode()

    def _ranges(self) -> Iterator[tuple[int, int]]:
        first: int | None = None
        for place, byte in enumerate(self._bits):
            # Nearly all bytes are of lines that have the same fate.
            if byte == (0 if first is None else _ALL):
                continue
            for line in range(8 * place, 8 * place + 8):
                has_failed = byte >> line % 8 & 1
                if has_failed and first is None:
                    first = line
                elif not has_failed and first is not None:
                    yield first, line - 1
                    first = None
        if first is not None:
            yield first, 8 * len(self._bits) - 1
