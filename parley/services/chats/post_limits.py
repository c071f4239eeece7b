"""What people may post in the chats of the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from parley.domain.chats.post_paces import PostPaces
from parley.domain.ports import Clock
from parley.services.settings_read_ahead import SettingsReadAhead
from parley.store import OrderBy, Query, Store
from schema import limits, paths
from schema.services import ServiceLimits

_DEFAULT: Final = PostPaces()


class PostLimits(SettingsReadAhead[PostPaces]):
    """The limits of every service that has chosen any. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        chosen = Query(paths.SERVICES, order_by=(OrderBy("limits"),), select=("limits",))
        super().__init__(store=store, clock=clock, chosen=chosen, parse=_paces, default=_DEFAULT)


def _paces(fields: Mapping[str, Any]) -> PostPaces:
    """Return valid limits; invalid ones become the defaults, so that they mute nobody."""
    try:
        chosen = ServiceLimits.parse(fields.get("limits") or {})
    except ValidationError:
        return _DEFAULT
    return PostPaces(
        per_second=chosen.posts_per_second or limits.POSTS_PER_SECOND,
        per_minute=chosen.posts_per_minute or limits.POSTS_PER_MINUTE,
        slow_mode_seconds=chosen.slow_mode_seconds or 0,
    )
