import asyncio
import threading
import time

from workers.runtime.watchdog import EXIT_STATUS, Watchdog


async def test_a_blocked_event_loop_ends_the_process() -> None:
    ended = threading.Event()
    statuses: list[int] = []

    def end(status: int) -> None:
        statuses.append(status)
        ended.set()

    watchdog = Watchdog(0.05, end=end, tick_seconds=0.01)
    watchdog.start()
    # This blocks the loop, as a handler that computes for ever would.
    assert ended.wait(60)
    assert statuses == [EXIT_STATUS]


async def test_an_event_loop_that_turns_is_left_alone() -> None:
    statuses: list[int] = []
    watchdog = Watchdog(1.0, end=statuses.append, tick_seconds=0.01)
    watchdog.start()
    turning = time.monotonic() + 1.2
    while time.monotonic() < turning:
        await asyncio.sleep(0.005)
    watchdog.stop()
    assert statuses == []
