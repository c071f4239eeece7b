"""Read many documents in one call at low cost.

Firestore answers ``BatchGetDocuments`` with a message for each document. In ``grpc.aio`` each of
them wakes the event loop, which costs more than decoding it. A thread that reads the blocking gRPC
stream takes a quarter of the CPU (``docs/performance.md``). For a few documents, the hand-over to a
thread costs more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from parley.adapters.firestore.calls import BATCH_GET, BatchGetRequest, BatchGetResponse
from parley.adapters.firestore.channel import Metadata

WORTH_A_THREAD = 16
"""The number of documents from which a thread is cheaper than the event loop."""

THREADS = 8
"""Concurrent large reads in one process; further ones wait for a thread."""


class ThreadedBatchGet:
    """``BatchGetDocuments``, read to its end in threads.

    ``open_channel`` is called at the first read. Close it with :meth:`close`.
    """

    def __init__(self, open_channel: Callable[[], grpc.Channel]) -> None:
        self._open_channel = open_channel
        self._channel: grpc.Channel | None = None
        self._call: Any = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="firestore-read")

    async def read(self, request: Any, *, timeout: float, metadata: Metadata) -> list[Any]:
        """Return all answers to a request; raise ``grpc.RpcError``. ``timeout`` in seconds."""
        if self._channel is None:
            self._channel = self._open_channel()
            self._call = self._channel.unary_stream(
                BATCH_GET, BatchGetRequest.SerializeToString, BatchGetResponse.FromString
            )
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: list(self._call(request, timeout=timeout, metadata=metadata))
        )

    def close(self) -> None:
        """Cancel running reads, and let the threads end."""
        if self._channel is not None:
            self._channel.close()
        self._threads.shutdown(wait=False, cancel_futures=True)
