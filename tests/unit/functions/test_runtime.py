import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from runtime import Runtime


class Opened:
    """A twin of the App's builder: counts how often it is asked."""

    def __init__(self, failures: int = 0) -> None:
        self.times = 0
        self._failures = failures

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[str]:
        self.times += 1
        if self.times <= self._failures:
            raise ConnectionError("not yet")
        yield f"app {self.times}"


async def loop_of(app: str) -> tuple[str, int]:
    return app, id(asyncio.get_running_loop())


def test_the_app_is_built_once_at_the_first_call() -> None:
    opened = Opened()
    runtime = Runtime(opened)
    assert opened.times == 0
    assert not runtime.is_built
    assert [runtime.run(loop_of)[0] for _ in range(3)] == ["app 1"] * 3
    assert opened.times == 1
    assert runtime.is_built


def test_calls_from_many_threads_share_one_app_and_one_loop() -> None:
    opened = Opened()
    runtime = Runtime(opened)
    with ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(lambda _: runtime.run(loop_of), range(64)))
    assert len(seen) == 1
    assert opened.times == 1


def test_building_the_app_is_retried_at_the_next_call() -> None:
    runtime = Runtime(Opened(failures=1))
    with pytest.raises(ConnectionError):
        runtime.run(loop_of)
    assert runtime.run(loop_of)[0] == "app 2"


def test_the_caller_gets_the_error_of_its_call() -> None:
    async def failing(app: str) -> None:
        raise LookupError(app)

    with pytest.raises(LookupError, match="app 1"):
        Runtime(Opened()).run(failing)
