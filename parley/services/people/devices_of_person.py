"""``devicesOf``: the devices on which a person gets pushes, as staff of a service see them."""

from __future__ import annotations

from typing import Any

from parley.domain.access import STAFF, Caller, not_in_service, require_staff
from parley.domain.people.known_devices import known_devices
from parley.domain.people_requests import DevicesOf
from parley.store import Store
from schema import paths
from schema.push_tokens import PushTokens


class DevicesOfPerson:
    """Three reads: the caller's role, the person's record, and their devices."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def find(self, *, caller: Caller, request: DevicesOf) -> dict[str, Any]:
        """Return up to 20 devices of one of the service's people, for staff of any role.

        Refuse people of other services as those who do not exist.
        """
        service_id, uid = request.service_id, request.user_id
        staff, person = await self._store.get_many(
            [paths.staff(service_id, caller.id), paths.service_user(service_id, uid)],
            select=("role", "displayName"),
        )
        require_staff(caller, service_id, staff, STAFF, field="serviceId")
        if person is None:
            raise not_in_service(uid, service_id)
        (held,) = await self._store.get_many([paths.push_tokens(uid)], select=("devices",))
        tokens = PushTokens() if held is None else PushTokens.readable(held.fields)
        return {"devices": known_devices(tokens)}
