"""A service's settings, and what it knows of a person, as its staff change them."""

from __future__ import annotations

from typing import Any

from parley.domain.access import Refused
from parley.domain.chats.chat import AGENTS
from parley.domain.people.service_changes import ServiceChange, changed
from parley.domain.ports import IdFactory
from parley.domain.requests import UpdateService, UpdateServiceUser
from parley.services.decided_commits import commit_decided
from parley.store import Snapshot, Store, Write
from schema import paths
from schema.reasons import CallableReason
from schema.services import Staff, StaffRole

_OWNERS: frozenset[StaffRole] = frozenset({"owner"})


class UpdateServices:
    """``updateService`` by the service's owner, ``updateServiceUser`` by whoever answers there."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self._store = store
        self._ids = new_ids

    async def update_service(self, *, uid: str, request: UpdateService) -> None:
        """Change the settings that are named. Case chats keep the name that they began with."""
        wanted = {
            name: value.model_dump(by_alias=True) if hasattr(value, "model_dump") else value
            for name, value in request.wanted.items()
        }
        change = ServiceChange(self._ids.new_id(), request.service_id, uid, "serviceUpdated")
        path = paths.service(request.service_id)
        await self._change(path, wanted, change, _OWNERS, CallableReason.UNKNOWN_SERVICE)

    async def update_user(self, *, uid: str, request: UpdateServiceUser) -> None:
        """Change attributes or tags; contact data follows the person's own record."""
        wanted = request.wanted
        if "tags" in wanted:
            wanted["tags"] = list(dict.fromkeys(wanted["tags"]))
        change = ServiceChange(
            self._ids.new_id(), request.service_id, uid, "userUpdated", request.user_id
        )
        path = paths.service_user(request.service_id, request.user_id)
        await self._change(path, wanted, change, AGENTS, CallableReason.UNKNOWN_USER)

    async def _change(
        self,
        path: str,
        wanted: dict[str, Any],
        change: ServiceChange,
        allowed: frozenset[StaffRole],
        missing: CallableReason,
    ) -> None:
        async def decide() -> list[Write]:
            staff, held, done = await self._store.get_many(
                [paths.staff(change.service_id, change.by), path, change.audit_path]
            )
            self._check(staff, change.service_id, allowed)
            if held is None:
                raise Refused("not-found", missing, f"there is no {path}")
            return [] if done is not None else changed(held, wanted, change)

        await commit_decided(self._store, decide, what=path)

    def _check(
        self, staff: Snapshot | None, service_id: str, allowed: frozenset[StaffRole]
    ) -> None:
        if staff is None or Staff.parse(staff.fields).role not in allowed:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_STAFF,
                f"serviceId: this is for the {', '.join(sorted(allowed))} of {service_id!r}",
            )
