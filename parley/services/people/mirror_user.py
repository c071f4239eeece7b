"""Mirror a user's own record into every service that knows them."""

from __future__ import annotations

from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    ArrayUnion,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from schema import ids, paths
from schema.users import IMPORTED_FIELDS, User, mirrored_fields, service_user_fields, user_patch

_ATTEMPTS = 5


class MirrorUser:
    """Copies contact fields from ``users/{uid}`` to ``services/*/users/{uid}``.

    It reads the record itself, so events that arrive twice, late or out of order converge on the
    same documents.
    """

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def mirror(self, uid: str) -> None:
        """Update every service to the current record; raise ``Conflict`` when others keep winning.

        No-op for a user without a record.
        """

        async def decide() -> list[Write]:
            (record,) = await self._store.get_many([paths.user(uid)])
            if record is None:
                return []
            user = User.parse(record.fields)
            services = list(dict.fromkeys([ids.DEFAULT_SERVICE, *(user.service_ids or ())]))
            mirrors = await self._store.get_many(
                [paths.service_user(service_id, uid) for service_id in services]
            )
            writes = [
                write
                for service_id, mirror in zip(services, mirrors, strict=True)
                if (write := _mirror_write(service_id, uid, record, user, mirror)) is not None
            ]
            if ids.DEFAULT_SERVICE not in (user.service_ids or ()):
                patch = user_patch(service_ids=ArrayUnion((ids.DEFAULT_SERVICE,)))
                writes.append(Update(record.path, patch, UpdatedAt(record.update_time)))
            return writes

        await commit_with_retry(self._store, decide, what=f"user {uid}", attempts=_ATTEMPTS)


def _mirror_write(
    service_id: str, uid: str, record: Snapshot, user: User, mirror: Snapshot | None
) -> Write | None:
    """Return the write that brings one service up to date, None if it already is."""
    path = paths.service_user(service_id, uid)
    if mirror is None:
        fields = service_user_fields(uid=uid, user=record.fields, created_at=user.created_at)
        return Set(path, fields, MUST_NOT_EXIST)
    before = mirror.fields.get(IMPORTED_FIELDS)
    imported = before if isinstance(before, list) else []
    patch = {
        name: DELETE_FIELD if value is None else value
        for name, value in mirrored_fields(record.fields).items()
        if mirror.fields.get(name) != value and not (value is None and name in imported)
    }
    if any(name in imported for name in patch):
        patch[IMPORTED_FIELDS] = [name for name in imported if name not in patch]
    return Update(path, patch, UpdatedAt(mirror.update_time)) if patch else None
