"""What a commit does, in memory and on Firestore's emulator alike."""

import asyncio
from datetime import timedelta

import pytest

from parley.errors import StoreRejected
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    ArrayRemove,
    ArrayUnion,
    Delete,
    Increment,
    Merge,
    Overlay,
    Set,
    Store,
    Update,
    Value,
)
from tests.contract.looking import by_path, fields, get

pytestmark = pytest.mark.contract

DOC = "rooms/a"


async def test_a_set_replaces_the_whole_document(store: Store) -> None:
    await store.commit([Set(DOC, {"old": 1, "kept": 2})])
    await store.commit([Set(DOC, {"kept": 3})])
    assert await fields(store, DOC) == {"kept": 3}


async def test_an_update_changes_only_the_named_fields(store: Store) -> None:
    await store.commit([Set(DOC, {"a": 1, "m": {"x": 1, "y": 2}, "n": {"x": 1, "y": 2}})])
    await store.commit([Update(DOC, by_path({"a": 5, "m": {"z": 3}, ("n", "x"): 9}))])
    assert await fields(store, DOC) == {"a": 5, "m": {"z": 3}, "n": {"x": 9, "y": 2}}


async def test_a_merge_creates_missing_fields_and_keeps_the_rest(store: Store) -> None:
    await store.commit([Merge(DOC, by_path({("deep", "er"): {"x": 1}, "a": 1}))])
    await store.commit([Merge(DOC, {"b": 2})])
    assert await fields(store, DOC) == {"deep": {"er": {"x": 1}}, "a": 1, "b": 2}


async def test_an_overlay_combines_shared_fields_with_its_own(store: Store) -> None:
    shared = {"kind": "case", "last": {"from": "us", "at": SERVER_TIME}, "n": Increment(1)}
    for _ in range(2):
        await store.commit(
            [
                Merge(f"rooms/{name}", Overlay(shared, {"name": name, "last": {"id": name}}))
                for name in ("a", "b")
            ]
        )
    for name in ("a", "b"):
        document = (await get(store, f"rooms/{name}")).fields
        assert document.pop("last").keys() == {"from", "at", "id"}
        assert document == {"kind": "case", "name": name, "n": 2}


async def test_an_empty_merge_creates_but_never_changes_a_document(store: Store) -> None:
    await store.commit([Merge(DOC, {})])
    assert await fields(store, DOC) == {}
    await store.commit([Set(DOC, {"a": 1}), Merge("rooms/b", {})])
    await store.commit([Merge(DOC, {})])
    assert await fields(store, DOC) == {"a": 1}


async def test_removing_a_missing_field_is_allowed(store: Store) -> None:
    await store.commit([Set(DOC, {"a": 1, "m": {"x": 1, "y": 2}})])
    await store.commit(
        [
            Update(
                DOC,
                by_path({"a": DELETE_FIELD, ("m", "x"): DELETE_FIELD, ("no", "no"): DELETE_FIELD}),
            )
        ]
    )
    assert await fields(store, DOC) == {"m": {"y": 2}}


async def test_a_nested_path_replaces_a_plain_value_by_a_map(store: Store) -> None:
    await store.commit([Set(DOC, {"m": 7})])
    await store.commit([Update(DOC, by_path({("m", "x"): 1}))])
    assert await fields(store, DOC) == {"m": {"x": 1}}


async def test_server_time_is_the_same_everywhere_in_a_commit(store: Store) -> None:
    written = {"id": "m1", "at": SERVER_TIME, "in": {"ner": {"at": SERVER_TIME}, "x": 1}}
    result = await store.commit(
        [
            Set("rooms/a", {"last": written, "at": SERVER_TIME}),
            Merge("rooms/b", by_path({"last": written, ("m", "at"): SERVER_TIME})),
        ]
    )
    at = (await get(store, "rooms/a")).fields["at"]
    last = {"id": "m1", "at": at, "in": {"ner": {"at": at}, "x": 1}}
    assert await fields(store, "rooms/a") == {"last": last, "at": at}
    assert await fields(store, "rooms/b") == {"last": last, "m": {"at": at}}
    assert result.commit_time - timedelta(seconds=5) < at <= result.commit_time


