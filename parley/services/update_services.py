"""A service's settings, and what it knows of a person, as its staff change them."""

from __future__ import annotations

from typing import Any

from parley.domain.chat_changes import AGENTS
from parley.domain.errors import CommitOutcomeUnknown, Conflict, Refused
from parley.domain.ports import DELETE_FIELD, Snapshot, Store, Update, UpdatedAt
from parley.domain.requests import UpdateService, UpdateServiceUser
from schema import paths
from schema.reasons import CallableReason
from schema.services import Staff

_TRIES = 8


class UpdateServices:
    """``updateService`` by the service's owner, ``updateServiceUser`` by whoever answers there."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def update_service(self, *, uid: str, request: UpdateService) -> None:
        """Change the settings that are named. Case chats keep the name that they began with."""
        path = paths.service(request.service_id)
        wanted = {
            name: value.model_dump(by_alias=True) if hasattr(value, "model_dump") else value
            for name, value in request.wanted.items()
        }
        allowed = frozenset({"owner"})
        await self._change(
            path, wanted, uid, request.service_id, allowed, CallableReason.UNKNOWN_SERVICE
        )

    async def update_user(self, *, uid: str, request: UpdateServiceUser) -> None:
        """Change attributes or tags; contact data follows the person's own record."""
        path = paths.service_user(request.service_id, request.user_id)
        wanted = request.wanted
        if "tags" in wanted:
            wanted["tags"] = list(dict.fromkeys(wanted["tags"]))
        await self._change(
            path, wanted, uid, request.service_id, AGENTS, CallableReason.UNKNOWN_USER
        )

    async def _change(
        self,
        path: str,
        wanted: dict[str, Any],
        uid: str,
        service_id: str,
        allowed: frozenset[Any],
        missing: CallableReason,
    ) -> None:
        for _ in range(_TRIES):
            staff, held = await self._store.get_many([paths.staff(service_id, uid), path])
            self._check(staff, service_id, allowed)
            if held is None:
                raise Refused("not-found", missing, f"there is no {path}")
            new = {
                name: DELETE_FIELD if value is None else value
                for name, value in wanted.items()
                if held.fields.get(name) != value
            }
            if not new:
                return
            try:
                await self._store.commit([Update(path, new, UpdatedAt(held.update_time))])
            except (Conflict, CommitOutcomeUnknown):
                continue
            return
        raise Refused(
            "aborted", CallableReason.CONTENDED, f"{path} is being changed by others; try again"
        )

    def _check(self, staff: Snapshot | None, service_id: str, allowed: frozenset[Any]) -> None:
        if staff is None or Staff.parse(staff.fields).role not in allowed:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_STAFF,
                f"serviceId: this is for the {', '.join(sorted(allowed))} of {service_id!r}",
            )
