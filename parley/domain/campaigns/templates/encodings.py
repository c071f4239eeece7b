"""Filters that encode a text for HTML, a URL or base64, and back."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote_plus, unquote_to_bytes

from parley.domain.campaigns.templates.liquid_values import describe, to_text
from parley.domain.campaigns.templates.refusals import Refused
from parley.domain.campaigns.templates.rendering import Rendering, escape_html

_NOT_YET_ESCAPED = re.compile(r"""["><']|&(?!(?:[a-zA-Z]+|#[0-9]+);)""")
_BLOCKS = (("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"))


def escape(run: Rendering, value: object) -> object:
    return None if value is None else run.html(escape_html(to_text(value)))


def escape_once(run: Rendering, value: object) -> object:
    """Escape the text, but keep what is already escaped: ``&lt;`` stays ``&lt;``."""
    return run.html(_NOT_YET_ESCAPED.sub(lambda found: escape_html(found[0]), to_text(value)))


def strip_html(run: Rendering, value: object) -> object:
    """Remove tags, comments, scripts and styles; escaped characters stay escaped."""
    return _without(_without_blocks(to_text(value)), "<", ">")


def _without_blocks(text: str) -> str:
    """Remove comments, scripts and styles; if two overlap, the one that begins first."""
    kept, at = [], 0
    begins = {pair: text.find(pair[0]) for pair in _BLOCKS}
    while open_blocks := [(begin, pair) for pair, begin in begins.items() if begin >= 0]:
        begin, (start, end) = min(open_blocks)
        stop = text.find(end, begin + len(start))
        if stop < 0:
            # It never ends, so no later one does.
            begins[start, end] = -1
            continue
        kept.append(text[at:begin])
        at = stop + len(end)
        for pair, found in begins.items():
            if 0 <= found < at:
                begins[pair] = text.find(pair[0], at)
    return "".join(kept) + text[at:]


def _without(text: str, start: str, end: str) -> str:
    kept, at = [], 0
    while (begin := text.find(start, at)) >= 0 and (stop := text.find(end, begin)) >= 0:
        kept.append(text[at:begin])
        at = stop + len(end)
    return "".join(kept) + text[at:]


def url_encode(run: Rendering, value: object) -> object:
    return None if value is None else quote_plus(to_text(value), safe="")


def url_decode(run: Rendering, value: object) -> object:
    if value is None:
        return None
    text = to_text(value)
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError as error:
        raise Refused(f"{describe(text)} holds an invalid sequence of bytes") from error


def base64_encode(run: Rendering, value: object) -> object:
    return base64.b64encode(to_text(value).encode()).decode()


def base64_url_safe_encode(run: Rendering, value: object) -> object:
    return base64.urlsafe_b64encode(to_text(value).encode()).decode()


def base64_decode(run: Rendering, value: object) -> object:
    return _decoded(to_text(value))


def base64_url_safe_decode(run: Rendering, value: object) -> object:
    text = to_text(value).replace("-", "+").replace("_", "/")
    return _decoded(text if text.endswith("=") else text + "=" * (-len(text) % 4))


def _decoded(text: str) -> str:
    try:
        decoded = base64.b64decode(text, validate=True)
        # Python ignores surplus bits of the last character, but each text has only one encoding.
        if base64.b64encode(decoded).decode() != text:
            raise Refused(f"{describe(text)} is not valid base64")
        return decoded.decode()
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise Refused(f"{describe(text)} is not valid base64") from error
