"""The real store: Firestore's own gRPC methods, with directly built protobuf messages.

The wrapped messages of the client library cost more than the rest of a commit. So the store uses
the generated classes below them, and none of the library's retries.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import grpc

from parley.adapters.firestore.blocking_streams import WORTH_A_THREAD, BlockingStreams
from parley.adapters.firestore.calls import (
    AggregationRequest,
    BatchGetRequest,
    Calls,
    CommitRequest,
    RunQueryRequest,
)
from parley.adapters.firestore.channel import (
    Metadata,
    open_blocking_channel,
    open_channel,
    routing,
)
from parley.adapters.firestore.decoding import (
    UpdateTimes,
    decode_document,
    decode_time,
    decode_value,
)
from parley.adapters.firestore.encoding import CommitEncoder, encode_time
from parley.adapters.firestore.error_mapping import commit_error, read_error
from parley.adapters.firestore.masks import Mask, mask_of
from parley.adapters.firestore.queries import encode_aggregations, encode_query, parent_of
from parley.adapters.firestore.query_streams import LoopStream, QueryAnswers
from parley.adapters.firestore.read_retries import ReadRetries
from parley.adapters.system import SystemClock
from parley.domain.ports import Clock
from parley.store import Aggregation, CommitResult, Count, FieldPath, Query, Snapshot, Write
from parley.store.checks import (
    AGGREGATIONS,
    check_aggregations,
    check_distinct,
    check_document_path,
    check_query,
)
from parley.store.counting import Counts, StoreCounter

COMMIT_SECONDS = 15.0
"""The deadline of a commit. After it only the fence tells whether it was applied."""
READ_SECONDS = 15.0
STREAM_SECONDS = 300.0
"""The deadline of a whole stream, with the reader's work between chunks."""
CHUNK = 100
MANY = 2 * CHUNK
"""The limit from which a query, or one without a limit, is read in a thread."""
COUNTED = "parley_counted"


