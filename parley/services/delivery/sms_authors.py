"""Read the service and the role of an SMS job's author."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cachetools import TTLCache

from parley.domain.ports import Clock
from parley.services.people.bans import Bans
from parley.store import Store
from schema import paths

_SECONDS = 10.0
_CACHE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class SmsAuthor:
    """A service's fields, None if there is no such service; and the author's role in it.

    The role is ``BANNED`` of somebody who is banned.
    """

    service: Mapping[str, Any] | None
    role: object


class SmsAuthors:
    """Reads services and roles, and remembers them for ten seconds."""

    def __init__(self, *, store: Store, bans: Bans, clock: Clock) -> None:
        self._store = store
        self._bans = bans
        self._known: TTLCache[tuple[str, str], SmsAuthor] = TTLCache(
            _CACHE_SIZE, _SECONDS, timer=lambda: clock.now().timestamp()
        )

    async def of(
        self, service_id: str, uid: str, *, may_be_known: bool, written_at: datetime | None
    ) -> SmsAuthor:
        """Return a service and somebody's role in it.

        ``may_be_known``: what was read up to ten seconds ago is good enough. ``written_at``: when
        the author wrote what asks for it, None if nobody knows.
        """
        known = self._known.get((service_id, uid)) if may_be_known else None
        if known is not None:
            return known
        service, staff = await self._store.get_many(
            [paths.service(service_id), paths.staff(service_id, uid)], select=("sms", "role")
        )
        role = None if staff is None else staff.fields.get("role")
        author = SmsAuthor(
            None if service is None else service.fields,
            await self._bans.role_of_author(uid, role, written_at=written_at),
        )
        self._known[service_id, uid] = author
        return author
