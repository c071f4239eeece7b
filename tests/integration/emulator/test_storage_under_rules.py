"""The stand-in for Cloud Storage asks the real rules, which look at the Firestore emulator."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.storage.server import StorageStandIn
from emulator.storage.verdicts import OWNER, Verdicts
from parley.adapters.firestore.store import FirestoreStore
from parley.store import SERVER_TIME, Set
from schema import paths

pytestmark = pytest.mark.integration

Client = TestClient[Any, Any]
CHAT = "ann:ben"
FILE = f"/v0/b/files/o/attachments%2F{CHAT.replace(':', '%3A')}%2Fann%2Ff1"


def as_user(uid: str) -> dict[str, str]:
    """Return the header of somebody whom the Auth emulator has signed in."""
    claims = {"sub": uid, "user_id": uid, "exp": time.time() + 60}
    coded = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return {"Authorization": f"Firebase e30.{coded}."}


@pytest.fixture
async def store(firestore_emulator: str, project_id: str) -> AsyncIterator[FirestoreStore]:
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as connected:
        yield connected


@pytest.fixture
async def storage(firestore_emulator: str, project_id: str) -> AsyncIterator[Client]:
    stand_in = StorageStandIn(Verdicts(firestore_emulator, project_id))
    async with TestClient(TestServer(stand_in.application())) as client:
        yield client


async def upload(storage: Client, headers: dict[str, str], kind: str = "image/png") -> int:
    told = b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n"
    body = told + b"--b\r\nContent-Type: %b\r\n\r\npicture\r\n--b--" % kind.encode()
    sent = {"X-Goog-Upload-Protocol": "multipart", "Content-Type": "multipart/related; boundary=b"}
    answer = await storage.post(
        "/v0/b/files/o",
        params={"name": f"attachments/{CHAT}/ann/f1"},
        headers=sent | headers,
        data=body,
    )
    return answer.status


async def test_members_alone_upload_and_read_and_what_runs_in_a_browser_is_refused(
    store: FirestoreStore, storage: Client
) -> None:
    assert await upload(storage, as_user("ann")) == 403, "there is no chat"
    member: dict[str, object] = {"role": "member", "joinedAt": SERVER_TIME}
    await store.commit([Set(paths.chat_member(CHAT, uid), member) for uid in ("ann", "ben")])

    assert await upload(storage, {}) == 403
    assert await upload(storage, as_user("ben")) == 403, "it is Ann's folder"
    assert await upload(storage, as_user("ann"), "text/html") == 403
    assert await upload(storage, as_user("ann")) == 200
    assert await upload(storage, as_user("ann")) == 403, "a file never changes"

    for uid, status in (("ben", 200), ("cleo", 403)):
        assert (await storage.get(FILE, headers=as_user(uid))).status == status
    assert (await storage.delete(FILE, headers=as_user("ben"))).status == 403
    assert (await storage.delete(FILE, headers=as_user("ann"))).status == 204


async def test_who_is_muted_until_later_uploads_nothing_and_a_server_everything(
    store: FirestoreStore, storage: Client
) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    muted = {"role": "member", "joinedAt": SERVER_TIME, "mutedUntil": later}
    await store.commit([Set(paths.chat_member(CHAT, "ann"), muted)])

    assert await upload(storage, as_user("ann")) == 403
    await store.commit(
        [Set(paths.chat_member(CHAT, "ann"), {**muted, "mutedUntil": later - timedelta(hours=1)})]
    )
    assert await upload(storage, as_user("ann")) == 200
    assert (await storage.get(FILE, headers={"Authorization": OWNER})).status == 200


async def test_a_token_that_is_none_is_answered_so(storage: Client) -> None:
    assert await upload(storage, {"Authorization": "Firebase nonsense"}) == 401
