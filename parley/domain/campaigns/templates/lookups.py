"""Paths such as ``user.attributes['city']``: how their steps are written, and where they lead.

Only fields, items and the three properties ``size``, ``first`` and ``last`` can be named, so no
path reaches anything of the host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from liquid.builtin.expressions import Path

from parley.domain.campaigns.templates.lists import first, last, size_of

_BARE = re.compile(r"[\s.]*[\w-]+\??")
_BRACKETED = re.compile(r"\s*\[")
_QUOTED_OR_BRACKET = re.compile(r"""'[^']*'|"[^"]*"|[][]""")


def bare_segments(expression: Path) -> list[bool]:
    """Tell of each segment whether it stands without brackets, which the parser does not keep.

    ``.size`` may be a property, and ``['size']`` is always a field.
    """
    source, at = expression.token.source, expression.token.start_index
    bare = []
    for _ in expression.path:
        bracketed = _BRACKETED.match(source, at)
        found = None if bracketed else _BARE.match(source, at)
        at = _after_bracket(source, at) if bracketed else found.end() if found else at
        bare.append(not bracketed)
    return bare


def _after_bracket(source: str, at: int) -> int:
    depth = 0
    for found in _QUOTED_OR_BRACKET.finditer(source, at):
        depth += {"[": 1, "]": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return at


def followed(value: object, steps: Sequence[tuple[object, bool]]) -> object:
    """Return where the steps lead from a value, or None where a step leads nowhere.

    A step is a key, and whether it stands without brackets.
    """
    for key, is_bare in steps:
        if value is None:
            return None
        if isinstance(value, Mapping) and isinstance(key, str) and key in value:
            value = value[key]
        elif isinstance(value, list | tuple) and type(key) is int:
            value = value[key] if -len(value) <= key < len(value) else None
        else:
            value = _property(value, key) if is_bare else None
    return value


def _property(value: object, name: object) -> object:
    """Return ``.size``, ``.first`` or ``.last`` of what has it."""
    if name == "size":
        return size_of(value)
    if name == "first":
        return first(value)
    return last(value) if name == "last" else None
