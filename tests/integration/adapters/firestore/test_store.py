"""The real store where there is nobody, or somebody slow or small, at the other end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from parley.adapters.firestore.store import FirestoreStore
from parley.errors import CommitOutcomeUnknown, CommitTooLarge, StoreUnavailable
from parley.store import Query, Set

pytestmark = pytest.mark.integration


@pytest.fixture
async def silent_host() -> AsyncIterator[str]:
    """A server that takes connections and never answers."""
    open_ones: list[asyncio.StreamWriter] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.append(writer)
        await reader.read()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for writer in open_ones:
        writer.close()
    server.close()


async def closed_port() -> str:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"127.0.0.1:{port}"


async def test_a_commit_without_a_connection_was_not_applied() -> None:
    host = await closed_port()
    async with FirestoreStore.connect("demo-none", emulator_host=host) as store:
        with pytest.raises(StoreUnavailable):
            await store.commit([Set("a/1", {})])


async def test_a_commit_without_an_answer_may_have_been_applied(
    silent_host: str,
) -> None:
    async with FirestoreStore.connect(
        "demo-none", emulator_host=silent_host, commit_seconds=0.3
    ) as store:
        with pytest.raises(CommitOutcomeUnknown):
            await store.commit([Set("a/1", {})])
        assert store.counts.writes == 0


async def test_a_read_fails_after_a_few_attempts() -> None:
    host = await closed_port()
    async with FirestoreStore.connect("demo-none", emulator_host=host) as store:
        with pytest.raises(StoreUnavailable):
            await store.get_many(["a/1"])
        with pytest.raises(StoreUnavailable):
            _ = [chunk async for chunk in store.stream(Query("a"))]


async def test_a_commit_that_is_too_large_says_so_and_its_parts_pass(
    firestore_emulator: str, project_id: str
) -> None:
    writes = [Set(f"large/{n}", {"text": "x" * 900_000}) for n in range(5)]
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as store:
        with pytest.raises(CommitTooLarge):
            await store.commit(writes)
        assert await store.get_many([write.path for write in writes], select=()) == [None] * 5
        await store.commit(writes[:2])