async def test_server_time_has_milliseconds(store: Store) -> None:
    for number in range(5):
        await store.commit([Set(f"rooms/{number}", {"at": SERVER_TIME})])
        assert (await get(store, f"rooms/{number}")).fields["at"].microsecond % 1_000 == 0


async def test_a_map_with_only_a_transform_replaces_the_field(store: Store) -> None:
    await store.commit([Set(DOC, {"m": {"old": 1}})])
    await store.commit([Update(DOC, {"m": {"n": Increment(2)}})])
    assert await fields(store, DOC) == {"m": {"n": 2}}


@pytest.mark.parametrize(
    ("before", "by", "after"),
    [
        (1, 2, 3),
        (1, 0.5, 1.5),
        (None, 2, 2),
        ("text", 2, 2),
        (True, 2, 2),
        (2**63 - 2, 5, 2**63 - 1),
        (-(2**63) + 2, -5, -(2**63)),
    ],
)
async def test_an_increment_adds_to_numbers_and_replaces_other_values(
    store: Store, before: Value, by: float, after: Value
) -> None:
    await store.commit([Set(DOC, {"n": before})])
    await store.commit([Update(DOC, {"n": Increment(by), "missing": Increment(by)})])
    got = await fields(store, DOC)
    assert got == {"n": after, "missing": by}
    assert got is not None
    assert type(got["n"]) is type(after)


async def test_an_increment_in_a_set_ignores_the_earlier_document(store: Store) -> None:
    await store.commit([Set(DOC, {"n": 40})])
    await store.commit([Set(DOC, {"n": Increment(2)})])
    assert await fields(store, DOC) == {"n": 2}


async def test_array_union_and_remove_compare_by_value(store: Store) -> None:
    await store.commit([Set(DOC, {"a": ["x", 1, {"k": 1}, "x"], "b": ["x", 1, "x", None], "c": 1})])
    await store.commit(
        [
            Update(
                DOC,
                {
                    "a": ArrayUnion(("y", {"k": 1}, "y", 1.0, "x")),
                    "b": ArrayRemove(("x", None)),
                    "c": ArrayUnion((1,)),
                    "d": ArrayRemove((1,)),
                    "e": ArrayUnion(()),
                },
            )
        ]
    )
    assert await fields(store, DOC) == {
        "a": ["x", 1, {"k": 1}, "x", "y"],
        "b": [1],
        "c": [1],
        "d": [],
        "e": [],
    }


async def test_the_answer_has_the_update_time_of_each_write(store: Store) -> None:
    await store.commit([Set("rooms/gone", {})])
    result = await store.commit(
        [Set("rooms/a", {"n": 1}), Delete("rooms/gone"), Delete("rooms/no")]
    )
    assert result.update_times[0] == (await get(store, "rooms/a")).update_time
    assert tuple(result.update_times)[1:] == (result.commit_time, result.commit_time)


async def test_writing_a_document_twice_in_a_commit_is_refused(
    store: Store,
) -> None:
    with pytest.raises(ValueError, match="rooms/a"):
        await store.commit([Set(DOC, {}), Set("rooms/b", {}), Delete(DOC)])
    assert await fields(store, "rooms/b") is None
    assert store.counts.writes == 0  # type: ignore[attr-defined]


async def test_an_empty_commit_is_allowed(store: Store) -> None:
    assert not (await store.commit([])).update_times


async def test_a_commit_with_a_document_that_is_too_large_applies_nothing(store: Store) -> None:
    with pytest.raises(StoreRejected):
        await store.commit([Set("rooms/b", {}), Set(DOC, {"text": "x" * 1_100_000})])
    assert await fields(store, "rooms/b") is None


async def test_many_writes_fit_into_one_commit(store: Store) -> None:
    await store.commit([Set(f"rooms/{n}", {"n": n}) for n in range(600)])
    snapshots = await store.get_many([f"rooms/{n}" for n in range(600)])
    assert [one.fields["n"] for one in snapshots if one] == list(range(600))


async def test_many_commits_are_in_flight_at_once(store: Store) -> None:
    await asyncio.gather(
        *(
            store.commit([Merge("sums/s", {"n": Increment(1)}), Set(f"rooms/{n}", {"n": n})])
            for n in range(40)
        )
    )
    assert await fields(store, "sums/s") == {"n": 40}
