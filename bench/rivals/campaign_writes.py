"""The same documents written otherwise: prebuilt raw commits, and Google's own client library."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore

from bench.campaign_site import LANES, CampaignSite, Read
from parley.adapters.firestore.calls import BatchGetRequest, CommitRequest
from parley.adapters.firestore.encoding import CommitEncoder, encode_path
from parley.store import MUST_EXIST, Delete, Increment, ServerTime, Set, Update, UpdatedAt, Write

_WRITES_A_BATCH = 500


def replayable(writes: Sequence[Write]) -> list[Write]:
    """The writes for another project, where the same documents have other update times."""
    return [
        Update(write.path, write.fields, MUST_EXIST)
        if isinstance(write, Update) and isinstance(write.precondition, UpdatedAt)
        else write
        for write in writes
    ]


def prebuilt(site: CampaignSite, commits: Sequence[Sequence[Write]]) -> list[Any]:
    """The protobuf messages of these commits, ready to be sent."""
    database = f"projects/{site.project_id}/databases/(default)"
    requests = []
    for writes in commits:
        request = CommitRequest(database=database)
        encoder = CommitEncoder(f"{database}/documents/")
        for write in replayable(writes):
            encoder.encode(write, request.writes.add())
        requests.append(request)
    return requests


async def commit_raw(site: CampaignSite, requests: Sequence[Any]) -> None:
    """The ceiling: nothing is read, decided or built; as many in flight as the worker has."""
    waiting = list(requests)

    async def lane() -> None:
        while waiting:
            await site.store.commit_request(waiting.pop())

    await asyncio.gather(*(lane() for _ in range(LANES)))


def prebuilt_reads(site: CampaignSite, reads: Sequence[Read]) -> list[Any]:
    """The protobuf messages of these reads, ready to be sent."""
    database = f"projects/{site.project_id}/databases/(default)"
    requests = []
    for read in reads:
        documents = [f"{database}/documents/{path}" for path in read.paths]
        request = BatchGetRequest(database=database, documents=documents)
        if read.select is not None:
            request.mask.field_paths.extend(map(encode_path, read.select))
        requests.append(request)
    return requests


async def read_and_commit_raw(
    site: CampaignSite, reads: Sequence[Any], commits: Sequence[Any]
) -> None:
    """The ceiling of whoever has to look first: the same reads too, their answers not decoded."""
    waiting = [(reads[turn :: len(commits)], commit) for turn, commit in enumerate(commits)]

    async def lane() -> None:
        while waiting:
            looks, commit = waiting.pop()
            for look in looks:
                await site.store.read_request(look)
            await site.store.commit_request(commit)

    await asyncio.gather(*(lane() for _ in range(LANES)))


def write_by_bulk_writer(site: CampaignSite, commits: Sequence[Sequence[Write]]) -> None:
    """BulkWriter as it comes."""
    client: Any = firestore.Client(project=site.project_id, credentials=_anonymous())
    writer = client.bulk_writer()
    for writes in commits:
        for write in writes:
            _add(writer, client.document(write.path), write)
    writer.close()
    client.close()


async def write_by_async_client(site: CampaignSite, commits: Sequence[Sequence[Write]]) -> None:
    """AsyncClient with full batches, as many in flight as the worker has."""
    client: Any = firestore.AsyncClient(project=site.project_id, credentials=_anonymous())
    waiting = [write for writes in commits for write in writes]

    async def lane() -> None:
        while waiting:
            batch = client.batch()
            for _ in range(min(_WRITES_A_BATCH, len(waiting))):
                write = waiting.pop()
                _add(batch, client.document(write.path), write)
            await batch.commit()

    await asyncio.gather(*(lane() for _ in range(LANES)))
    client.close()


def _anonymous() -> Any:
    untyped: Any = AnonymousCredentials
    return untyped()


def _add(batch: Any, reference: Any, write: Write) -> None:
    assert not isinstance(write, Delete)
    if isinstance(write, Set):
        batch.set(reference, _fields(write.fields))
    else:
        batch.set(reference, _fields(write.fields), merge=True)


def _fields(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Our values in the library's words."""
    return {str(name): _value(value) for name, value in fields.items()}


def _value(value: Any) -> Any:
    if isinstance(value, ServerTime):
        return firestore.SERVER_TIMESTAMP
    if isinstance(value, Increment):
        return firestore.Increment(value.by)
    if isinstance(value, Mapping):
        return _fields(value)
    return value
