"""Drain by google-cloud-pubsub as its pages show it: a streaming pull, its own threads, `ack`."""

from __future__ import annotations

from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.types import FlowControl

from bench.rivals.drain_work import PROJECT, SUBSCRIPTION, blocking_work

_IN_FLIGHT = 1_000


def main() -> None:
    """Drain until the process is ended."""
    work = blocking_work()

    def receive(received: Any) -> None:
        work(received.data)
        received.ack()

    untyped: Any = SubscriberClient
    anonymous: Any = AnonymousCredentials
    subscriber = untyped(credentials=anonymous())
    name = subscriber.subscription_path(PROJECT, SUBSCRIPTION)
    flow = FlowControl(max_messages=_IN_FLIGHT)
    subscriber.subscribe(name, callback=receive, flow_control=flow).result()


if __name__ == "__main__":
    main()
