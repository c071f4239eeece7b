"""The answers to a query, some at a time: read on the event loop, or in threads."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, Protocol

import grpc


class QueryAnswers(Protocol):
    """The answers to one query."""

    async def read(self, count: int) -> list[Any]:
        """Return the next answers, fewer than ``count`` at the end; raise ``grpc.RpcError``."""
        ...

    def cancel(self) -> object:
        """End the query; no-op if it has ended."""
        ...


class LoopStream:
    """The answers to a query for a few documents, read on the event loop."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self.cancel = call.cancel

    async def read(self, count: int) -> list[Any]:
        """Return the next answers, fewer than ``count`` at the end; raise ``grpc.RpcError``."""
        answers: list[Any] = []
        while len(answers) < count and (answer := await self._call.read()) is not grpc.aio.EOF:
            answers.append(answer)
        return answers


class ThreadStream:
    """The answers to one query. It holds a thread only while answers are read."""

    def __init__(self, call: Any, threads: ThreadPoolExecutor) -> None:
        self._call = call
        self._threads = threads

    async def read(self, count: int) -> list[Any]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: list(islice(self._call, count)))

    def cancel(self) -> None:
        self._call.cancel()
