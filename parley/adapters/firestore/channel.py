"""Open gRPC channels to Firestore or to its emulator."""

from __future__ import annotations

import os
from urllib.parse import quote

import grpc
from grpc.experimental import ChannelOptions

from parley.adapters.google_channels import open_google_channel, open_google_channel_blocking

EMULATOR_VARIABLE = "FIRESTORE_EMULATOR_HOST"
HOST = "firestore.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/datastore"

OPTIONS = [
    # Firestore limits its answers; gRPC's limit of 4 MiB would refuse a batch of large documents.
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    # Rarer than the server's limit on pings, and finds a dead connection before a deadline does.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
]

Metadata = tuple[tuple[str, str], ...]


def open_channel(emulator_host: str | None = None) -> tuple[grpc.aio.Channel, Metadata]:
    """Return a channel and the metadata of every call; call it within the running event loop.

    The emulator is ``emulator_host`` or ``FIRESTORE_EMULATOR_HOST``; it lets ``Bearer owner`` pass
    every rule. Otherwise google-auth's default credentials are used.
    """
    host = _emulator(emulator_host)
    if host:
        channel = grpc.aio.insecure_channel(host, options=OPTIONS)
        return channel, (("authorization", "Bearer owner"),)
    return open_google_channel(HOST, SCOPE, OPTIONS), ()


def open_blocking_channel(emulator_host: str | None = None) -> grpc.Channel:
    """Return a blocking channel, whose streams are read by the calling thread."""
    options = [*OPTIONS, (ChannelOptions.SingleThreadedUnaryStream, 1)]
    host = _emulator(emulator_host)
    if host:
        return grpc.insecure_channel(host, options=options)
    return open_google_channel_blocking(HOST, SCOPE, options)


def _emulator(named: str | None) -> str | None:
    return named or os.environ.get(EMULATOR_VARIABLE)


def routing(database: str) -> Metadata:
    """Return the headers by which Firestore's front end finds the database."""
    return (
        ("google-cloud-resource-prefix", database),
        ("x-goog-request-params", f"database={quote(database, safe='')}"),
    )
