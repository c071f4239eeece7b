"""Tenants take turns: the lanes of one do not keep those of another waiting."""

from __future__ import annotations

from datetime import UTC, datetime

from parley.domain.ports import Received
from parley.queues import QUEUES
from schema import limits
from schema.events import CampaignQueued, QueueName
from workers.runtime.handler import InFlightMessage
from workers.runtime.lanes import Call, Lanes

AT = datetime(2026, 1, 5, tzinfo=UTC)


def lanes_of(*, most_of_turn: int | None = None, running: int = 1) -> Lanes[CampaignQueued]:
    return Lanes(max_running=running, most_of_turn=most_of_turn, monotonic=lambda: 0.0)


def add(
    lanes: Lanes[CampaignQueued], service: str | None, campaign: str, *, is_suspect: bool = False
) -> None:
    payload = CampaignQueued(campaign_id=campaign, service_id=service)
    received = Received(campaign, campaign, b"", 1, AT)
    lanes.add(InFlightMessage(received, payload, is_suspect=is_suspect))


def begin(lanes: Lanes[CampaignQueued]) -> Call[CampaignQueued]:
    call = lanes.next()
    assert call is not None
    return call


def test_a_campaign_waits_for_one_of_another_service_and_not_for_all() -> None:
    lanes = lanes_of()
    for number in range(60):
        add(lanes, "evil", f"e{number}")
    first = begin(lanes)
    add(lanes, "good", "g")
    lanes.finish(first)

    order = []
    for _ in range(3):
        call = begin(lanes)
        order.append(call.lane)
        lanes.finish(call)

    assert "g" in order[:2]


def test_three_services_with_much_work_take_turns() -> None:
    lanes = lanes_of()
    for service in ("a", "b", "c"):
        for number in range(4):
            add(lanes, service, f"{service}{number}")

    order = []
    for _ in range(12):
        call = begin(lanes)
        order.append(call.lane)
        lanes.finish(call)

    assert [{lane[0] for lane in order[at : at + 3]} for at in (0, 3, 6, 9)] == [set("abc")] * 4
    assert [lane for lane in order if lane.startswith("a")] == ["a0", "a1", "a2", "a3"]


def test_one_service_has_at_most_five_campaigns_in_planning() -> None:
    queue = QUEUES[QueueName.CAMPAIGN_QUEUE]
    lanes = lanes_of(most_of_turn=queue.lanes_of_service, running=queue.lanes)
    for number in range(60):
        add(lanes, "evil", f"e{number}")
    begun = []
    while (call := lanes.next()) is not None:
        begun.append(call)
    assert len(begun) == limits.CAMPAIGNS_IN_PLANNING == 5

    add(lanes, "good", "g")
    assert begin(lanes).lane == "g"
    lanes.finish(begun[0])
    assert begin(lanes).lane == "e5"
    assert lanes.next() is None


def test_a_lane_whose_messages_name_no_service_and_then_one_is_counted_right() -> None:
    lanes = lanes_of(most_of_turn=1, running=4)
    for _ in range(20):
        add(lanes, None, "c")
        call = begin(lanes)
        add(lanes, "s", "c")
        lanes.finish(call)
        lanes.finish(begin(lanes))
    add(lanes, None, "d")
    add(lanes, "s", "e")
    assert {begin(lanes).lane, begin(lanes).lane} == {"d", "e"}


def test_a_big_campaign_leaves_a_lane_for_the_batches_of_others() -> None:
    for name in (QueueName.CAMPAIGN_BATCHES, QueueName.CAMPAIGN_MESSAGE_QUEUE):
        queue = QUEUES[name]
        assert queue.lanes_of_service is not None
        assert queue.lanes_of_service < queue.lanes


def test_suspects_of_services_take_turns_too() -> None:
    lanes = lanes_of()
    for number in range(20):
        add(lanes, "evil", f"e{number}", is_suspect=True)
    for number in range(2):
        add(lanes, "good", f"g{number}", is_suspect=True)
    add(lanes, "fair", "f0", is_suspect=True)
    order = []
    for _ in range(6):
        call = begin(lanes)
        assert call.is_alone
        order.append(call.lane)
        lanes.finish(call)
    assert order == ["e0", "g0", "f0", "e1", "g1", "e2"]
