"""Mirror a user's own record into every service that knows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from parley.domain.ports import Accounts, Clock
from parley.errors import Conflict, PermanentError, RetryableError
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from parley.structured_logging import error_text, get_log
from schema import ids, limits, paths
from schema.patches import UNSET, Patch
from schema.users import (
    IMPORTED_FIELDS,
    MIRROR_DUE_AT,
    MIRRORED_AT,
    PHONE_SINCE,
    PROVEN_PHONE,
    User,
    mirrored_fields,
    service_user_fields,
    user_patch,
)

_ATTEMPTS = 5
_AT_ONCE = 20
_PACE = timedelta(seconds=limits.MIRROR_SECONDS)

_log = get_log(__name__)


class MirrorUser:
    """Copies contact fields from ``users/{uid}`` to ``services/*/users/{uid}``.

    It reads the record itself, so events that arrive twice, late or out of order converge on the
    same documents. Changes of one person are carried over at most once in ten seconds: one that
    comes too soon is noted in the default service's record, and a periodic task carries the last of
    them over. So a change costs two reads and at most one write, however many services know them.

    With a change that is carried over, a number that the person states and has not proven is looked
    up in their account, at no read. ``accounts``: None where there are none.
    """

    def __init__(self, *, store: Store, clock: Clock, accounts: Accounts | None) -> None:
        self._store = store
        self._accounts = accounts
        self._clock = clock

    async def mirror(self, uid: str) -> None:
        """Update every service to the current record; raise ``Conflict`` when others keep winning.

        No-op for a user without a record.
        """
        first = paths.service_user(ids.DEFAULT_SERVICE, uid)

        async def decide() -> list[Write]:
            record, mirror = await self._store.get_many([paths.user(uid), first])
            if record is None:
                return []
            user = User.parse(record.fields)
            if mirror is not None and (due := self._paced_until(mirror)) is not None:
                if MIRROR_DUE_AT in mirror.fields or not _mirror_patch(record, mirror):
                    return []
                return [Update(first, {MIRROR_DUE_AT: due}, UpdatedAt(mirror.update_time))]
            return await self._mirror_writes(uid, record, user, mirror)

        await commit_with_retry(self._store, decide, what=f"user {uid}", attempts=_ATTEMPTS)

    async def mirror_all(self, uids: Sequence[str]) -> int:
        """Mirror people side by side; return how many it went well for. The others are logged."""
        count = 0
        for first in range(0, len(uids), _AT_ONCE):
            some = uids[first : first + _AT_ONCE]
            count += sum(await asyncio.gather(*(self._mirrored(uid) for uid in some)))
        return count

    async def _mirrored(self, uid: str) -> bool:
        try:
            await self.mirror(uid)
        except (Conflict, ValidationError) as problem:
            _log.warning("user.notMirrored", uid=uid, error=error_text(problem))
            return False
        return True

    def _paced_until(self, mirror: Snapshot) -> datetime | None:
        """Return when the next change may be carried over, None if it may be now."""
        last = mirror.fields.get(MIRRORED_AT)
        if not isinstance(last, datetime) or last + _PACE <= self._clock.now():
            return None
        return last + _PACE

    async def _mirror_writes(
        self, uid: str, record: Snapshot, user: User, first: Snapshot | None
    ) -> list[Write]:
        others = [
            service_id
            for service_id in dict.fromkeys(user.service_ids or ())
            if service_id != ids.DEFAULT_SERVICE
        ]
        mirrors = await self._store.get_many(
            [paths.service_user(service_id, uid) for service_id in others]
        )
        proven = None
        if first is None or _mirror_patch(record, first):
            proven = await self._newly_proven(record)
        if proven is not None:
            fields = {**record.fields, PROVEN_PHONE: proven}
            record = Snapshot(record.path, fields, record.update_time)
        writes = [
            write
            for service_id, mirror in zip(
                [ids.DEFAULT_SERVICE, *others], [first, *mirrors], strict=True
            )
            if (write := _mirror_write(service_id, uid, record, user, mirror)) is not None
        ]
        is_new = ids.DEFAULT_SERVICE not in (user.service_ids or ())
        if is_new or proven is not None:
            patch = user_patch(
                service_ids=ArrayUnion((ids.DEFAULT_SERVICE,)) if is_new else UNSET,
                proven_phone=UNSET if proven is None else proven,
            )
            writes.append(Update(record.path, patch, UpdatedAt(record.update_time)))
        return writes

    async def _newly_proven(self, record: Snapshot) -> str | None:
        """Return the number that the person states, if their account has it and nobody knew.

        The mirror does not wait for accounts that are away: the next change looks again.
        """
        phone = record.fields.get("phone")
        if self._accounts is None or phone is None or record.fields.get(PROVEN_PHONE) == phone:
            return None
        try:
            signs_in_by = await self._accounts.phone_of(record.id)
        except (RetryableError, PermanentError) as error:
            _log.warning("user.phoneNotLookedUp", uid=record.id, error=error_text(error))
            return None
        return signs_in_by if signs_in_by == phone else None


def _mirror_write(
    service_id: str, uid: str, record: Snapshot, user: User, mirror: Snapshot | None
) -> Write | None:
    """Return the write that brings one service up to date, None if it already is."""
    path = paths.service_user(service_id, uid)
    if mirror is None:
        fields = service_user_fields(uid=uid, user=record.fields, created_at=user.created_at)
        return Set(path, fields, MUST_NOT_EXIST)
    patch = _mirror_patch(record, mirror)
    if service_id == ids.DEFAULT_SERVICE:
        if patch:
            patch[MIRRORED_AT] = SERVER_TIME
        if MIRROR_DUE_AT in mirror.fields:
            patch[MIRROR_DUE_AT] = DELETE_FIELD
    return Update(path, patch, UpdatedAt(mirror.update_time)) if patch else None


def _mirror_patch(record: Snapshot, mirror: Snapshot) -> Patch:
    """Return the contact fields of a service's record that differ from the person's own."""
    before = mirror.fields.get(IMPORTED_FIELDS)
    imported = before if isinstance(before, list) else []
    patch: dict[str, Any] = {
        name: DELETE_FIELD if value is None else value
        for name, value in mirrored_fields(record.fields).items()
        if mirror.fields.get(name) != value and not (value is None and name in imported)
    }
    if "phone" in patch:
        patch[PHONE_SINCE] = DELETE_FIELD if patch["phone"] is DELETE_FIELD else SERVER_TIME
    if any(name in imported for name in patch):
        patch[IMPORTED_FIELDS] = [name for name in imported if name not in patch]
    return patch
