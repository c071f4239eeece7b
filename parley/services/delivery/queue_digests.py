"""Note people who get messages, so that an email can tell them later what they have not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cachetools import TLRUCache

from parley.domain.delivery.digests import agreed_to_digests
from parley.domain.ports import Clock
from parley.services.delivery.digest_settings import DigestSettings
from parley.store import MUST_NOT_EXIST, Set, Store, Write
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.digests import digest_fields

_AT_ONCE = 100
_REMEMBERED = 50_000
"""People that a process knows to be noted, about 10 MB."""

_MARGIN = timedelta(seconds=30)
"""How long before a note is due it is read again: clocks differ, and it may be deleted then."""

_SELECT = ("dueAt", "email", "consents")


class QueueDigests:
    """Notes people in ``digestQueue``. One instance a process: it remembers whom it noted.

    A service without digests costs nothing. In others a person costs two reads, and a write if they
    agreed to emails and are not noted; the next messages cost nothing until the note is due.
    """

    def __init__(self, *, store: Store, settings: DigestSettings, clock: Clock) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._known: TLRUCache[tuple[str, str], datetime] = TLRUCache(
            _REMEMBERED,
            ttu=lambda key, until, now: until.timestamp(),
            timer=lambda: clock.now().timestamp(),
        )

    def is_used_by(self, service_id: str) -> bool:
        """Return whether a service has digests."""
        return self._settings.wait(service_id) is not None

    async def note(self, service_id: str, uids: Iterable[str], since: datetime) -> None:
        """Note that these people got a message at this time, after it stands in their chats.

        Idempotent. Raise ``Conflict`` when other processes keep winning.
        """
        wait = self._settings.wait(service_id)
        if wait is None:
            return
        wanted = sorted({uid for uid in uids if (uid, service_id) not in self._known})
        for first in range(0, len(wanted), _AT_ONCE):
            await self._note(service_id, wanted[first : first + _AT_ONCE], since, wait)

    async def _note(
        self, service_id: str, uids: Sequence[str], since: datetime, wait: timedelta
    ) -> None:
        until: dict[str, datetime] = {}

        async def decide() -> list[Write]:
            found = await self._store.get_many(
                [
                    *(paths.digest(uid, service_id) for uid in uids),
                    *(paths.service_user(service_id, uid) for uid in uids),
                ],
                select=_SELECT,
            )
            writes: list[Write] = []
            for uid, noted, record in zip(uids, found, found[len(uids) :], strict=False):
                due_at = noted.fields.get("dueAt") if noted is not None else None
                until[uid] = due_at if isinstance(due_at, datetime) else since + wait
                if noted is not None:
                    continue
                if not agreed_to_digests(record.fields if record is not None else None):
                    until[uid] = self._clock.now() + wait
                    continue
                fields = digest_fields(
                    uid=uid, service_id=service_id, since=since, due_at=since + wait
                )
                writes.append(Set(paths.digest(uid, service_id), fields, MUST_NOT_EXIST))
            return writes

        await commit_with_retry(self._store, decide, what=f"digests of {service_id}")
        for uid, time in until.items():
            self._known[uid, service_id] = time - _MARGIN
