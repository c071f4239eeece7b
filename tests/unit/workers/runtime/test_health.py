from workers.runtime.health import Liveness


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def liveness(seconds: Seconds) -> Liveness:
    return Liveness("q", stall_seconds=60, handler_seconds=300, monotonic=seconds)


def test_an_idle_worker_is_healthy_however_long() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    seconds.now = 10_000
    assert alive.judge(in_hand=0, busy_lanes=0, backlog=0).healthy
    assert alive.judge(in_hand=0, busy_lanes=0, backlog=None).healthy


def test_a_worker_is_unhealthy_when_nothing_moves_although_messages_are_in_hand() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    assert alive.judge(in_hand=5, busy_lanes=0, backlog=None).healthy
    seconds.now = 61
    health = alive.judge(in_hand=5, busy_lanes=0, backlog=None)
    assert not health.healthy
    assert health.still_seconds == 61
    alive.note_progress()
    assert alive.judge(in_hand=5, busy_lanes=0, backlog=None).healthy


def test_a_silent_queue_with_a_backlog_is_unhealthy() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    alive.judge(in_hand=0, busy_lanes=0, backlog=7)
    seconds.now = 61
    assert not alive.judge(in_hand=0, busy_lanes=0, backlog=7).healthy


def test_idle_time_before_there_was_work_does_not_count() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    seconds.now = 10_000
    assert alive.judge(in_hand=1, busy_lanes=0, backlog=None).healthy


def test_a_handler_that_runs_within_its_time_limit_is_movement() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    alive.judge(in_hand=1, busy_lanes=1, backlog=None)
    seconds.now = 359
    assert alive.judge(in_hand=1, busy_lanes=1, backlog=None).healthy
    seconds.now = 361
    assert not alive.judge(in_hand=1, busy_lanes=1, backlog=None).healthy


def test_an_idle_worker_is_unhealthy_once_work_has_waited_in_the_tree_for_long() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    seconds.now = 301
    health = alive.judge(in_hand=0, busy_lanes=0, backlog=None, waiting_seconds=301)
    assert not health.healthy
    assert (health.still_seconds, health.waiting_seconds) == (301, 301)


def test_work_that_waits_in_the_tree_for_a_short_while_is_no_fault_of_an_idle_worker() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    seconds.now = 10_000
    assert alive.judge(in_hand=0, busy_lanes=0, backlog=None, waiting_seconds=299).healthy
    assert alive.judge(in_hand=0, busy_lanes=0, backlog=None, waiting_seconds=0).healthy


def test_a_worker_that_is_given_other_work_meanwhile_is_healthy() -> None:
    seconds = Seconds()
    alive = liveness(seconds)
    seconds.now = 1_000
    alive.note_progress()
    seconds.now = 1_200
    assert alive.judge(in_hand=0, busy_lanes=0, backlog=None, waiting_seconds=1_200).healthy
