"""Record in the ledger of campaigns what people received, read and answered.

One fenced write for each batch that changes, however many of its people moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cachetools import FIFOCache

from parley.domain.campaigns.kinds import Kinds
from parley.domain.campaigns.results import Advanced, Evidence, advance
from parley.domain.ports import Clock
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    Delete,
    Increment,
    Query,
    Snapshot,
    Store,
    Update,
    UpdatedAt,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry
from schema import paths
from schema.batches import results_patch
from schema.ledger import StoredBatch
from schema.messages import Message
from schema.patches import UNSET
from schema.replies import ReplyMarks

_PEOPLE_OF_A_QUERY = 30
"""The most values of ``array-contains-any``
(firebase.google.com/docs/firestore/query-data/queries)."""

_REMEMBERED = 10_000
"""Times of messages that are kept, so that a person's next receipt needs no second read."""


@dataclass(slots=True)
class Recorded:
    """What became of evidence about the people of a campaign.

    ``batches`` counts the batches that changed. ``later`` are people to look at again,
    ``finished`` those that no receipt moves any more, or who are not in the audience.
    """

    batches: int = 0
    later: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)


class RecordResults:
    """Moves people of campaigns forward. Idempotent; of two writers one finds nothing left."""

    def __init__(self, *, store: Store, kinds: Kinds, clock: Clock) -> None:
        self._store = store
        self._kinds = kinds
        self._clock = clock
        self._message_times: FIFOCache[str, datetime] = FIFOCache(_REMEMBERED)

    async def people(self, campaign_id: str, evidence: Mapping[str, Evidence]) -> Recorded:
        """Record what is known about people who may be in a campaign's audience."""
        recorded = Recorded()
        wanted = dict(evidence)
        while wanted:
            some = list(wanted)[:_PEOPLE_OF_A_QUERY]
            for batch in await self._batches_of(campaign_id, some):
                listed = batch.fields.get("uids")
                known = {
                    uid: wanted.pop(uid)
                    for uid in (listed if isinstance(listed, list) else ())
                    if uid in wanted
                }
                if known:
                    await self._record(batch.path, known, recorded, found=batch)
            # The others are in no batch, so not in the audience.
            absent = [uid for uid in some if wanted.pop(uid, None) is not None]
            recorded.finished.update(absent)
        return recorded

    async def replies(self, marks: Snapshot) -> Recorded:
        """Record the answers that were marked for one batch, and delete the marks with it."""
        recorded = Recorded()
        campaign_id = paths.campaign_of_batch(marks.path)
        path = paths.campaign_batch(campaign_id, marks.id)
        await self._record(path, {}, recorded, marks_path=marks.path)
        return recorded

    async def _batches_of(self, campaign_id: str, uids: Sequence[str]) -> list[Snapshot]:
        query = Query(
            paths.campaign_batches(campaign_id),
            where=(Where("uids", "array-contains-any", list(uids)),),
        )
        return [batch async for page in self._store.stream(query) for batch in page]

    async def _record(
        self,
        path: str,
        known: Mapping[str, Evidence],
        recorded: Recorded,
        *,
        found: Snapshot | None = None,
        marks_path: str | None = None,
    ) -> None:
        """Commit the new entries of one batch, and the end of its marks."""
        advanced = Advanced()

        async def decide() -> Sequence[Write]:
            nonlocal found, advanced
            batch, marks = found, None
            if batch is None:
                batch, *rest = await self._store.get_many([path, *([marks_path or path])])
                marks = rest[0] if marks_path is not None else None
            found = None
            advanced = Advanced()
            if marks_path is not None and marks is None:
                return ()
            evidence = dict(known) | _answers(marks)
            stored = None
            if batch is not None:
                stored = StoredBatch.read(batch.fields, self._clock.now())
                advanced = await self._advance(path, stored, evidence)
            writes: list[Write] = []
            if batch is not None and stored is not None and advanced.changed:
                patch = results_patch(
                    stored.recipients,
                    advanced.changed,
                    attempt=Increment(1),
                    at=SERVER_TIME,
                    delete_field=DELETE_FIELD if stored.awaits_more else UNSET,
                )
                writes.append(Update(path, patch, UpdatedAt(batch.update_time)))
            if marks is not None and not advanced.later:
                writes.append(Delete(marks.path, UpdatedAt(marks.update_time)))
            return writes

        await commit_with_retry(self._store, decide, what=path)
        recorded.batches += bool(advanced.changed)
        recorded.later.update(advanced.later)
        recorded.finished.update(advanced.finished)

    async def _advance(
        self, path: str, batch: StoredBatch, evidence: Mapping[str, Evidence]
    ) -> Advanced:
        """Move people forward; read messages whose own time decides."""
        campaign_id = paths.campaign_of_batch(path)
        names = {uid: f"{campaign_id}/{uid}" for uid in evidence}
        times = {
            uid: self._message_times[name]
            for uid, name in names.items()
            if name in self._message_times
        }
        advanced = advance(batch, evidence, times)
        kind = self._kinds.get(batch.kind)
        if not advanced.unclear or kind is None:
            return advanced
        messages = await self._store.get_many(
            [
                paths.message(
                    batch.chat_id or kind.chat_id(campaign_id, batch.service_id, uid),
                    kind.message_id(campaign_id, uid),
                )
                for uid in advanced.unclear
            ]
        )
        for uid, snapshot in zip(advanced.unclear, messages, strict=True):
            message = Message.parse_or_none(snapshot.fields) if snapshot is not None else None
            if message is not None:
                times[uid] = self._message_times[names[uid]] = message.created_at
        return advance(batch, evidence, times)


def _answers(marks: Snapshot | None) -> dict[str, Evidence]:
    read = ReplyMarks.parse_or_none(marks.fields) if marks is not None else None
    return {uid: Evidence(replied_at=at) for uid, at in (read.people if read else {}).items()}
