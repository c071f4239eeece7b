"""A person's own record, mirrored into each silo that knows them."""

from __future__ import annotations

from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    ArrayUnion,
    Set,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from schema import changes, ids, paths
from schema.users import User, mirrored_fields, service_user_fields

_TRIES = 5


class MirrorUser:
    """Copies contact fields from ``users/{uid}`` to ``services/*/users/{uid}``.

    It reads the record itself, so that events which come twice, late or out of order end in the
    same documents.
    """

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def mirror(self, uid: str) -> None:
        """Bring every silo up to the record as it stands; raises ``Conflict`` when outraced."""
        for _ in range(_TRIES):
            (record,) = await self._store.get_many([paths.user(uid)])
            if record is None:
                return
            user = User.parse(record.fields)
            services = list(dict.fromkeys([ids.DEFAULT_SERVICE, *(user.service_ids or ())]))
            held = await self._store.get_many(
                [paths.service_user(service_id, uid) for service_id in services]
            )
            writes: list[Write] = []
            for service_id, snapshot in zip(services, held, strict=True):
                path = paths.service_user(service_id, uid)
                if snapshot is None:
                    fields = service_user_fields(
                        uid=uid, user=record.fields, created_at=user.created_at
                    )
                    writes.append(Set(path, fields, MUST_NOT_EXIST))
                    continue
                changed: changes.Changes = {
                    name: DELETE_FIELD if value is None else value
                    for name, value in mirrored_fields(record.fields).items()
                    if snapshot.fields.get(name) != value
                }
                if changed:
                    writes.append(Update(path, changed, UpdatedAt(snapshot.update_time)))
            if ids.DEFAULT_SERVICE not in (user.service_ids or ()):
                joined = changes.user_service_joined(ArrayUnion((ids.DEFAULT_SERVICE,)))
                writes.append(Update(record.path, joined, UpdatedAt(record.update_time)))
            if not writes:
                return
            try:
                await self._store.commit(writes)
            except (Conflict, CommitOutcomeUnknown):
                continue
            return
        raise Conflict(f"user {uid} is being changed by others")
