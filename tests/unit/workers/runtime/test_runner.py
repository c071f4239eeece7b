import asyncio
import dataclasses

from parley.errors import Conflict, PermanentError, RetryableError
from parley.testing.in_memory_queue import InMemoryQueue
from schema.events import QueueName
from tests.unit.workers.runtime.stage import NAME, Stage, until


async def test_messages_of_a_busy_lane_wait_and_are_folded_into_one_call() -> None:
    release = asyncio.Event()

    async def first_waits(ids: list[str]) -> None:
        if ids == ["m0"]:
            await release.wait()

    stage = Stage(first_waits)
    async with stage.running():
        await stage.publish("m0")
        await until(lambda: stage.handler.begun == [["m0"]])
        await stage.publish(*(f"m{n}" for n in range(1, 6)))
        await until(lambda: stage.queue.held(NAME) == 6)
        assert stage.handler.begun == [["m0"]]
        release.set()
        await stage.drained()
    assert stage.handler.begun == [["m0"], ["m1", "m2", "m3", "m4", "m5"]]


async def test_one_call_takes_at_most_a_hundred_messages() -> None:
    stage = Stage()
    async with stage.running():
        await stage.publish(*(f"m{n}" for n in range(150)))
        await stage.drained()
    assert max(len(ids) for ids in stage.handler.begun) <= 100
    assert len(stage.handler.done) == 150


async def test_different_lanes_run_side_by_side_up_to_the_limit() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait, lanes=3)
    async with stage.running():
        for chat in range(6):
            await stage.publish("m", chat=f"chat{chat}")
        await until(lambda: stage.handler.running == 3)
        release.set()
        await stage.drained()
    assert stage.handler.most_running == 3


async def test_one_bad_message_of_a_lane_takes_no_other_with_it() -> None:
    async def one_is_bad(ids: list[str]) -> None:
        if "m2" in ids:
            raise PermanentError("m2 can never work")

    stage = Stage(one_is_bad)
    await stage.publish("m1", "m2", "m3")
    async with stage.running():
        await stage.drained()
    assert sorted(stage.handler.done) == ["m1", "m3"]
    (letter,) = stage.dead_letters()
    assert letter["payload"] == {"v": 1, "chatId": "ann:bob", "messageId": "m2"}
    assert letter["error"] == {
        "code": "permanent",
        "message": "PermanentError: m2 can never work",
    }
    assert letter["queue"] == "message-queue"
    assert letter["attempts"] == 1
    assert set(letter) == {"queue", "payload", "error", "attempts", "firstAt", "parkedAt"}


async def test_what_failed_together_comes_back_one_by_one() -> None:
    failed = False

    async def fail_once(ids: list[str]) -> None:
        nonlocal failed
        if not failed:
            failed = True
            raise RetryableError("not now")

    stage = Stage(fail_once)
    await stage.publish("m1", "m2")
    async with stage.running():
        await stage.drained()
    assert stage.handler.begun == [["m1", "m2"], ["m1"], ["m2"]]


async def test_a_retryable_error_keeps_the_lease_for_as_long_as_was_asked() -> None:
    async def fail_once(ids: list[str]) -> None:
        if len(stage.handler.begun) == 1:
            raise RetryableError("slow down", retry_after=7)

    stage = Stage(fail_once)
    await stage.publish("m1")
    async with stage.running() as runner:
        await until(lambda: any(call.seconds == 7 for call in stage.queue.calls))
        assert runner.health().in_hand == 0
        await stage.clock.sleep(2)
        assert await stage.queue.pull(NAME, max_messages=1) == []
        await stage.drained()
    assert stage.handler.done == ["m1"]


async def test_a_lost_race_is_tried_again_soon() -> None:
    async def lose_once(ids: list[str]) -> None:
        if len(stage.handler.begun) == 1:
            raise Conflict("somebody else was first")

    stage = Stage(lose_once)
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]
    assert all(call.seconds in (1, 15) for call in stage.queue.calls if call.method == "extend")


async def test_an_unexpected_error_is_tried_again_and_parked_when_exhausted() -> None:
    async def always(ids: list[str]) -> None:
        raise KeyError("the words of a person")

    stage = Stage(always)
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert len(stage.handler.begun) == 3
    (letter,) = stage.dead_letters()
    assert letter["error"]["code"] == "exhausted"
    assert letter["error"]["message"].startswith("KeyError in test_runner.py:")


