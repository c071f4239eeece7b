"""Read the service and the role of an SMS job's author."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cachetools import TTLCache

from parley.domain.ports import Clock
from parley.store import Store
from schema import paths

_SECONDS = 10.0
_CACHE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class SmsAuthor:
    """A service's fields, None if there is no such service; and the author's role in it."""

    service: Mapping[str, Any] | None
    role: object


class SmsAuthors:
    """Reads services and roles, and remembers them for ten seconds."""

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._known: TTLCache[tuple[str, str], SmsAuthor] = TTLCache(
            _CACHE_SIZE, _SECONDS, timer=lambda: clock.now().timestamp()
        )

    async def of(self, service_id: str, uid: str, *, may_be_known: bool) -> SmsAuthor:
        """Return a service and somebody's role in it.

        ``may_be_known``: what was read up to ten seconds ago is good enough.
        """
        known = self._known.get((service_id, uid)) if may_be_known else None
        if known is not None:
            return known
        service, staff = await self._store.get_many(
            [paths.service(service_id), paths.staff(service_id, uid)], select=("sms", "role")
        )
        author = SmsAuthor(
            None if service is None else service.fields,
            None if staff is None else staff.fields.get("role"),
        )
        self._known[service_id, uid] = author
        return author
