"""The kinds of campaigns. A new kind is a module here and an entry of ``KINDS``."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from parley.domain.campaigns.kinds.individual import Individual
from parley.domain.campaigns.kinds.kind import Kind, Kinds, MessageText, MessageWriter, Person

KINDS: Final[Kinds] = MappingProxyType({kind.name: kind for kind in (Individual(),)})
"""Every kind that this version sends."""

__all__ = ["KINDS", "Kind", "Kinds", "MessageText", "MessageWriter", "Person"]
