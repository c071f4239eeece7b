from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest

from parley.domain.delivery.push import Notification, PushFate, PushResult
from parley.domain.delivery.push_folds import PushFolds
from parley.services.chats.answer_by_sms import AnswerBySms
from parley.services.chats.fan_out_messages import FanOutMessages
from parley.services.chats.hold_paces import HoldPaces
from parley.services.delivery.blocked_authors import BlockedAuthors
from parley.services.delivery.digest_settings import DigestSettings
from parley.services.delivery.notify_members import NotifyMembers
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete
from parley.services.delivery.queue_digests import QueueDigests
from parley.services.delivery.summarize_pushes import SummarizePushes
from parley.services.people.names import Names
from parley.store import SERVER_TIME
from parley.testing.in_memory_push import RecordingPushSender
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World

PEOPLE = [f"u{number:03d}" for number in range(160)]
POSTS = [f"m{number:02d}" for number in range(100)]


class PageRecorder(RecordingPushSender):
    """Keeps how much it was handed at once."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: list[int] = []

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        self.pages.append(len(notifications))
        return await super().send(notifications)


@pytest.fixture
async def crowd(world: World) -> World:
    """A large group that pushes to everybody, and a hundred waiting posts."""
    await world.write(
        {
            paths.chat("crowd"): {
                "serviceId": "default",
                "kind": "group",
                "createdBy": PEOPLE[0],
                "createdAt": SERVER_TIME,
                "memberCount": len(PEOPLE),
                "large": True,
            }
        }
    )
    for uid in PEOPLE:
        await world.write({paths.chat_member("crowd", uid): {"role": "member"}})
        await world.person(uid, uid)
    for message_id in POSTS:
        await world.post("crowd", message_id, PEOPLE[0])
    return world


def fan_out(world: World, sender: RecordingPushSender) -> FanOutMessages:
    folds, randomness = PushFolds(), random.Random(1)
    push = PushMessages(
        store=world.store, sender=sender, clock=world.clock, randomness=randomness, folds=folds
    )
    return FanOutMessages(
        store=world.store,
        bans=world.app.bans,
        hold_paces=HoldPaces(
            store=world.store, post_limits=world.app.post_limits, clock=world.clock
        ),
        notify_members=NotifyMembers(
            store=world.store,
            push_messages=push,
            summaries=SummarizePushes(
                store=world.store,
                push_messages=push,
                folds=folds,
                clock=world.clock,
                randomness=randomness,
            ),
            blocked_authors=BlockedAuthors(store=world.store, clock=world.clock),
            digests=QueueDigests(store=world.store, settings=DigestSettings(), clock=world.clock),
            names=Names(store=world.store, clock=world.clock),
            clock=world.clock,
        ),
        answer_by_sms=AnswerBySms(store=world.store),
    )


async def test_folded_posts_are_pushed_in_pages_and_devices_are_read_once(
    crowd: World,
) -> None:
    sender = PageRecorder()
    before = crowd.store.counts

    await fan_out(crowd, sender).fan_out("crowd", POSTS)

    spent = crowd.store.counts - before
    assert max(sender.pages) <= 800
    assert len(sender.sent) == 3 * (len(PEOPLE) - 1), "the others wait for a summary"
    assert spent.of("reads", "userPushTokens") == len(PEOPLE) - 1
    assert spent.writes == 1
    mine = [one.data["messageId"] for one in sender.sent_to(PEOPLE[7])]
    assert mine == POSTS[:3], "in the chat's order"


async def test_a_postponed_page_does_not_block_others(crowd: World) -> None:
    sender = PageRecorder()
    sender.give(PEOPLE[1], PushFate.RETRY, retry_after=30.0)
    worker = fan_out(crowd, sender)

    with pytest.raises(PushIncomplete) as waiting:
        await worker.fan_out("crowd", POSTS)

    assert waiting.value.retry_after == 30.0
    reached = Counter(one.device.token for one in sender.sent)
    assert reached[PEOPLE[-1]] == 3

    sender.give(PEOPLE[1], PushFate.ACCEPTED)
    sender.sent.clear()
    await worker.fan_out("crowd", POSTS)
    assert {one.device.token for one in sender.sent} == {PEOPLE[1]}, "the others have theirs"
