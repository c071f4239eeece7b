"""Queue the emails that tell people of unread messages.

The note of a person in ``digestQueue`` is the fence: one commit, under its ``update_time``, creates
the email's job and says that the person was told. The id of the job derives from the stretch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parley.domain.delivery.digest_texts import TEMPLATE, digest_data, digest_job
from parley.domain.delivery.digests import (
    Forget,
    LookAgain,
    Tell,
    UnreadChat,
    Verdict,
    agreed_to_digests,
    digest_wait,
    has_read,
    judge,
)
from parley.errors import Conflict, PermanentError
from parley.services.delivery.unread_chats import UnreadChats
from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Delete,
    OrderBy,
    Query,
    Set,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry, create_once
from parley.structured_logging import error_text, get_log
from schema import ids, paths
from schema.digests import Digest, digest_fields, digest_patch
from schema.push_tokens import PushTokens

PERIOD = timedelta(minutes=1)
_PAGE = 200
_CONCURRENCY = 20
_PUT_OFF = timedelta(hours=1)

_log = get_log(__name__)


class SendDigests:
    """Goes through the people who are due."""

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._unread = UnreadChats(store=store)

    async def send_due(self, now: datetime) -> int:
        """Make one pass; return the number of emails queued. If nobody is due it costs one read.

        A person whose documents cannot be used is put off by an hour and holds up nobody.
        """
        query = Query(
            paths.DIGEST_QUEUE,
            where=(Where("dueAt", "<=", now),),
            order_by=(OrderBy("dueAt"),),
            limit=_PAGE,
        )
        due = [one async for page in self._store.stream(query) for one in page]
        count = 0
        for first in range(0, len(due), _CONCURRENCY):
            some = due[first : first + _CONCURRENCY]
            count += sum(await asyncio.gather(*(self._take(one, now) for one in some)))
        return count

    async def _take(self, noted: Snapshot, now: datetime) -> bool:
        try:
            return await self._send(noted.path, now)
        except (Conflict, PermanentError) as problem:
            _log.warning("digest.putOff", path=noted.path, error=error_text(problem))
            later = Update(noted.path, digest_patch(due_at=now + _PUT_OFF))
            try:
                await self._store.commit([later])
            except (Conflict, PermanentError):
                _log.warning("digest.kept", path=noted.path)
            return False

    async def _send(self, path: str, now: datetime) -> bool:
        found: _Found | None = None

        async def decide() -> list[Write]:
            nonlocal found
            found = None
            (noted,) = await self._store.get_many([path])
            digest = None if noted is None else Digest.parse_or_none(noted.fields)
            if noted is None:
                return []
            if digest is None:
                _log.warning("digest.invalid", path=path)
                return [Delete(path, UpdatedAt(noted.update_time))]
            if digest.due_at > now:
                return []
            found = await self._look(digest, now)
            return await self._writes(noted, found, now)

        await commit_with_retry(self._store, decide, what=path)
        if found is None:
            return False
        if isinstance(found.verdict, Forget) and found.verdict.looks_back:
            await self._look_back(path, found, now)
        return isinstance(found.verdict, Tell)

    async def _look(self, digest: Digest, now: datetime) -> _Found:
        uid, service_id = digest.uid, digest.service_id
        service, record, tokens = [
            one.fields if one is not None else None
            for one in await self._store.get_many(
                [
                    paths.service(service_id),
                    paths.service_user(service_id, uid),
                    paths.push_tokens(uid),
                ],
                select=("name", "email", "consents", "displayName", "muted"),
            )
        ]
        wait = digest_wait(service)
        if service is None or record is None or wait is None or not agreed_to_digests(record):
            return _Found(digest, Forget(looks_back=False), digest.since)
        held = PushTokens.readable(tokens) if tokens is not None else None
        found = _Found(digest, Forget(looks_back=False), digest.since, wait, service, record, held)
        seen = await self._unread.rows(uid, service_id, digest.since, held, now)
        was_read = has_read(digest, seen.receipts.values(), is_all_read=not seen.unread)
        unread: list[UnreadChat] = []
        if was_read or digest.told_at is None:
            found.since = digest.told_at or digest.since
            unread = found.unread = await self._unread.chats(seen, found.since, found.name)
        found.verdict = judge(digest, wait=wait, unread=unread, was_read=was_read, now=now)
        return found

    async def _writes(self, noted: Snapshot, found: _Found, now: datetime) -> list[Write]:
        fence = UpdatedAt(noted.update_time)
        digest = found.digest
        match found.verdict:
            case Forget():
                return [Delete(noted.path, fence)]
            case LookAgain(due_at=due_at, since=None):
                looks = digest_patch(due_at=due_at, looks=(digest.looks or 0) + 1)
                return [Update(noted.path, looks, fence)]
            case LookAgain(due_at=due_at, since=since):
                stretch = digest_patch(
                    since=since, due_at=due_at, told_at=DELETE_FIELD, looks=DELETE_FIELD
                )
                return [Update(noted.path, stretch, fence)]
            case Tell(since=since):
                told = digest_patch(since=since, due_at=now + found.wait, told_at=now, looks=0)
                return [Update(noted.path, told, fence), await self._job(found, since, now)]

    async def _job(self, found: _Found, since: datetime, now: datetime) -> Write:
        uid, service_id = found.digest.uid, found.digest.service_id
        (template,) = await self._store.get_many(
            [paths.email_template(service_id, TEMPLATE)], select=()
        )
        job = digest_job(
            uid,
            service_id,
            digest_data(service_id, found.service, found.record, found.unread),
            has_template=template is not None,
            created_at=SERVER_TIME,
            now=now,
        )
        job_id = ids.digest_job_id(uid, service_id, since)
        return Set(paths.email_notification(job_id), job, MUST_NOT_EXIST)

    async def _look_back(self, path: str, found: _Found, now: datetime) -> None:
        """Note the person again if a message came between the look and the deletion.

        Its own note met the old one, which is gone.
        """
        uid, service_id = found.digest.uid, found.digest.service_id
        seen = await self._unread.rows(uid, service_id, found.since, found.held, now)
        unread = await self._unread.chats(seen, found.since, found.name) if seen.unread else []
        if unread:
            since = min(chat.oldest for chat in unread)
            fields = digest_fields(
                uid=uid, service_id=service_id, since=since, due_at=since + found.wait
            )
            await create_once(self._store, [Set(path, fields, MUST_NOT_EXIST)])


@dataclass(slots=True)
class _Found:
    """What a look at a person found. ``since``: messages from before it were told of, or read."""

    digest: Digest
    verdict: Verdict
    since: datetime
    wait: timedelta = timedelta(0)
    service: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    held: PushTokens | None = None
    unread: list[UnreadChat] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The service's name."""
        name = self.service.get("name")
        return name if isinstance(name, str) else self.digest.service_id
