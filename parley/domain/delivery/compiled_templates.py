"""Compiled templates of emails, kept by what they take in memory. Pure.

A service may have any number of templates that each render twenty others of a megabyte, so their
number bounds nothing.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final

from cachetools import LRUCache

from parley.domain.campaigns.templates import BodyTemplate

_KEPT_BYTES: Final = 16 * 1024 * 1024
_TAG_BYTES: Final = 4_096
"""What a tag or an output takes once it is compiled, about."""

_Texts = tuple[str, tuple[tuple[str, str], ...]]
"""A template's text, and the texts of those that it renders, by name."""


@dataclass(frozen=True, slots=True)
class _Kept:
    template: BodyTemplate
    size: int


class CompiledTemplates:
    """Compiles each template once, as long as there is room for it."""

    def __init__(self, kept_bytes: int = _KEPT_BYTES) -> None:
        self._kept: LRUCache[_Texts, _Kept] = LRUCache(kept_bytes, getsizeof=lambda one: one.size)

    def of(self, text: str, partials: tuple[tuple[str, str], ...]) -> BodyTemplate:
        """Return a compiled template; raise ``TemplateError``."""
        key = text, partials
        kept = self._kept.get(key)
        if kept is not None:
            return kept.template
        template = BodyTemplate(text, dict(partials))
        size = sum(_size_of(one) for one in (text, *(part for _, part in partials)))
        if size <= self._kept.maxsize:
            self._kept[key] = _Kept(template, size)
        return template

    @property
    def kept_bytes(self) -> float:
        """About how much memory the kept templates take."""
        return self._kept.currsize


def _size_of(text: str) -> int:
    """Return what a text takes in memory, as it is written and compiled."""
    return 2 * sys.getsizeof(text) + _TAG_BYTES * (text.count("{{") + text.count("{%"))
