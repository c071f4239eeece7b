"""What reading, reading at a time, aggregating and counting give, in memory and on the emulator."""

import asyncio
from datetime import timedelta

import pytest

from parley.errors import Conflict, StoreRejected
from parley.store import (
    MUST_EXIST,
    Aggregation,
    Count,
    Delete,
    FieldPath,
    Increment,
    Merge,
    Query,
    Set,
    Sum,
    Update,
    Where,
)
from tests.contract.conftest import AnyStore
from tests.contract.looking import fields, found, get, ids

pytestmark = pytest.mark.contract


async def test_answers_follow_the_order_of_the_request_with_none_if_missing(
    store: AnyStore,
) -> None:
    await store.commit([Set(f"rooms/{n}", {"n": n}) for n in range(4)])
    got = await store.get_many(["rooms/3", "rooms/no", "rooms/1", "rooms/3"])
    assert [one and one.fields for one in got] == [{"n": 3}, None, {"n": 1}, {"n": 3}]
    assert [one and one.id for one in got] == ["3", None, "1", "3"]
    assert await store.get_many([]) == []


async def test_a_selection_omits_other_fields(store: AnyStore) -> None:
    await store.commit([Set("rooms/a", {"a": 1, "b": {"c": 2, "d": 3}})])
    (one,) = await store.get_many(["rooms/a"], select=("a", ("b", "c"), "missing"))
    assert one is not None
    assert one.fields == {"a": 1, "b": {"c": 2}}
    (none,) = await store.get_many(["rooms/a"], select=())
    assert none is not None
    assert none.fields == {}
    assert none.update_time == (await get(store, "rooms/a")).update_time


async def test_a_selection_of_many_entries_of_a_map_omits_its_others(store: AnyStore) -> None:
    many = {f"k{n}": n for n in range(100)}
    await store.commit(
        [
            Set("rooms/large", {"a": 1, "b": many, "c": {"x": 1, "y": 2}, "d": 4}),
            Set("rooms/small", {"b": {"k1": {"deep": [1]}, "other": 2, "odd.name`": 3}}),
            Set("rooms/others", {"b": {"other": 2}}),
            Set("rooms/text", {"b": "no map"}),
            Set("rooms/without", {"d": 1}),
        ]
    )
    names = [*(f"k{n}" for n in range(20)), "missing", "odd.name`"]
    wanted: list[FieldPath] = [("b", name) for name in names]
    select = ("a", *wanted, ("c", "x"), ("b2", "k1"))
    paths = ["rooms/large", "rooms/small", "rooms/others", "rooms/text", "rooms/without"]

    together = await store.get_many(paths, select=select)
    alone = [(await store.get_timed(path, select=select))[0] for path in paths]

    assert together == alone
    assert [one and one.fields for one in together] == [
        {"a": 1, "b": {f"k{n}": n for n in range(20)}, "c": {"x": 1}},
        {"b": {"k1": {"deep": [1]}, "odd.name`": 3}},
        {},
        {},
        {},
    ]


async def test_a_selection_leads_into_maps_of_many_maps(store: AnyStore) -> None:
    await store.commit([Set("rooms/a", {"b": {f"k{n}": {"x": n, "y": n} for n in range(30)}})])

    deep = tuple(("b", f"k{n}", "x") for n in range(9)) + tuple(
        ("b", f"k{n}") for n in range(9, 29)
    )
    (below,) = await store.get_many(["rooms/a"], select=deep)

    assert below is not None
    assert below.fields == {
        "b": {f"k{n}": {"x": n} | ({} if n < 9 else {"y": n}) for n in range(29)}
    }


async def test_changing_a_written_or_read_value_does_not_change_the_store(
    store: AnyStore,
) -> None:
    written = {"m": {"l": [1]}}
    await store.commit([Set("rooms/a", written)])
    written["m"]["l"].append(2)
    first = await get(store, "rooms/a")
    first.fields["m"]["l"].append(3)
    (row,) = await found(store, Query("rooms"))
    row.fields["m"]["l"].append(4)
    assert await fields(store, "rooms/a") == {"m": {"l": [1]}}


async def test_a_timed_read_tells_the_stores_time(store: AnyStore) -> None:
    missing, before = await store.get_timed("rooms/a")
    result = await store.commit([Set("rooms/a", {"n": 1, "m": 2})])
    found, after = await store.get_timed("rooms/a", select=("n",))

    assert missing is None
    assert found is not None
    assert (found.path, found.fields, found.update_time) == (
        "rooms/a",
        {"n": 1},
        result.update_times[0],
    )
    assert before <= result.commit_time <= after
    assert after - before < timedelta(minutes=1)


async def test_a_read_at_a_time_returns_the_documents_of_that_time(store: AnyStore) -> None:
    first = await store.commit([Set("rooms/a", {"n": 1}), Set("rooms/b", {"n": 1})])
    second = await store.commit([Update("rooms/a", {"n": 2}), Set("rooms/c", {"n": 1})])
    await store.commit([Delete("rooms/b"), Update("rooms/c", {"n": 3})])
    query = Query("rooms", where=(Where("n", "==", 1),))

    assert await ids(store, query, read_time=first.commit_time) == ["a", "b"]
    assert await ids(store, query, read_time=second.commit_time) == ["b", "c"]
    assert await ids(store, query) == []
    paths = ["rooms/a", "rooms/b", "rooms/c"]
    at_first = await store.get_many(paths, read_time=first.commit_time)
    assert [one and one.fields for one in at_first] == [{"n": 1}, {"n": 1}, None]
    at_second = await store.get_many(paths, read_time=second.commit_time)
    assert [one and one.fields for one in at_second] == [{"n": 2}, {"n": 1}, {"n": 1}]
    assert at_second[0] is not None
    assert at_second[0].update_time == second.commit_time


