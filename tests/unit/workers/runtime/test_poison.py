import asyncio

from parley.errors import RetryableError, StoreUnavailable
from parley.services.upkeep.dead_letters import derived_id
from parley.store import Merge
from parley.testing.faults import failing, lost_answer
from schema import paths
from tests.unit.workers.runtime.stage import NAME, Stage, until


async def test_from_the_third_delivery_on_a_message_is_taken_alone() -> None:
    counted: list[int] = []

    async def look(ids: list[str]) -> None:
        counted.append(stage.handler.running)
        assert len(stage.suspects()) == 1
        await asyncio.sleep(0.005)

    stage = Stage(look)
    for chat in range(5):
        await stage.publish("m", chat=f"chat{chat}")
    await stage.deliver_unended(2)
    async with stage.running():
        await stage.drained()
    assert counted == [1] * 5
    assert stage.suspects() == []
    assert stage.dead_letters() == []


async def test_at_the_second_delivery_nothing_is_suspected() -> None:
    stage = Stage()
    await stage.publish("m1", "m2")
    await stage.deliver_unended(1)
    async with stage.running():
        await stage.drained()
    assert stage.handler.begun == [["m1", "m2"]]


async def test_a_message_begun_three_times_without_ending_is_parked_unbegun() -> None:
    stage = Stage()
    await stage.publish("poison", chat="chat1")
    await stage.publish("innocent", chat="chat2")
    await stage.deliver_unended(5)
    suspect = paths.suspect(derived_id(NAME, "chat1:poison"))
    await stage.store.commit([Merge(suspect, {"begun": 3})])
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["innocent"]
    (letter,) = stage.dead_letters()
    assert letter["error"]["code"] == "poison"
    assert letter["payload"]["messageId"] == "poison"
    assert stage.suspects() == []


async def test_ten_kills_park_no_innocent() -> None:
    stage = Stage()
    await stage.publish(*(f"m{n}" for n in range(20)))
    await stage.deliver_unended(10)
    async with stage.running():
        await stage.drained()
    assert len(stage.handler.done) == 20
    assert stage.dead_letters() == []


async def test_a_message_that_fails_in_this_process_is_no_suspect() -> None:
    async def fail_twice(ids: list[str]) -> None:
        assert stage.suspects() == []
        if len(stage.handler.begun) < 3:
            raise RetryableError("not now")

    stage = Stage(fail_twice)
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]
    assert stage.dead_letters() == []


async def test_between_two_suspects_the_other_lanes_get_a_turn() -> None:
    async def slow(ids: list[str]) -> None:
        await asyncio.sleep(0.01)

    stage = Stage(slow)
    for number in range(10):
        await stage.publish(f"old{number}", chat=f"old{number}")
    await stage.deliver_unended(2)
    async with stage.running():
        await until(lambda: len(stage.handler.begun) >= 1)
        await stage.publish("fresh", chat="fresh")
        await stage.drained()
    order = [ids[0] for ids in stage.handler.begun]
    assert order.index("fresh") < 9


async def test_a_suspect_is_not_begun_uncounted() -> None:
    stage = Stage()
    stage.store.faults.append(failing(StoreUnavailable("away"), times=2))
    await stage.publish("m1")
    await stage.deliver_unended(2)
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]
    assert stage.dead_letters() == []


async def test_a_beginning_whose_answer_was_lost_counts_once() -> None:
    counts: list[object] = []

    async def look(ids: list[str]) -> None:
        document = stage.store.document(stage.suspects()[0])
        assert document is not None
        counts.append(document["begun"])

    stage = Stage(look)
    stage.store.faults.append(lost_answer())
    await stage.publish("m1")
    await stage.deliver_unended(2)
    async with stage.running():
        await stage.drained()
    assert counts == [1]


async def test_a_suspect_cut_off_by_a_drain_is_not_held_against_it() -> None:
    async def hang(ids: list[str]) -> None:
        await asyncio.Event().wait()

    stage = Stage(hang)
    await stage.publish("m1")
    await stage.deliver_unended(2)
    async with stage.running():
        await until(lambda: stage.handler.running == 1)
        assert len(stage.suspects()) == 1
    assert stage.suspects() == []
    assert await stage.queue.backlog(NAME) == 1


async def test_copies_of_a_message_share_the_count_of_its_starts() -> None:
    stage = Stage()
    await stage.publish("poison", chat="chat1")
    await stage.publish("poison", chat="chat1")
    await stage.deliver_unended(2)
    suspect = paths.suspect(derived_id(NAME, "chat1:poison"))
    await stage.store.commit([Merge(suspect, {"begun": 3})])
    async with stage.running():
        await until(lambda: len(stage.dead_letters()) == 1)
        await stage.drained()
    assert stage.suspects() == []
    assert len(stage.dead_letters()) == 1