class FirestoreStore:
    """A ``Store`` on one Firestore database.

    Make it with :meth:`connect` within the event loop that uses it, and close it. Any number of
    calls may be in flight at once. Reads are tried again a few times; commits never, since only
    the caller can tell from its fence whether a lost one was applied.

    Seen on the emulator, and the same there as the twin shows it: ``read_time`` works in
    ``get_many`` and ``stream``, one ahead of now is refused; a query by ``__name__`` descending is
    refused unless a condition on another field serves it; server times are to the millisecond,
    ``update_time`` to the microsecond. Where the emulator takes what production does not:
    ``parley/testing/firestore_limits.py``.
    """

    def __init__(
        self,
        channel: grpc.aio.Channel,
        open_blocking: Callable[[], grpc.Channel],
        metadata: Metadata,
        project_id: str,
        database_id: str = "(default)",
        *,
        clock: Clock | None = None,
        randomness: random.Random | None = None,
        commit_seconds: float = COMMIT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._retries = ReadRetries(clock or SystemClock(), randomness or random.Random())
        self._database = f"projects/{project_id}/databases/{database_id}"
        self._documents = f"{self._database}/documents/"
        self._metadata = (*metadata, *routing(self._database))
        self._commit_seconds = commit_seconds
        self._read_seconds = read_seconds
        self._channel = channel
        self._counter = StoreCounter()
        self._calls = Calls(channel)
        self._blocking = BlockingStreams(open_blocking)

    @classmethod
    def connect(
        cls,
        project_id: str,
        database_id: str = "(default)",
        *,
        emulator_host: str | None = None,
        clock: Clock | None = None,
        randomness: random.Random | None = None,
        commit_seconds: float = COMMIT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> Self:
        """Open a channel to Firestore, or to the named emulator (see ``channel.py``)."""
        channel, metadata = open_channel(emulator_host)
        return cls(
            channel,
            lambda: open_blocking_channel(emulator_host),
            metadata,
            project_id,
            database_id,
            clock=clock,
            randomness=randomness,
            commit_seconds=commit_seconds,
            read_seconds=read_seconds,
        )

    async def close(self) -> None:
        """Close the channels; calls in flight are cancelled."""
        self._blocking.close()
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def counts(self) -> Counts:
        """Return the reads, writes and deletes so far, as Firestore would bill them."""
        return self._counter.snapshot()

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        unique = dict.fromkeys(paths)
        if not unique:
            return []
        mask = mask_of(select)
        request = self._batch_get(unique, mask)
        if read_time is not None:
            encode_time(read_time, request.read_time)
        skip = len(self._documents)
        answers: dict[str, Snapshot | None] = {}
        for response in await self._retries.read(lambda: self.read_request(request)):
            if response.HasField("found"):
                snapshot = decode_document(response.found, skip, mask.decode)
                answers[snapshot.path] = snapshot
            elif response.missing:
                answers[response.missing[skip:]] = None
        self._counter.read(unique)
        return [answers[path] for path in paths]

    async def get_timed(
        self, path: str, *, select: tuple[FieldPath, ...] | None = None
    ) -> tuple[Snapshot | None, datetime]:
        mask = mask_of(select)
        request = self._batch_get((path,), mask)
        (response,) = await self._retries.read(lambda: self.read_request(request))
        self._counter.read((path,))
        found = response.HasField("found")
        skip = len(self._documents)
        snapshot = decode_document(response.found, skip, mask.decode) if found else None
        return snapshot, decode_time(response.read_time)

    def _batch_get(self, paths: Iterable[str], mask: Mask) -> Any:
        request = BatchGetRequest(
            database=self._database,
            documents=[self._documents + check_document_path(path) for path in paths],
        )
        if mask.field_paths:
            request.mask.field_paths.extend(mask.field_paths)
        return request

    async def read_request(self, request: Any) -> list[Any]:
        """Return the answers to a prebuilt ``BatchGetDocumentsRequest``; not counted.

        Raise ``grpc.RpcError``. Public for the ceiling of the benchmarks.
        """
        timeout, metadata = self._read_seconds, self._metadata
        if len(request.documents) >= WORTH_A_THREAD:
            return await self._blocking.batch_get(request, timeout=timeout, metadata=metadata)
        call = self._calls.batch_get(request, timeout=timeout, metadata=metadata)
        return [response async for response in call]

    async def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        check_query(query)
        request = RunQueryRequest(parent=parent_of(query.collection, self._documents)[0])
        encode_query(query, request.structured_query, self._documents)
        if read_time is not None:
            encode_time(read_time, request.read_time)
        skip = len(self._documents)
        documents = 0
        call, answers = await self._retries.read(lambda: self._begun(query, request))
        try:
            while answers:
                chunk = [
                    decode_document(answer.document, skip)
                    for answer in answers
                    if answer.HasField("document")
                ]
                documents += len(chunk)
                if chunk:
                    yield chunk
                answers = await call.read(CHUNK) if len(answers) == CHUNK else []
        except grpc.RpcError as error:
            # The caller already has some results, so it must begin again.
            raise read_error(error) from error
        finally:
            # A reader that stops early must not leave the server sending.
            call.cancel()
            self._counter.queried(query.collection, documents)

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        check_query(query)
        check_aggregations(aggregations)
        wanted = dict(aggregations)
        counted = next((name for name, one in wanted.items() if isinstance(one, Count)), None)
        if counted is None and len(wanted) < AGGREGATIONS:
            # The bill is by documents scanned, which the answer contains only on request.
            counted = COUNTED
            wanted[counted] = Count()
        request = AggregationRequest(parent=parent_of(query.collection, self._documents)[0])
        aggregation_query = request.structured_aggregation_query
        encode_query(query, aggregation_query.structured_query, self._documents)
        encode_aggregations(wanted, aggregation_query)

        async def read() -> dict[str, int | float]:
            answers: dict[str, int | float] = {}
            async for response in self._calls.run_aggregation(
                request, timeout=self._read_seconds, metadata=self._metadata
            ):
                for name, value in response.result.aggregate_fields.items():
                    total = decode_value(value)
                    answers[name] = 0 if total is None else total
            return answers

        answers = await self._retries.read(read)
        self._counter.aggregated(query.collection, int(answers[counted]) if counted else 1)
        return {name: answers[name] for name in aggregations}

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        check_distinct(writes)
        if (admitted := self._counter.committing(writes)) is not None:
            await admitted
        request = CommitRequest(database=self._database)
        add = request.writes.add
        encoder = CommitEncoder(self._documents)
        for write in writes:
            encoder.encode(write, add())
        response = await self.commit_request(request)
        self._counter.committed(writes)
        return CommitResult(decode_time(response.commit_time), UpdateTimes(response))

    async def commit_request(self, request: Any) -> Any:
        """Send a prebuilt ``CommitRequest``; not counted.

        Public for the ceiling of the benchmarks.
        """
        try:
            return await self._calls.commit(
                request, timeout=self._commit_seconds, metadata=self._metadata
            )
        except grpc.aio.AioRpcError as error:
            raise commit_error(error) from error

    async def _begun(self, query: Query, request: Any) -> tuple[QueryAnswers, list[Any]]:
        """Return a query and its first answers, so that a refusal can still be tried again."""
        timeout, metadata = STREAM_SECONDS, self._metadata
        call: QueryAnswers
        if query.limit is None or query.limit >= MANY:
            call = self._blocking.run_query(request, timeout=timeout, metadata=metadata)
        else:
            call = LoopStream(self._calls.run_query(request, timeout=timeout, metadata=metadata))
        return call, await call.read(CHUNK)
