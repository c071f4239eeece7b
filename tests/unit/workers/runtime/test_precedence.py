"""Campaigns wait while an ordinary message is late, in a process that serves both."""

from datetime import UTC, datetime

import pytest

from parley.domain.ports import Received
from parley.queues import QUEUES
from schema.events import CampaignBatchReady, MessageQueued, QueueName
from workers.runtime.handler import InFlightMessage
from workers.runtime.lanes import Call, Lanes
from workers.runtime.precedence import (
    FORGOTTEN_SECONDS,
    LIVELY_SECONDS,
    LOOK_SECONDS,
    MOST_SECONDS,
    PATIENCE_SECONDS,
    Precedence,
)

LATE = PATIENCE_SECONDS + 0.01
MOST, MOST_BESIDE_CHAT = 8, 3


class Process:
    """The lanes of ordinary messages and of campaign batches, on a clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.drawn = 0
        precedence = Precedence(self._time)
        self.chat = Lanes[MessageQueued](
            max_running=8, monotonic=self._time, precedence=precedence, goes_first=True
        )
        self.campaigns = Lanes[CampaignBatchReady](
            max_running=MOST,
            monotonic=self._time,
            precedence=precedence,
            gives_way=True,
            most_beside_chat=MOST_BESIDE_CHAT,
        )

    def _time(self) -> float:
        return self.now

    def received(self) -> Received:
        self.drawn += 1
        one = f"m{self.drawn}"
        return Received(one, one, b"", 1, datetime(2026, 1, 5, tzinfo=UTC))

    def post(self, *, is_changed: bool = False) -> None:
        received = self.received()
        payload = MessageQueued(
            chat_id=f"chat{self.drawn}", message_id=received.message_id, is_changed=is_changed
        )
        self.chat.add(InFlightMessage(received, payload))

    def batches(self, count: int) -> None:
        for _ in range(count):
            received = self.received()
            payload = CampaignBatchReady(
                campaign_id="c", service_id="acme", batch_id=received.message_id
            )
            self.campaigns.add(InFlightMessage(received, payload))

    def begin(self) -> Call[CampaignBatchReady]:
        call = self.campaigns.next()
        assert call is not None
        return call


@pytest.fixture
def process() -> Process:
    process = Process()
    process.batches(100)
    process.begin()
    return process


def test_no_batch_begins_while_a_message_is_late(process: Process) -> None:
    process.post()
    call = process.chat.next()
    process.begin()

    process.now += LATE
    assert process.campaigns.next() is None
    assert process.campaigns.seconds_to_next() == LOOK_SECONDS

    assert call is not None
    process.chat.finish(call)
    process.begin()


def test_a_message_that_has_not_begun_is_late_too(process: Process) -> None:
    process.post()
    process.now += LATE
    assert process.campaigns.next() is None
    process.chat.clear()
    process.begin()


def test_chats_that_are_never_quiet_slow_a_campaign_down_and_do_not_stop_it(
    process: Process,
) -> None:
    process.post()
    process.now += LATE
    begun = 0
    for _ in range(500):
        process.post()
        process.now += 0.02
        while (call := process.campaigns.next()) is not None:
            begun += 1
            process.campaigns.finish(call)
        if process.drawn % 5 == 0:
            process.chat.finish(_next(process))
    assert 10 / MOST_SECONDS - 2 <= begun <= 10 / MOST_SECONDS + 4


def test_a_message_that_waits_for_its_push_provider_holds_nobody_back(process: Process) -> None:
    process.post()
    process.now += FORGOTTEN_SECONDS + 0.01
    process.begin()


def test_edits_which_have_a_pace_of_their_own_hold_nobody_back(process: Process) -> None:
    process.post(is_changed=True)
    process.now += LATE
    process.begin()


def test_few_batches_are_under_way_while_messages_come(process: Process) -> None:
    process.begin()
    process.post()
    process.begin()
    assert process.campaigns.next() is None

    process.chat.finish(_next(process))
    process.now += LIVELY_SECONDS / 2
    assert process.campaigns.next() is None

    process.now += LIVELY_SECONDS / 2
    for _ in range(MOST - MOST_BESIDE_CHAT):
        process.begin()
    assert process.campaigns.next() is None


def test_batches_begun_before_a_message_came_end_as_they_would(process: Process) -> None:
    begun = [process.begin() for _ in range(MOST - 1)]
    process.post()
    process.chat.finish(_next(process))

    for call in begun[: MOST - MOST_BESIDE_CHAT + 1]:
        assert process.campaigns.next() is None
        process.campaigns.finish(call)
    process.begin()


def test_edits_alone_leave_a_campaign_all_its_lanes(process: Process) -> None:
    process.post(is_changed=True)
    for _ in range(MOST - 1):
        process.begin()


def test_messages_never_wait_for_campaigns(process: Process) -> None:
    process.post()
    process.post()
    process.now += LATE
    assert [_next(process).lane for _ in range(2)] == ["chat101", "chat102"]


def test_only_the_batches_of_campaigns_have_fewer_lanes_beside_chat() -> None:
    """Planning may take an hour, and pushes wait for the provider: they commit little."""
    fewer = {name for name, queue in QUEUES.items() if queue.lanes_beside_chat is not None}
    assert fewer == {QueueName.CAMPAIGN_BATCHES}


def test_queues_of_campaigns_give_way_to_ordinary_messages_alone() -> None:
    assert [name for name, queue in QUEUES.items() if queue.goes_first] == [QueueName.MESSAGE_QUEUE]
    assert {name for name, queue in QUEUES.items() if queue.gives_way} == {
        QueueName.CAMPAIGN_QUEUE,
        QueueName.CAMPAIGN_BATCHES,
        QueueName.CAMPAIGN_MESSAGE_QUEUE,
        QueueName.MASS_MESSAGE_QUEUE,
    }


def _next(process: Process) -> Call[MessageQueued]:
    call = process.chat.next()
    assert call is not None
    return call
