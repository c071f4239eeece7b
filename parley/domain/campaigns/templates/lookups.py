"""Resolve paths such as ``user.attributes['city']``.

A step is a field, an item, or one of the properties ``size``, ``first`` and ``last``, so no path
reaches into Python.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from liquid.builtin.expressions import Path

from parley.domain.campaigns.templates.lists import first, last, measure

_BARE = re.compile(r"[\s.]*[\w-]+\??")
_BRACKETED = re.compile(r"\s*\[")
_QUOTED_OR_BRACKET = re.compile(r"""'[^']*'|"[^"]*"|[][]""")


def bare_segments(expression: Path) -> list[bool]:
    """Return for each segment whether it is written without brackets; the parser does not keep it.

    ``.size`` may be a property, but ``['size']`` is always a field.
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


def follow(value: object, steps: Sequence[tuple[object, bool]]) -> object:
    """Return the value at the end of the steps, or None if a step leads nowhere.

    A step is a key, and whether it is written without brackets.
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
    """Return the value's ``.size``, ``.first`` or ``.last``, or None."""
    if name == "size":
        return measure(value)
    if name == "first":
        return first(value)
    return last(value) if name == "last" else None
