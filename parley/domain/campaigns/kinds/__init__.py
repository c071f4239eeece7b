"""The kinds of campaigns. A new kind is a module here and an entry of ``KINDS``."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from parley.domain.campaigns.kinds.group import GROUP
from parley.domain.campaigns.kinds.kind import (
    Kind,
    Kinds,
    MessageText,
    MessageWriter,
    Person,
    SharedChat,
)
from parley.domain.campaigns.kinds.service_chats import INDIVIDUAL, ONE_WAY

_ALL: Final[tuple[Kind, ...]] = (GROUP, INDIVIDUAL, ONE_WAY)

KINDS: Final[Kinds] = MappingProxyType({kind.name: kind for kind in _ALL})
"""Every kind that this version sends."""

__all__ = ["KINDS", "Kind", "Kinds", "MessageText", "MessageWriter", "Person", "SharedChat"]