async def test_a_future_time_cannot_be_read(store: AnyStore) -> None:
    result = await store.commit([Set("rooms/a", {"n": 1})])
    ahead = result.commit_time + timedelta(hours=1)
    with pytest.raises(StoreRejected):
        await store.get_many(["rooms/a"], read_time=ahead)
    with pytest.raises(StoreRejected):
        await found(store, Query("rooms"), read_time=ahead)


async def test_a_stream_comes_in_chunks_of_one_point_in_time(store: AnyStore) -> None:
    await store.commit([Set(f"rooms/{n:03}", {"n": n}) for n in range(250)])
    seen: list[int] = []
    async for chunk in store.stream(Query("rooms")):
        if not seen:
            await store.commit([Delete("rooms/249"), Set("rooms/999", {})])
        seen.append(len(chunk))
    assert len(seen) > 1
    assert sum(seen) == 250


async def test_a_reader_may_leave_a_stream_early(store: AnyStore) -> None:
    await store.commit([Set(f"rooms/{n:03}", {"n": n}) for n in range(250)])
    stream = store.stream(Query("rooms"))
    chunk = await anext(stream)
    assert chunk[0].id == "000"
    await stream.aclose()  # type: ignore[attr-defined]
    assert len(await ids(store, Query("rooms"))) == 250


async def test_counts_and_sums_over_a_query(store: AnyStore) -> None:
    await store.commit(
        [
            Set("rooms/a", {"n": 1, "f": 0.5, "on": True, "m": {"x": 1}}),
            Set("rooms/b", {"n": 2, "f": 1, "on": True, "m": {"x": 5}}),
            Set("rooms/c", {"n": "text", "f": 1, "on": True, "m": {"x": 7}}),
            Set("rooms/d", {"n": 9, "f": 1, "on": False, "m": {"x": 9}}),
        ]
    )
    query = Query("rooms", where=(Where("on", "==", True),))
    sums: dict[str, Aggregation] = {
        "all": Count(),
        "n": Sum("n"),
        "f": Sum("f"),
        "x": Sum(("m", "x")),
    }
    assert await store.aggregate(query, sums) == {"all": 3, "n": 3, "f": 2.5, "x": 13}
    assert await store.aggregate(query, {"n": Sum("n")}) == {"n": 3}
    limited = Query("rooms", where=query.where, limit=2)
    assert await store.aggregate(limited, {"all": Count()}) == {"all": 2}


async def test_a_sum_over_nothing_is_0(store: AnyStore) -> None:
    none = await store.aggregate(Query("rooms"), {"n": Sum("n"), "all": Count()})
    assert none == {"n": 0, "all": 0}
    await store.commit([Set("rooms/a", {"n": 1}), Set("rooms/b", {})])
    assert await store.aggregate(Query("rooms"), {"o": Sum("other")}) == {"o": 0}


async def test_a_query_has_at_most_five_aggregations(store: AnyStore) -> None:
    await store.commit([Set("rooms/a", {"n": 1})])
    five = {f"s{n}": Sum("n") for n in range(5)}
    assert await store.aggregate(Query("rooms"), five) == dict.fromkeys(five, 1)
    for wrong in ({}, {**five, "one more": Sum("n")}):
        with pytest.raises(ValueError, match="5"):
            await store.aggregate(Query("rooms"), wrong)


async def test_reads_and_writes_are_counted_as_billed(store: AnyStore) -> None:
    await store.commit([Set(f"rooms/{n}/guests/g", {"n": n}) for n in range(3)])
    await store.commit([Set(f"hotels/h{n}", {"n": n}) for n in range(2_100)])
    before = store.counts
    with pytest.raises(Conflict):
        await store.commit([Set("rooms/a", {}), Delete("rooms/no", MUST_EXIST)])
    await store.commit(
        [Merge("sums/s", {"n": Increment(1)}), Delete("rooms/0/guests/g"), Delete("rooms/no")]
    )
    await store.get_many(["rooms/1/guests/g", "rooms/no", "rooms/1/guests/g"])
    await found(store, Query("nothing"))
    await found(store, Query("hotels", limit=7))
    await store.aggregate(Query("hotels"), {"all": Count()})
    await store.aggregate(Query("hotels"), {"n": Sum("n")})
    await store.aggregate(Query("nothing"), {"n": Sum("n")})
    await store.get_many([])

    spent = store.counts - before
    assert (spent.reads, spent.writes, spent.deletes) == (2 + 1 + 7 + 3 + 3 + 1, 1, 2)
    assert spent.of("reads", "rooms/guests") == 1
    assert spent.of("reads", "hotels") == 13
    assert spent.of("deletes", "rooms") == 1
    assert spent.of("writes", "sums") == 1


async def test_many_reads_are_in_flight_at_once(store: AnyStore) -> None:
    await store.commit([Set(f"rooms/{n}", {"n": n}) for n in range(30)])
    got = await asyncio.gather(*(get(store, f"rooms/{n}") for n in range(30)))
    assert [one.fields["n"] for one in got] == list(range(30))
