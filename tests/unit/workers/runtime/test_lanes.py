from datetime import UTC, datetime

from parley.domain.ports import Received
from schema.events import CampaignBatchReady, MessageQueued
from workers.runtime.handler import InFlightMessage
from workers.runtime.lanes import Call, Lanes


class Bench:
    """Lanes on a clock that a test moves."""

    def __init__(self, max_running: int = 2) -> None:
        self.now = 0.0
        self.drawn = 0
        self.lanes = Lanes[MessageQueued](
            max_running=max_running, monotonic=lambda: self.now, max_batch=3, alone_seconds=30
        )

    def add(self, lane: str, *, has_failed: bool = False, is_suspect: bool = False) -> None:
        self.drawn += 1
        one = f"m{self.drawn}"
        received = Received(one, one, b"", 1, datetime(2026, 1, 5, tzinfo=UTC))
        payload = MessageQueued(chat_id=lane, message_id=one)
        self.lanes.add(
            InFlightMessage(received, payload, has_failed=has_failed, is_suspect=is_suspect)
        )

    def change(self, lane: str) -> None:
        """Add an edit, whose pace is a second."""
        self.drawn += 1
        one = f"e{self.drawn}"
        received = Received(one, one, b"", 1, datetime(2026, 1, 5, tzinfo=UTC))
        payload = MessageQueued(chat_id=lane, message_id=one, is_changed=True)
        self.lanes.add(InFlightMessage(received, payload, has_failed=False, is_suspect=False))

    def next(self) -> Call[MessageQueued]:
        work = self.lanes.next()
        assert work is not None
        return work


def ids(work: Call[MessageQueued]) -> list[str]:
    return [message.message_id for message in work.messages]


def test_lanes_begin_in_the_order_in_which_they_got_work() -> None:
    bench = Bench(max_running=3)
    for lane in ("c", "a", "b"):
        bench.add(lane)
    assert [bench.next().lane for _ in range(3)] == ["c", "a", "b"]


def test_a_lane_with_much_work_does_not_keep_others_from_beginning() -> None:
    bench = Bench(max_running=1)
    for _ in range(6):
        bench.add("busy")
    bench.add("other")
    first = bench.next()
    bench.lanes.finish(first)
    assert bench.next().lane == "other"


def test_no_more_than_the_fold_is_taken_max_running_and_the_order_is_kept() -> None:
    bench = Bench()
    for _ in range(5):
        bench.add("a")
    first = bench.next()
    assert ids(first) == ["m1", "m2", "m3"]
    bench.lanes.finish(first)
    assert ids(bench.next()) == ["m4", "m5"]


def test_a_message_that_failed_before_is_folded_with_no_other() -> None:
    bench = Bench()
    bench.add("a")
    bench.add("a", has_failed=True)
    bench.add("a")
    taken = []
    while (work := bench.lanes.next()) is not None:
        taken.append(ids(work))
        bench.lanes.finish(work)
    assert taken == [["m1"], ["m2"], ["m3"]]


def test_a_suspect_waits_until_nothing_runs_and_nothing_begins_beside_it() -> None:
    bench = Bench()
    bench.add("a")
    running = bench.next()
    bench.add("s", is_suspect=True)
    bench.add("b")
    assert bench.lanes.next() is None
    bench.lanes.finish(running)
    alone = bench.next()
    assert alone.is_alone
    assert bench.lanes.next() is None
    bench.lanes.finish(alone)
    assert bench.next().lane == "b"


def test_a_suspect_does_not_wait_for_ever_for_work_that_takes_long() -> None:
    bench = Bench()
    bench.add("long")
    bench.next()
    bench.add("s", is_suspect=True)
    assert bench.lanes.next() is None
    bench.now = 30
    assert bench.next().is_alone


def test_others_do_not_wait_for_ever_for_a_suspect_that_takes_long() -> None:
    bench = Bench()
    bench.add("s", is_suspect=True)
    assert bench.next().is_alone
    bench.add("a")
    bench.add("s2", is_suspect=True)
    assert bench.lanes.next() is None
    bench.now = 30
    work = bench.next()
    assert work.lane == "a"
    assert not work.is_alone