async def test_a_handler_that_takes_too_long_is_cut_off_and_tried_again() -> None:
    async def hang_once(ids: list[str]) -> None:
        if len(stage.handler.begun) == 1:
            await asyncio.Event().wait()

    stage = Stage(hang_once, handler_seconds=0.05)
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]


async def test_a_field_of_a_newer_publisher_is_ignored() -> None:
    stage = Stage()
    stage.queue.put(NAME, b'{"v": 1, "chatId": "a:b", "messageId": "m", "newer": true}')
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m"]


async def test_leases_are_extended_in_one_call_while_work_runs() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait)
    for chat in range(5):
        await stage.publish("m", chat=f"chat{chat}")
    async with stage.running():
        await until(lambda: stage.handler.running == 5)
        await stage.clock.sleep(60)
        assert await stage.queue.pull(NAME, max_messages=10) == []
        release.set()
        await stage.drained()
    ticks = [call for call in stage.queue.calls if call.method == "extend"]
    assert {(len(call.ack_ids), call.seconds) for call in ticks} == {(5, 15)}
    assert len(stage.handler.begun) == 5


async def test_what_ends_together_is_acknowledged_in_one_call() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait)
    for chat in range(20):
        await stage.publish("m", chat=f"chat{chat}")
    async with stage.running():
        await until(lambda: stage.handler.running == 20)
        release.set()
        await stage.drained()
    acknowledged = [call for call in stage.queue.calls if call.method == "acknowledge"]
    assert [len(call.ack_ids) for call in acknowledged] == [20]


async def test_a_message_delivered_again_while_it_is_worked_on_is_handled_once() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait)
    await stage.publish("m1")
    async with stage.running():
        await until(lambda: stage.handler.running == 1)
        stage.queue.repeat(NAME, "1")
        await until(lambda: stage.queue.held(NAME) == 1)
        release.set()
        await stage.drained()
    assert stage.handler.begun == [["m1"]]


async def test_no_more_is_pulled_than_may_be_in_hand() -> None:
    release = asyncio.Event()

    async def wait(ids: list[str]) -> None:
        await release.wait()

    stage = Stage(wait, max_in_hand=10, pull_size=4)
    await stage.publish(*(f"m{n}" for n in range(50)))
    async with stage.running() as runner:
        await until(lambda: runner.health().in_hand == 10)
        assert stage.queue.held(NAME) == 10
        release.set()
        await stage.drained()
    assert len(stage.handler.done) == 50


async def test_an_outage_of_the_queue_is_outlived() -> None:
    stage = Stage()
    stage.queue.fail(5)
    async with stage.running():
        await until(lambda: stage.queue._failing == 0)
        await stage.publish("m1")
        stage.queue.fail(3)
        await until(lambda: stage.handler.done == ["m1"])
        await stage.drained()


async def test_a_queue_that_is_gone_is_made_again() -> None:
    stage = Stage()
    async with stage.running():
        stage.queue.lose(NAME)
        await until(lambda: NAME not in stage.queue._missing)
        await stage.publish("m1")
        await stage.drained()
    assert stage.handler.done == ["m1"]


async def test_a_runner_leaves_other_queues_alone() -> None:
    stage = Stage()
    stage.queue.put(QueueName.CAMPAIGN_QUEUE, b"{}")
    await stage.publish("m1")
    async with stage.running():
        await stage.drained()
    assert await stage.queue.backlog(QueueName.CAMPAIGN_QUEUE) == 1


class SilentQueue(InMemoryQueue):
    """As Pub/Sub, which tells a puller nothing of its backlog."""

    async def backlog(self, queue: QueueName) -> int | None:
        return None


async def test_a_runner_whose_queue_does_not_say_what_it_holds_asks_how_long_work_waits() -> None:
    stage = Stage()
    stage.queue = SilentQueue(stage.clock)
    stage.timing = dataclasses.replace(stage.timing, stall_timeout=0.02, waiting_interval=0.01)
    asked: list[QueueName] = []

    async def waiting(queue: QueueName) -> float:
        asked.append(queue)
        return 400.0

    stage.waiting_time = waiting
    async with stage.running() as runner:
        await until(lambda: not runner.health().healthy)
        assert runner.health().waiting_seconds == 400.0
        assert set(asked) == {NAME}
        await stage.publish("m1")
        await until(lambda: stage.handler.done == ["m1"])
