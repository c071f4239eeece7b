"""What every rival does with a message: nothing, or one document if it is absent.

The document is written as google-cloud-firestore's pages show it: `create`, and AlreadyExists means
that an earlier delivery wrote it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.pubsub_v1 import PublisherClient

from bench.tally import Tally

PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]
TOPIC = "message-queue"
SUBSCRIPTION = "message-queue-workers"
"""The names that `parley/queues.py` gives them."""


def writes() -> bool:
    """Return whether each message writes a document."""
    return os.environ["BENCH_WORK"] == "write"


def blocking_work() -> Callable[[bytes], None]:
    """Return the work for threads."""
    tally = Tally()
    client: Any = firestore.Client(project=PROJECT, credentials=_anonymous()) if writes() else None

    def work(data: bytes) -> None:
        payload = json.loads(data)
        if client is not None:
            with suppress(AlreadyExists):
                client.collection("chats").document(payload["chatId"]).create(_fields(payload))
        tally.note(int(payload["messageId"]))

    return work


def awaited_work() -> Callable[[bytes], Awaitable[None]]:
    """Return the work for an event loop."""
    tally = Tally()
    client: Any = None

    async def work(data: bytes) -> None:
        nonlocal client
        payload = json.loads(data)
        if writes():
            # Made in the loop that uses it, as gRPC wants.
            client = client or firestore.AsyncClient(project=PROJECT, credentials=_anonymous())
            with suppress(AlreadyExists):
                document = client.collection("chats").document(payload["chatId"])
                await document.create(_fields(payload))
        tally.note(int(payload["messageId"]))

    return work


@contextmanager
def published() -> Iterator[None]:
    """Wait for all that is published within.

    The brokers of dramatiq and kombu drop the client library's futures, and a process that ends
    would lose its last batch.
    """
    futures: list[Any] = []
    publish: Any = PublisherClient.publish

    def kept(*arguments: Any, **options: Any) -> Any:
        futures.append(publish(*arguments, **options))
        return futures[-1]

    untyped: Any = PublisherClient
    untyped.publish = kept
    yield
    for future in futures:
        future.result()


def _fields(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": payload["messageId"],
        "at": firestore.SERVER_TIMESTAMP,
        "times": firestore.Increment(1),
    }


def _anonymous() -> Any:
    untyped: Any = AnonymousCredentials
    return untyped()
