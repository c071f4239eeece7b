"""A channel to Google itself, which bears this machine's credentials and connects at a call."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.adapters.firestore.channel import open_blocking_channel, open_channel
from parley.adapters.pubsub.channel import PubSubChannel

FOUND_BY = "GOOGLE_APPLICATION_CREDENTIALS"


@pytest.fixture
def credentials(tmp_path: Path) -> Iterator[None]:
    """Somebody's default credentials, which are asked for a token only at a call."""
    file = tmp_path / "credentials.json"
    secrets = {"client_id": "id", "client_secret": "secret", "refresh_token": "token"}
    file.write_text(json.dumps({"type": "authorized_user", **secrets}))
    before = dict(os.environ)
    os.environ.pop("FIRESTORE_EMULATOR_HOST", None)
    os.environ[FOUND_BY] = str(file)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("credentials")
async def test_without_an_emulator_a_channel_to_firestore_is_opened() -> None:
    channel, metadata = open_channel()
    await channel.close()
    open_blocking_channel().close()

    assert metadata == ()


@pytest.mark.usefixtures("credentials")
async def test_without_an_emulator_a_channel_to_pubsub_is_opened() -> None:
    channel = PubSubChannel("p", emulator_host=None)
    opened = channel._new_channel()

    await opened.close()
