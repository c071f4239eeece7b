"""Read many documents in one call at low cost.

Firestore answers ``BatchGetDocuments`` and ``RunQuery`` with a message for each document. In
``grpc.aio`` each of them wakes the event loop, which costs more than decoding it. A thread that
reads the blocking gRPC stream takes a quarter of the CPU (``docs/performance.md``). For a few
documents, the hand-over to a thread costs more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from parley.adapters.firestore.calls import (
    BATCH_GET,
    RUN_QUERY,
    BatchGetRequest,
    BatchGetResponse,
    RunQueryRequest,
    RunQueryResponse,
)
from parley.adapters.firestore.channel import Metadata
from parley.adapters.firestore.query_streams import ThreadStream

WORTH_A_THREAD = 16
"""The number of documents from which a thread is cheaper than the event loop."""

THREADS = 8
"""Concurrent large reads in one process; further ones wait for a thread."""

QUERY_THREADS = 4
"""The same for queries. Threads of their own: a slow query must not hold up reads by path."""


class BlockingStreams:
    """Streams of documents, read in threads.

    ``open_channel`` is called at the first read. Close it with :meth:`close`.
    """

    def __init__(self, open_channel: Callable[[], grpc.Channel]) -> None:
        self._open_channel = open_channel
        self._channel: grpc.Channel | None = None
        self._batch_get: Any = None
        self._run_query: Any = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="firestore-read")
        self._query_threads = ThreadPoolExecutor(
            QUERY_THREADS, thread_name_prefix="firestore-query"
        )

    async def batch_get(self, request: Any, *, timeout: float, metadata: Metadata) -> list[Any]:
        """Return all answers to a request; raise ``grpc.RpcError``. ``timeout`` in seconds."""
        self._connect()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads,
            lambda: list(self._batch_get(request, timeout=timeout, metadata=metadata)),
        )

    def run_query(self, request: Any, *, timeout: float, metadata: Metadata) -> ThreadStream:
        """Begin a query. ``timeout`` in seconds, for all of it."""
        self._connect()
        call = self._run_query(request, timeout=timeout, metadata=metadata)
        return ThreadStream(call, self._query_threads)

    def _connect(self) -> None:
        if self._channel is None:
            self._channel = self._open_channel()
            self._batch_get = self._channel.unary_stream(
                BATCH_GET, BatchGetRequest.SerializeToString, BatchGetResponse.FromString
            )
            self._run_query = self._channel.unary_stream(
                RUN_QUERY, RunQueryRequest.SerializeToString, RunQueryResponse.FromString
            )

    def close(self) -> None:
        """Cancel running reads, and let the threads end."""
        if self._channel is not None:
            self._channel.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._query_threads.shutdown(wait=False, cancel_futures=True)
