"""The protocol of the stand-in for Cloud Storage; `tests/integration` asks the rules themselves."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from emulator.storage.server import StorageStandIn
from emulator.storage.verdicts import NotSignedIn, Verdicts, claims_of, plain

BUCKET = "/v0/b/files/o"
PATH = "attachments/ann:ben/ann/f1"
OBJECT = f"{BUCKET}/attachments%2Fann%3Aben%2Fann%2Ff1"
Client = TestClient[Any, Any]


class ToldVerdicts(Verdicts):
    """Verdicts that a test tells; what was asked is kept."""

    def __init__(self) -> None:
        super().__init__("nowhere", "demo")
        self.denied: set[str] = set()
        self.asked: list[tuple[str, str, int | None]] = []

    async def permits(self, method: str, path: str, authorization: str, **files: Any) -> bool:
        new = files.get("new")
        self.asked.append((method, path, len(new.data) if new else None))
        return method not in self.denied


@pytest.fixture
def verdicts() -> ToldVerdicts:
    return ToldVerdicts()


@pytest.fixture
async def storage(verdicts: ToldVerdicts) -> AsyncIterator[Client]:
    async with TestClient(TestServer(StorageStandIn(verdicts).application())) as client:
        yield client


async def begin(storage: Client, size: int) -> str:
    answer = await storage.post(
        BUCKET,
        params={"name": PATH},
        headers={
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": str(size),
        },
        json={"contentType": "image/png", "metadata": {"made": "here"}},
    )
    assert (answer.status, answer.headers["X-Goog-Upload-Status"]) == (200, "active")
    return answer.headers["X-Goog-Upload-URL"].partition("?")[2]


async def go_on(
    storage: Client, query: str, command: str, offset: int = 0, data: bytes = b""
) -> tuple[int, dict[str, str], Any]:
    headers = {"X-Goog-Upload-Command": command, "X-Goog-Upload-Offset": str(offset)}
    answer = await storage.post(f"{BUCKET}?{query}", headers=headers, data=data)
    body = await answer.text()
    return answer.status, dict(answer.headers), json.loads(body) if body else None


async def test_a_file_is_uploaded_in_parts_and_read_by_its_address(storage: Client) -> None:
    query = await begin(storage, 6)
    await go_on(storage, query, "upload", 0, b"abc")
    _, headers, _ = await go_on(storage, query, "query")
    assert headers["X-Goog-Upload-Size-Received"] == "3"
    status, headers, told = await go_on(storage, query, "upload, finalize", 3, b"def")

    assert (status, headers["X-Goog-Upload-Status"]) == (200, "final")
    assert (told["name"], told["size"], told["contentType"]) == (PATH, "6", "image/png")
    assert told["metadata"] == {"made": "here"}
    answer = await storage.get(OBJECT, params={"alt": "media"})
    assert (await answer.read(), answer.headers["Content-Type"]) == (b"abcdef", "image/png")
    part = await storage.get(OBJECT, params={"alt": "media"}, headers={"Range": "bytes=1-2"})
    assert (part.status, await part.read()) == (206, b"bc")
    assert part.headers["Content-Range"] == "bytes 1-2/6"


async def test_a_part_that_was_lost_is_asked_for_again(storage: Client) -> None:
    query = await begin(storage, 6)
    await go_on(storage, query, "upload", 0, b"abc")

    status, headers, told = await go_on(storage, query, "upload", 0, b"abc")

    assert (status, headers["X-Goog-Upload-Size-Received"]) == (400, "3")
    assert "offset is 0, and 3 bytes" in told["error"]["message"]


@pytest.mark.parametrize(("size", "data"), [(2, b"abc"), (4, b"abc")])
async def test_a_file_of_another_size_than_announced_is_not_stored(
    storage: Client, size: int, data: bytes
) -> None:
    query = await begin(storage, size)

    status, _, told = await go_on(storage, query, "upload, finalize", 0, data)

    assert (status, "announced" in told["error"]["message"]) == (400, True)
    assert (await storage.get(OBJECT)).status == 404


async def test_an_upload_that_was_given_up_or_never_was_cannot_go_on(storage: Client) -> None:
    query = await begin(storage, 3)
    await go_on(storage, query, "cancel")

    assert (await go_on(storage, query, "upload, finalize", 0, b"abc"))[0] == 400
    assert (await go_on(storage, "name=x&upload_id=none", "query"))[0] == 404


async def test_a_small_file_comes_in_one_call_byte_for_byte(storage: Client) -> None:
    data = bytes(range(256)) + b"\r\n--x\r\n\n"
    body = b"--b42\r\nContent-Type: application/json\r\n\r\n" + json.dumps({}).encode()
    body += b"\r\n--b42\r\nContent-Type: image/png\r\n\r\n" + data + b"\r\n--b42--"
    headers = {
        "X-Goog-Upload-Protocol": "multipart",
        "Content-Type": "multipart/related; boundary=b42",
    }

    answer = await storage.post(BUCKET, params={"name": PATH}, headers=headers, data=body)

    assert (answer.status, (await answer.json())["contentType"]) == (200, "image/png")
    assert await (await storage.get(OBJECT, params={"alt": "media"})).read() == data
    assert (
        await storage.post(BUCKET, params={"name": PATH}, headers=headers, data=b"x")
    ).status == 400


async def test_the_rules_are_asked_of_the_whole_file_and_of_writing_over_one(
    storage: Client, verdicts: ToldVerdicts
) -> None:
    for _ in range(2):
        await go_on(storage, await begin(storage, 3), "upload, finalize", 0, b"abc")

    assert verdicts.asked == [("create", PATH, 3), ("update", PATH, 3)]


async def test_what_the_rules_deny_is_neither_stored_nor_read_nor_removed(
    storage: Client, verdicts: ToldVerdicts
) -> None:
    verdicts.denied = {"create"}
    status, headers, _ = await go_on(storage, await begin(storage, 1), "upload, finalize", 0, b"a")
    assert (status, headers["X-Goog-Upload-Status"]) == (403, "final")
    verdicts.denied = set()
    await go_on(storage, await begin(storage, 1), "upload, finalize", 0, b"a")

    verdicts.denied = {"get", "delete", "list"}
    assert (await storage.get(OBJECT)).status == 403
    assert (await storage.delete(OBJECT)).status == 403
    assert (await storage.get(BUCKET, params={"prefix": "attachments/"})).status == 403
    verdicts.denied = set()
    assert (await storage.get(OBJECT)).status == 200
    assert (await storage.delete(OBJECT)).status == 204
    assert (await storage.get(OBJECT)).status == 404


async def test_a_download_address_is_a_right_to_read_that_one_file(
    storage: Client, verdicts: ToldVerdicts
) -> None:
    _, _, told = await go_on(storage, await begin(storage, 1), "upload, finalize", 0, b"a")
    verdicts.denied = {"get"}

    address = {"alt": "media", "token": told["downloadTokens"]}
    assert (await storage.get(OBJECT, params=address)).status == 200
    assert (await storage.get(OBJECT, params={"alt": "media", "token": "guessed"})).status == 403


async def test_the_server_reads_what_was_uploaded_by_the_json_api(storage: Client) -> None:
    await go_on(storage, await begin(storage, 1), "upload, finalize", 0, b"a")
    name = OBJECT.removeprefix("/v0/b/files/o/")

    answer = await storage.get(f"/storage/v1/b/files/o/{name}", params={"alt": "media"})

    assert (answer.status, await answer.read()) == (200, b"a")
    assert (await storage.get("/storage/v1/b/files/o/none", params={"alt": "media"})).status == 404


async def test_calls_are_logged_and_faults_meet_the_paths_that_they_match(storage: Client) -> None:
    fault = {"rate": 1, "status": 503, "match": {"path": "^attachments/"}}
    await storage.put("/_/faults", json=[fault])
    assert (await storage.get(OBJECT)).status == 503
    await storage.put("/_/faults", json=[])
    assert (await storage.get(OBJECT)).status == 404

    log = await (await storage.get("/_/messages")).json()
    assert [(one["request"]["path"], one["status"]) for one in log] == [(PATH, 503), (PATH, 404)]


@pytest.mark.parametrize("origin", ["http://localhost:5000", "http://127.0.0.1:5000"])
async def test_a_page_of_this_machine_may_call_and_read_the_headers(
    storage: Client, origin: str
) -> None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-goog-upload-command,authorization",
    }
    asked = await storage.options(BUCKET, headers=headers)
    assert asked.headers["Access-Control-Allow-Origin"] == origin
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"]
    answer = await storage.get(OBJECT, headers={"Origin": origin})
    assert answer.headers["Access-Control-Expose-Headers"] == "*"


async def test_a_page_of_elsewhere_may_call_nothing(storage: Client) -> None:
    headers = {"Origin": "https://localhost.evil.example", "Access-Control-Request-Method": "PUT"}

    assert (await storage.options("/_/faults", headers=headers)).status == 403
    answer = await storage.get(OBJECT, headers=headers)
    assert "Access-Control-Allow-Origin" not in answer.headers


def token(**claims: Any) -> str:
    body = {"sub": "ann", "exp": time.time() + 60, **claims}
    coded = base64.urlsafe_b64encode(json.dumps(body).encode()).decode().rstrip("=")
    return f"Firebase e30.{coded}."


def test_a_token_of_the_auth_emulator_tells_who_calls() -> None:
    claims = claims_of(token(role="x"))
    assert claims is not None
    assert (claims["sub"], claims["role"]) == ("ann", "x")
    assert claims_of("") is None


@pytest.mark.parametrize(
    "header",
    [token(exp=time.time() - 1), token(sub=7), "Firebase x", "Basic YTpi"],
    ids=["past", "without a uid", "unreadable", "of another kind"],
)
def test_another_or_a_past_token_is_nobodys(header: str) -> None:
    with pytest.raises(NotSignedIn):
        claims_of(header)


def test_values_of_firestore_reach_the_rules_as_the_engine_takes_them() -> None:
    value = {
        "mapValue": {
            "fields": {
                "n": {"integerValue": "7"},
                "at": {"timestampValue": "2026-03-01T09:00:00.5Z"},
                "all": {"arrayValue": {"values": [{"stringValue": "a"}, {"nullValue": None}]}},
                "none": {"arrayValue": {}},
            }
        }
    }

    assert plain(value) == {
        "n": 7,
        "at": {"$time": 1772355600},
        "all": ["a", None],
        "none": [],
    }
