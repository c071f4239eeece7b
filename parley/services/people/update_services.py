"""Change the settings of a service, and what the service knows about a user."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from pydantic import BaseModel

from parley.domain.access import AGENTS, OWNERS, Caller, not_found, require_staff
from parley.domain.people.service_changes import ServiceChange, change_document
from parley.domain.people_requests import UpdateService, UpdateServiceUser
from parley.domain.ports import IdFactory
from parley.store import Store, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.patches import Patch
from schema.reasons import CallableReason
from schema.sending_window import SendingWindow
from schema.services import PushSettings, StaffRole


class UpdateServices:
    """``updateService`` for owners, ``updateServiceUser`` for agents and above."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self._store = store
        self._ids = new_ids

    async def update_service(self, *, caller: Caller, request: UpdateService) -> None:
        """Change the named settings. Existing case chats keep the service's old name."""
        patch = {name: _stored(value) for name, value in request.wanted.items()}
        change = ServiceChange(self._ids.new_id(), request.service_id, caller.id, "serviceUpdated")
        await self._change(
            caller,
            paths.service(request.service_id),
            patch,
            change,
            OWNERS,
            CallableReason.UNKNOWN_SERVICE,
        )

    async def update_user(self, *, caller: Caller, request: UpdateServiceUser) -> None:
        """Change attributes or tags; contact data follows the user's own record."""
        patch = request.wanted
        if request.tags is not None:
            patch |= {"tags": list(dict.fromkeys(request.tags))}
        change = ServiceChange(
            self._ids.new_id(), request.service_id, caller.id, "userUpdated", request.user_id
        )
        await self._change(
            caller,
            paths.service_user(request.service_id, request.user_id),
            patch,
            change,
            AGENTS,
            CallableReason.UNKNOWN_USER,
        )

    async def _change(
        self,
        caller: Caller,
        path: str,
        patch: Patch,
        change: ServiceChange,
        allowed: AbstractSet[StaffRole],
        unknown: CallableReason,
    ) -> None:
        async def decide() -> list[Write]:
            staff, document, applied = await self._store.get_many(
                [paths.staff(change.service_id, change.by), path, change.audit_path]
            )
            require_staff(caller, change.service_id, staff, allowed, field="serviceId")
            if document is None:
                raise not_found(unknown, f"there is no {path}")
            return [] if applied is not None else change_document(document, patch, change)

        await commit_with_retry(self._store, decide, what=path)


def _stored(value: Any) -> Any:
    """Return a setting as it is stored: what was named of it, and of a push's every field."""
    if isinstance(value, PushSettings | SendingWindow):
        return value.model_dump(by_alias=True)
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
    return value
