"""Remove dead devices from the documents of their people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parley.domain.delivery.push import Device
from parley.errors import Conflict
from parley.store import DELETE_FIELD, Snapshot, Store, Update, UpdatedAt
from schema.patches import PathPatch
from schema.push_tokens import PushTokens, remove_device_patch


class DeadDevices:
    """Removes devices, in one write for each person."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def forget(self, held: Mapping[str, Snapshot], devices: Iterable[Device]) -> None:
        """Remove these devices, unless their tokens have changed since; ``held`` is by person."""
        dead: dict[str, dict[str, str]] = {}
        for device in devices:
            dead.setdefault(device.uid, {})[device.installation_id] = device.token
        for uid, tokens in dead.items():
            await self._forget(held[uid], tokens)

    async def _forget(self, snapshot: Snapshot, dead: Mapping[str, str]) -> None:
        current: Snapshot | None = snapshot
        while current is not None:
            gone = [
                installation_id
                for installation_id, device in PushTokens.readable(current.fields).devices.items()
                if dead.get(installation_id) == device.token
            ]
            if not gone:
                return
            removal: PathPatch = {}
            for installation_id in gone:
                removal |= remove_device_patch(installation_id, DELETE_FIELD)
            try:
                await self._store.commit(
                    [Update(current.path, removal, UpdatedAt(current.update_time))]
                )
            except Conflict:
                (current,) = await self._store.get_many([current.path])
            else:
                return
