"""How the services want their pushes to sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from parley.domain.delivery.push import DEFAULT_SETTINGS
from parley.domain.ports import Clock
from parley.services.settings_read_ahead import SettingsReadAhead
from parley.store import OrderBy, Query, Store
from schema import paths
from schema.services import PushSettings


class ServicePushSettings(SettingsReadAhead[PushSettings]):
    """The push settings of every service that has any. One instance a process."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        chosen = Query(paths.SERVICES, order_by=(OrderBy("push"),), select=("push",))
        super().__init__(
            store=store, clock=clock, chosen=chosen, parse=_settings, default=DEFAULT_SETTINGS
        )


def _settings(fields: Mapping[str, Any]) -> PushSettings:
    """Return valid settings; invalid ones become the defaults, so that they silence nobody."""
    try:
        return PushSettings.parse(fields.get("push") or {})
    except ValidationError:
        return DEFAULT_SETTINGS
