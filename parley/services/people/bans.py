"""Ban people from the whole project, and end bans.

A ban is a document; the account is disabled after it was committed. Callables and the message
worker ask the document, since a token that was handed out lives for up to an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parley.domain.access import (
    BANNED,
    OWNERS,
    Caller,
    RefusalKind,
    Refused,
    forbidden,
    require_staff,
)
from parley.domain.people.service_changes import ServiceChange, audit_entry
from parley.domain.people_requests import BanUser, UnbanUser
from parley.domain.ports import Accounts, Clock, IdFactory
from parley.errors import RetryableError
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    Delete,
    Query,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from parley.structured_logging import error_text, get_log
from schema import ids, paths
from schema.bans import Ban, ban_fields, ban_patch
from schema.reasons import CallableReason

TOKEN_LIFE = timedelta(minutes=65)
"""How long after a ban its person may still hold a token (firebase.google.com/docs/auth: an hour),
with some room for clocks."""

FRESH = timedelta(seconds=2)
"""How old the message worker's list of recent bans may be, and how long a new ban takes to answer:
by then no process has an older list."""

_FRESH_JOB = timedelta(minutes=1)
"""How old a job may be that nobody can have written whose ban is older than ``TOKEN_LIFE``."""

_log = get_log("services.bans")


class Bans:
    """``banUser`` and ``unbanUser``, and who is banned."""

    def __init__(
        self, *, store: Store, accounts: Accounts, clock: Clock, new_ids: IdFactory
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._clock = clock
        self._ids = new_ids
        self._looking = asyncio.Lock()
        self._recent: tuple[datetime, Mapping[str, datetime]] | None = None
        """When the list of recent bans was asked for, and what it said."""

    async def ban(self, *, caller: Caller, request: BanUser) -> None:
        """Ban a person; a later ban replaces an earlier one, and a repeat changes nothing.

        Return once no message worker goes by an older list: what the person posts from then on
        reaches nobody.
        """
        uid, now = request.user_id, self._clock.now()
        if uid == caller.id:
            raise forbidden("userId: you cannot ban yourself", "let another owner do it")
        if request.until is not None and request.until <= now:
            raise Refused(
                RefusalKind.INVALID,
                CallableReason.PAST_TIME,
                f"until: {request.until.isoformat()} is past, it is {now.isoformat()}",
                "name a later time, or none for good",
            )
        fields = ban_fields(
            reason=request.reason, by=caller.id, at=now, until=request.until, due_at=now
        )
        await self._change(caller, "banned", uid, fields)
        await self._apply(uid)
        await self._clock.sleep(FRESH.total_seconds())

    async def unban(self, *, caller: Caller, request: UnbanUser) -> None:
        """End a ban; nothing happens if there is none."""
        await self._change(caller, "unbanned", request.user_id, None)

    async def require_not_banned(self, uid: str) -> None:
        """Refuse a banned person; costs one read."""
        (held,) = await self._store.get_many([paths.ban(uid)])
        if held is None:
            return
        ban = Ban.parse(held.fields)
        if not ban.is_in_force(self._clock.now()):
            return
        end = "for good" if ban.until is None else f"until {ban.until.isoformat()}"
        raise Refused(
            RefusalKind.FORBIDDEN,
            CallableReason.BANNED,
            f"this account is banned {end}",
            "write to the people who run this app",
        )

    async def banned_lately(self) -> Mapping[str, datetime]:
        """Return who was banned so lately that they may still hold a token, and since when.

        At most one query in two seconds; nobody older is in it, so it stays small.
        """
        if (recent := self._fresh()) is not None:
            return recent
        async with self._looking:
            if (recent := self._fresh()) is not None:
                return recent
            now = self._clock.now()
            query = Query(paths.BANS, where=(Where("at", ">", now - TOKEN_LIFE),))
            found = [ban async for page in self._store.stream(query) for ban in page]
            known = {ban.id: Ban.parse(ban.fields).at for ban in found if _is_in_force(ban, now)}
            self._recent = (now, known)
            return known

    async def role_of_author(
        self, uid: str, role: object, *, written_at: datetime | None
    ) -> object:
        """Return the role of a job's author, or ``BANNED``.

        A job that was just written costs nothing but the look at recent bans, since those whose ban
        is older can hold no token. One that has waited, or whose time nobody knows, costs a read.
        """
        if role is None:
            return None
        if uid in await self.banned_lately():
            return BANNED
        now = self._clock.now()
        if written_at is not None and now - written_at < _FRESH_JOB:
            return role
        (held,) = await self._store.get_many([paths.ban(uid)])
        return BANNED if held is not None and _is_in_force(held, now) else role

    def _fresh(self) -> Mapping[str, datetime] | None:
        """Return the recent bans if they were read a moment ago."""
        if self._recent is None:
            return None
        age = self._clock.now() - self._recent[0]
        return self._recent[1] if timedelta(0) <= age < FRESH else None

    async def keep(self, now: datetime) -> int:
        """Disable accounts that a dead process left enabled, and end bans that are over."""
        query = Query(paths.BANS, where=(Where("dueAt", "<=", now),))
        count = 0
        async for page in self._store.stream(query):
            for held in page:
                try:
                    await (self._apply if _is_in_force(held, now) else self._lift)(held.id)
                except RetryableError as error:
                    _log.warning("ban.not_kept", error=error_text(error))
                else:
                    count += 1
        return count

    async def _change(
        self, caller: Caller, action: str, uid: str, fields: Mapping[str, Any] | None
    ) -> None:
        """Commit a new ban, or end one, with its audit entry in the service ``default``."""
        change = ServiceChange(self._ids.new_id(), ids.DEFAULT_SERVICE, caller.id, action, uid)

        async def decide() -> list[Write]:
            staff, applied, held = await self._store.get_many(
                [paths.staff(ids.DEFAULT_SERVICE, caller.id), change.audit_path, paths.ban(uid)]
            )
            require_staff(caller, ids.DEFAULT_SERVICE, staff, OWNERS, field="userId")
            before = None if held is None else _shown(held.fields)
            after = None if fields is None else _shown(fields)
            if applied is not None or before == after:
                return []
            if fields is None:
                assert held is not None
                await self._accounts.enable(uid)
                write: Write = Delete(held.path, UpdatedAt(held.update_time))
            else:
                fence = MUST_NOT_EXIST if held is None else UpdatedAt(held.update_time)
                write = Set(paths.ban(uid), dict(fields), fence)
            return [write, audit_entry(change, before or {}, after or {})]

        await commit_with_retry(self._store, decide, what=paths.ban(uid))

    async def _apply(self, uid: str) -> None:
        """Disable the account of a ban, and say when upkeep has to look at it again."""
        await self._accounts.disable(uid)
        (held,) = await self._store.get_many([paths.ban(uid)])
        if held is None:
            # It ended meanwhile, perhaps before this call disabled the account.
            await self._accounts.enable(uid)
            return
        until = Ban.parse(held.fields).until
        if held.fields.get("dueAt") != until:
            patch = ban_patch(due_at=DELETE_FIELD if until is None else until)
            await self._store.commit([Update(held.path, patch, UpdatedAt(held.update_time))])

    async def _lift(self, uid: str) -> None:
        (held,) = await self._store.get_many([paths.ban(uid)])
        if held is not None and not _is_in_force(held, self._clock.now()):
            await self._accounts.enable(uid)
            await self._store.commit([Delete(held.path, UpdatedAt(held.update_time))])


def _shown(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit log tells of a ban."""
    return {name: fields[name] for name in ("reason", "until") if name in fields}


def _is_in_force(held: Snapshot, now: datetime) -> bool:
    return Ban.parse(held.fields).is_in_force(now)
