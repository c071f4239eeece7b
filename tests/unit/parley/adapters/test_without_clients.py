"""Google's messages without Google's clients: less to load, and the same messages for all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from google.cloud.firestore_v1.services.firestore.transports import FirestoreGrpcTransport
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

from parley.adapters.firestore import channel as firestore
from parley.adapters.google_channels import PLATFORM_SCOPE
from parley.adapters.pubsub import channel as pubsub
from parley.adapters.without_clients import without_clients

ROOT = Path(__file__).parents[4]

LATER = """
from parley.adapters.firestore.messages import firestore, write_types
from parley.adapters.pubsub.channel import types

from google.cloud import firestore_v1, pubsub_v1
from google.cloud.firestore import Client
from google.cloud.firestore_v1.types import Write

assert firestore_v1.types.firestore is firestore
assert Write is write_types.Write
assert firestore_v1.AsyncClient
assert pubsub_v1.types.PublishRequest is types.PublishRequest
"""


def test_a_client_that_is_imported_later_is_whole_and_has_the_same_messages() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LATER], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr


def test_a_package_that_is_not_there_is_named() -> None:
    with (
        pytest.raises(ModuleNotFoundError, match="no_such_package"),
        without_clients("google.no_such_package"),
    ):
        pass


@pytest.mark.parametrize(
    ("transport", "host", "scope"),
    [
        (FirestoreGrpcTransport, firestore.HOST, firestore.SCOPE),
        (PublisherGrpcTransport, pubsub.HOST, pubsub.SCOPE),
    ],
)
def test_a_channel_leads_where_the_clients_channel_leads_and_asks_for_its_scopes(
    transport: type[FirestoreGrpcTransport | PublisherGrpcTransport], host: str, scope: str
) -> None:
    assert host == transport.DEFAULT_HOST
    assert (PLATFORM_SCOPE, scope) == transport.AUTH_SCOPES