def test_a_suspect_never_runs_beside_work_of_its_own_lane() -> None:
    bench = Bench()
    bench.add("a")
    running = bench.next()
    bench.add("a", is_suspect=True)
    bench.now = 60
    assert bench.lanes.next() is None
    bench.lanes.finish(running)
    assert bench.next().is_alone


def test_clearing_takes_out_all_that_is_not_begun() -> None:
    bench = Bench()
    bench.add("a")
    bench.next()
    bench.add("a")
    bench.add("b")
    bench.add("s", is_suspect=True)
    assert len(bench.lanes.clear()) == 3
    assert bench.lanes.waiting == 0
    assert bench.lanes.next() is None


def test_edits_of_a_chat_begin_once_a_second_and_are_folded() -> None:
    bench = Bench()
    bench.change("a")
    bench.lanes.finish(bench.next())
    for _ in range(250):
        bench.change("a")

    assert bench.lanes.next() is None
    assert bench.lanes.seconds_to_next() == 1.0
    bench.now = 0.99
    assert bench.lanes.next() is None
    bench.now = 1.0
    assert len(bench.next().messages) == 250
    assert bench.lanes.waiting == 0


def test_posts_do_not_wait_for_edits_of_their_chat_or_of_others() -> None:
    bench = Bench(max_running=1)
    for lane in ("a", "b", "c"):
        bench.change(lane)
        bench.lanes.finish(bench.next())
        bench.change(lane)
    bench.add("a")
    bench.add("d")

    first = bench.next()
    assert (first.lane, ids(first)) == ("a", ["m7"])
    bench.lanes.finish(first)
    assert bench.next().lane == "d"


def test_edits_begin_though_posts_never_end() -> None:
    bench = Bench(max_running=1)
    bench.change("a")
    bench.lanes.finish(bench.next())
    bench.change("a")
    begun = []
    for tenth in range(25):
        bench.now = tenth / 10
        bench.add("a")
        call = bench.next()
        begun.append(call.messages[0].payload.is_changed)
        bench.lanes.finish(call)
    assert begun.count(True) == 1
    assert begun.index(True) == 10


def test_a_chat_is_forgotten_when_its_pace_is_over() -> None:
    bench = Bench()
    for number in range(1_000):
        bench.now = number
        bench.change(f"chat{number}")
        bench.lanes.finish(bench.next())
    assert len(bench.lanes._paced_from) == 1


def test_edits_that_wait_are_given_back_at_the_end() -> None:
    bench = Bench()
    bench.change("a")
    bench.lanes.finish(bench.next())
    bench.change("a")
    assert [message.message_id for message in bench.lanes.clear()] == ["e2"]
    assert bench.lanes.seconds_to_next() is None


def test_what_asks_for_the_same_as_one_that_waits_is_not_needed() -> None:
    lanes = Lanes[CampaignBatchReady](max_running=1, monotonic=lambda: 0.0)

    def add(one: str, *, has_failed: bool = False, is_probe: bool | None = None) -> bool:
        payload = CampaignBatchReady(
            campaign_id="c1", batch_id="b1", service_id="acme", is_probe=is_probe
        )
        received = Received(one, one, b"", 1, datetime(2026, 1, 5, tzinfo=UTC))
        return lanes.add(InFlightMessage(received, payload, has_failed=has_failed))

    assert add("m1")
    running = lanes.next()
    assert running is not None
    assert add("m2"), "what runs has read the tree already"
    assert not add("m3")
    assert add("m4", is_probe=True), "a probe asks for more"
    assert add("m5", has_failed=True), "its failures are counted"
    assert lanes.waiting == 3
    lanes.finish(running)
    again = lanes.next()
    assert again is not None
    assert [message.message_id for message in again.messages] == ["m2", "m4"]
