"""`python -m bench.push_worker COUNT LANES`: push as the worker of a campaign's pushes does.

All of it: devices read, notifications encoded and sent, quick retries, dead tokens forgotten, and
what the provider postpones sent again as the queue would. The store makes devices as they are read.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from bench.rivals.pushes import BODY, TITLE, WARM_UP, data, timed, token
from parley.adapters.fcm.sender import FcmSender
from parley.adapters.system import SystemClock
from parley.services.delivery.late_batches import FEW_LEFT
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.store import CommitResult, Snapshot, Store, Write
from schema import limits
from schema.reasons import PushOutcome
from workers.runtime.process import collect_less_often

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class OneDeviceEach:
    """Makes the device of each person as it is read, and forgets what is written."""

    async def get_many(self, wanted: Sequence[str], **_options: Any) -> list[Snapshot | None]:
        """Return the devices of each person."""
        return [Snapshot(path, {"devices": {"phone": _device(path)}}, _NOW) for path in wanted]

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Answer as if the writes had been applied."""
        return CommitResult(_NOW, [_NOW] * len(writes))


def _device(path: str) -> dict[str, Any]:
    number = int(path.rsplit("-", 1)[-1])
    kind = {"kind": "fcmToken", "platform": "android"}
    return {"token": token(number), "updatedAt": _NOW, **kind}


def _order(number: int) -> PushOrder:
    return PushOrder(uid=f"person-{number:07d}", title=TITLE, body=BODY, data=data(number))


async def _push(
    pushes: PushMessages,
    numbers: Sequence[int],
    on_wait: Callable[[int], None] = lambda left: None,
) -> int:
    """Push until nothing waits; return how many were accepted."""
    clock = SystemClock()
    left = [_order(number) for number in numbers]
    accepted = 0
    while left:
        try:
            outcomes = dict(enumerate(await pushes.push(left, on_wait=on_wait)))
            wait = 0.0
        except PushIncomplete as incomplete:
            outcomes, wait = incomplete.outcomes, incomplete.retry_after or 1.0
        accepted += sum(one is PushOutcome.HANDED_OVER for one in outcomes.values())
        left = [order for index, order in enumerate(left) if index not in outcomes]
        if left:
            on_wait(len(left))
            await clock.sleep(wait)
    return accepted


async def main(count: int, lanes: int) -> None:
    """Push to so many people, a hundred a call and so many calls at once; print what it took."""
    collect_less_often()
    project = os.environ["GOOGLE_CLOUD_PROJECT"]
    async with FcmSender(project_id=project, url=os.environ["PARLEY_FCM_URL"]) as sender:
        pushes = PushMessages(
            store=cast(Store, OneDeviceEach()),
            sender=sender,
            clock=SystemClock(),
            randomness=random.Random(7),
        )
        await _push(pushes, range(count, count + WARM_UP))
        accepted: list[int] = []
        starts = iter(range(0, count, limits.CAMPAIGN_BATCH))

        late: list[asyncio.Future[int]] = []

        async def lane() -> None:
            for first in starts:
                numbers = range(first, min(count, first + limits.CAMPAIGN_BATCH))
                few_left: asyncio.Future[None] = asyncio.get_running_loop().create_future()

                def on_wait(left: int, few_left: asyncio.Future[None] = few_left) -> None:
                    if left <= FEW_LEFT and not few_left.done():
                        few_left.set_result(None)

                pushing = asyncio.ensure_future(_push(pushes, numbers, on_wait))
                late.append(pushing)
                waiting: set[asyncio.Future[Any]] = {pushing, few_left}
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

        with timed(count, accepted):
            await asyncio.gather(*(lane() for _ in range(lanes)))
            accepted += await asyncio.gather(*late)


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
    # As a worker ends: a thread of the HTTP client may abort an interpreter that is torn down.
    os._exit(0)
