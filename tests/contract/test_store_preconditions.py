"""Fences: preconditions and the times they go by, in memory and on the emulator alike."""

import asyncio

import pytest

from parley.adapters.firestore.store import FirestoreStore
from parley.errors import Conflict
from parley.store import (
    MUST_EXIST,
    MUST_NOT_EXIST,
    Delete,
    Increment,
    Merge,
    Set,
    Store,
    Update,
    UpdatedAt,
    Write,
)
from tests.contract.looking import by_path, fields, get

pytestmark = pytest.mark.contract

DOC = "rooms/a"


@pytest.mark.parametrize(
    "write",
    [
        Update("rooms/no", {"a": 1}),
        Set("rooms/no", {"a": 1}, MUST_EXIST),
        Delete("rooms/no", MUST_EXIST),
        Set("rooms/there", {"a": 1}, MUST_NOT_EXIST),
    ],
)
async def test_a_commit_with_a_failed_precondition_applies_nothing(
    store: Store, write: Write
) -> None:
    await store.commit([Set("rooms/there", {"first": True})])
    with pytest.raises(Conflict):
        await store.commit([Set("rooms/other", {"a": 1}), write, Delete("rooms/there2")])
    assert await fields(store, "rooms/other") is None
    assert await fields(store, "rooms/there") == {"first": True}


@pytest.mark.parametrize("kind", [Set, Update, Delete])
async def test_only_a_stale_update_time_is_a_conflict(store: Store, kind: type[Write]) -> None:
    def write(at: UpdatedAt) -> Write:
        return Delete(DOC, at) if kind is Delete else kind(DOC, {"n": 3}, at)  # type: ignore[call-arg,arg-type]

    await store.commit([Set(DOC, {"n": 1})])
    old = UpdatedAt((await get(store, DOC)).update_time)
    await store.commit([Update(DOC, {"n": 2}, old)])
    with pytest.raises(Conflict):
        await store.commit([write(old)])
    await store.commit([write(UpdatedAt((await get(store, DOC)).update_time))])
    with pytest.raises(Conflict):
        await store.commit([write(UpdatedAt(old.time))])


async def test_an_update_time_of_a_missing_document_is_a_conflict(store: Store) -> None:
    result = await store.commit([Set(DOC, {"n": 1})])
    await store.commit([Delete(DOC)])
    with pytest.raises(Conflict):
        await store.commit([Update(DOC, {"n": 2}, UpdatedAt(result.commit_time))])


async def test_an_update_time_moves_only_when_a_value_changes(store: Store) -> None:
    first = await store.commit([Set(DOC, {"n": 1, "m": {"x": [1, "a"]}})])
    same = await store.commit(
        [Update(DOC, by_path({"n": 1, ("m", "x"): [1, "a"]}), UpdatedAt(first.update_times[0]))]
    )
    assert tuple(same.update_times) == tuple(first.update_times)
    assert (await get(store, DOC)).update_time == first.update_times[0]
    again = await store.commit([Set(DOC, {"n": 1, "m": {"x": [1, "a"]}}), Merge(DOC + "b", {})])
    assert again.update_times[0] == first.update_times[0]
    changed = await store.commit([Update(DOC, {"n": 1.0}, UpdatedAt(first.update_times[0]))])
    assert changed.update_times[0] > first.update_times[0]


async def test_a_recreated_document_has_a_new_update_time(store: Store) -> None:
    first = await store.commit([Set(DOC, {})])
    await store.commit([Delete(DOC)])
    second = await store.commit([Set(DOC, {}, MUST_NOT_EXIST)])
    assert first.commit_time < second.commit_time
    assert (await get(store, DOC)).update_time == second.commit_time


async def test_of_two_committers_on_one_fence_exactly_one_wins(store: Store) -> None:
    await store.commit([Set("fences/f", {"attempt": 0})])
    for round_ in range(10):
        fence = await get(store, "fences/f")

        async def commit(name: str, fence_time: UpdatedAt, attempt: int) -> str:
            try:
                await store.commit(
                    [
                        Update("fences/f", {"attempt": attempt, "by": name}, fence_time),
                        Merge("effects/e", {"count": Increment(1)}),
                    ]
                )
            except Conflict:
                return "conflict"
            return "won"

        at = UpdatedAt(fence.update_time)
        outcomes = await asyncio.gather(*(commit(name, at, round_ + 1) for name in "abcd"))
        assert sorted(outcomes) == ["conflict", "conflict", "conflict", "won"]
    assert await fields(store, "effects/e") == {"count": 10}


async def test_two_stores_on_one_fence_conflict_too(
    emulated: FirestoreStore, firestore_emulator: str, project_id: str
) -> None:
    await emulated.commit([Set("fences/f", {"n": 0}), Set("fences/g", {})])
    async with FirestoreStore.connect(project_id, emulator_host=firestore_emulator) as other:
        outcomes = await asyncio.gather(
            emulated.commit([Delete("fences/g", MUST_EXIST), Set("effects/a", {})]),
            other.commit([Delete("fences/g", MUST_EXIST), Set("effects/b", {})]),
            return_exceptions=True,
        )
    assert [type(one) for one in outcomes].count(Conflict) == 1
    there = await emulated.get_many(["effects/a", "effects/b"])
    assert [one is None for one in there].count(True) == 1
