"""What pushes take in memory is bounded in bytes, however many are asked for at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack

from parley.domain.delivery.push import Notification, PushResult, message_data
from parley.services.delivery.hand_over_pushes import ROOM
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushOrder
from parley.testing.in_memory_push import RecordingPushSender
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World

PEOPLE = [f"u{number:02d}" for number in range(20)]
LANES = 32
MOST_BYTES = 18 * 1024 * 1024


class SlowSender(RecordingPushSender):
    """Counts what is in its hands at once, in bytes of tokens and texts and in number."""

    def __init__(self) -> None:
        super().__init__()
        self.in_hand = 0
        self.most = 0
        self.largest_call = 0

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        self.largest_call = max(self.largest_call, len(notifications))
        self.in_hand += len(notifications)
        self.most = max(self.most, self.in_hand)
        for _ in range(3):
            await asyncio.sleep(0)
        self.in_hand -= len(notifications)
        return [self._send(one) for one in notifications]


def orders(lane: int, posts: int, people: Sequence[str]) -> list[PushOrder]:
    return [
        PushOrder(
            uid=uid,
            title="Town",
            body="x" * 140,
            data=message_data(
                chat_id=f"chat{lane}",
                message_id=f"m{post}",
                service_id="default",
                kind="group",
                sender_id="mal",
            ),
        )
        for uid in people
        for post in range(posts)
    ]


async def with_the_longest_tokens(world: World) -> None:
    for uid in PEOPLE:
        tokens = [f"{uid}-{n}-".ljust(limits.PUSH_TOKEN, "x") for n in range(limits.DEVICES)]
        await world.write(
            {
                paths.push_tokens(uid): {
                    "devices": {
                        f"d{number}": {
                            "token": token,
                            "kind": "fcmToken",
                            "platform": "ios",
                            "updatedAt": world.clock.now(),
                        }
                        for number, token in enumerate(tokens)
                    }
                }
            }
        )


async def test_floods_to_people_with_many_devices_stay_within_the_bound(world: World) -> None:
    """Thirty-two chats of twenty people with twenty devices and the longest tokens each."""
    await with_the_longest_tokens(world)
    sender = SlowSender()
    pushes = PushMessages(
        store=world.store, sender=sender, clock=world.clock, randomness=random.Random(1)
    )
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, pushes.in_hand)
            await asyncio.sleep(0)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(pushes.push(orders(lane, 4, PEOPLE)) for lane in range(LANES)))
    watching.cancel()

    assert len(sender.sent) == LANES * 4 * len(PEOPLE) * limits.DEVICES
    assert 0 < most <= MOST_BYTES
    assert sender.most * (limits.PUSH_TOKEN + 3_000) <= ROOM
    assert sender.largest_call <= 800
    assert pushes.in_hand == 0


async def test_an_ordinary_message_does_not_wait_for_pages_of_many_people(world: World) -> None:
    await world.person("bob", "bob-1")
    pushes = PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )
    devices = pushes._devices
    many = [f"p{number}" for number in range(100)]
    async with devices.of(many, ["chat"]), devices._pages.held.hold(1 << 40):
        async with asyncio.timeout(5):
            await pushes.push(orders(1, 1, ["bob"]))
    assert len(world.sender.sent) == 1


async def test_typical_devices_take_little_room(world: World) -> None:
    for uid in PEOPLE:
        await world.person(uid, f"{uid}-token".ljust(160, "x"))
    pushes = PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )
    async with pushes._devices.of(PEOPLE, ["chat"]):
        assert pushes.in_hand < len(PEOPLE) * 2_000


async def test_a_token_takes_no_memory_once_its_push_is_over(world: World) -> None:
    await with_the_longest_tokens(world)
    pushes = PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )
    await pushes.push(orders(1, 1, PEOPLE))

    assert all(isinstance(key, int) for key in pushes._hand_over._handed_over)
    assert len(pushes._hand_over._handed_over) == len(PEOPLE) * limits.DEVICES


async def test_four_batches_of_a_campaign_are_pushed_side_by_side(world: World) -> None:
    pages = [[f"page{page}-{number}" for number in range(100)] for page in range(4)]
    await world.write(
        {
            paths.push_tokens(uid): {
                "devices": {
                    "phone": {
                        "token": uid.ljust(160, "x"),
                        "kind": "fcmToken",
                        "platform": "ios",
                        "updatedAt": world.clock.now(),
                    }
                }
            }
            for page in pages
            for uid in page
        }
    )
    pushes = PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )
    async with AsyncExitStack() as held, asyncio.timeout(5):
        for page in pages:
            await held.enter_async_context(pushes._devices.of(page, ["chat"]))
        assert pushes.in_hand > 0
