"""Files come whole, in chunks and in order. A missing file and an outage are different errors."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from parley.adapters.storage.bucket_files import BucketFiles
from parley.domain.ports import Files
from parley.errors import FileMissing, FilesUnavailable
from parley.testing.in_memory_files import InMemoryFiles

pytestmark = pytest.mark.contract

PATH = "imports/acme/ann/people é+1%2F.csv"
CONTENT = bytes(range(256)) * 4_000
BUCKET = "demo-parley.firebasestorage.app"


class Bucket:
    """Answers like Cloud Storage's JSON API: objects by their name, `alt=media` for the bytes."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.status: int | None = None

    async def answer(self, request: web.Request) -> web.Response:
        # The name is one segment of the path: its slashes must have come encoded.
        segments = request.raw_path.partition("?")[0].split("/")
        if self.status is not None:
            return web.Response(status=self.status)
        assert segments[:4] == ["", "storage", "v1", "b"]
        assert request.query["alt"] == "media"
        content = self.files.get(request.match_info["name"])
        if request.match_info["bucket"] != BUCKET or content is None or len(segments) != 7:
            return web.Response(status=404)
        return web.Response(body=content)


@pytest.fixture
async def bucket() -> AsyncIterator[tuple[Bucket, str]]:
    held = Bucket()
    app = web.Application()
    app.router.add_get("/storage/v1/b/{bucket}/o/{name:.+}", held.answer)
    async with TestServer(app) as server:
        yield held, str(server.make_url("")).rstrip("/")


@pytest.fixture(params=["memory", "bucket"])
async def files(request: pytest.FixtureRequest, bucket: tuple[Bucket, str]) -> AsyncIterator[Files]:
    if request.param == "memory":
        twin = InMemoryFiles()
        twin.files[PATH] = CONTENT
        yield twin
        return
    held, url = bucket
    held.files[PATH] = CONTENT
    async with BucketFiles(bucket=BUCKET, emulator_url=url) as real:
        yield real


async def test_a_file_comes_in_chunks_and_whole(files: Files) -> None:
    chunks = [chunk async for chunk in files.open(PATH)]
    assert b"".join(chunks) == CONTENT
    assert len(chunks) > 1
    assert all(chunks)


async def test_a_file_can_be_read_again(files: Files) -> None:
    for _ in range(2):
        assert len(b"".join([chunk async for chunk in files.open(PATH)])) == len(CONTENT)


async def test_a_missing_file_is_named(files: Files) -> None:
    with pytest.raises(FileMissing, match=r"imports/acme/none\.csv"):
        await anext(files.open("imports/acme/none.csv"))


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_outage_is_worth_a_retry(bucket: tuple[Bucket, str], status: int) -> None:
    held, url = bucket
    held.status = status
    async with BucketFiles(bucket=BUCKET, emulator_url=url) as real:
        with pytest.raises(FilesUnavailable, match=str(status)):
            await anext(real.open(PATH))


async def test_a_server_that_does_not_answer_is_worth_a_retry() -> None:
    async with BucketFiles(bucket=BUCKET, emulator_url="http://127.0.0.1:1") as real:
        with pytest.raises(FilesUnavailable):
            await anext(real.open(PATH))
