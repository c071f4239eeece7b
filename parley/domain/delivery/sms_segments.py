"""Count the segments of an SMS, as carriers bill them. Pure.

A text whose every character is in the GSM 7-bit default alphabet or its extension table (3GPP TS
23.038, 6.2.1) is sent in it: 160 units in one segment, 153 in each of several. Any other text is
sent in UCS-2: 70 code units, or 67. National shift tables are not used. The two units of an escaped
character, or of a surrogate pair, never fall into different segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["GSM-7", "UCS-2"]

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Each takes two units: an escape and the character."""

_PLAIN: Final = re.compile(f"[{re.escape(''.join(_BASIC))}]*")
_GSM: Final = _BASIC | _EXTENSION
_WHOLE: Final[dict[Encoding, int]] = {"GSM-7": 160, "UCS-2": 70}
_PART: Final[dict[Encoding, int]] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class SmsSize:
    """How a text is sent: ``units`` are septets in GSM-7, and UTF-16 code units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int


def measure_sms(text: str) -> SmsSize:
    """Return the encoding, the units and the number of segments; an empty text takes one."""
    if _PLAIN.fullmatch(text):
        # No escaped pair can straddle a border, so the text need not be walked.
        units = len(text)
        return SmsSize("GSM-7", units, 1 if units <= 160 else -(-units // 153))
    encoding: Encoding = "GSM-7" if _GSM.issuperset(text) else "UCS-2"
    sizes = list(_units(text, encoding))
    units = sum(sizes)
    if units <= _WHOLE[encoding]:
        return SmsSize(encoding, units, 1)
    segments, left = 1, _PART[encoding]
    for size in sizes:
        if size > left:
            segments, left = segments + 1, _PART[encoding]
        left -= size
    return SmsSize(encoding, units, segments)


def _units(text: str, encoding: Encoding) -> Iterator[int]:
    """Yield the units of each character, which stay together."""
    if encoding == "GSM-7":
        return (2 if character in _EXTENSION else 1 for character in text)
    return (2 if ord(character) > 0xFFFF else 1 for character in text)
