from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.delivery.push_folds import PushFolds
from parley.testing.clock import START


class Phone:
    """Bob's phone in one chat."""

    def __init__(self, folds: PushFolds) -> None:
        self.folds = folds

    def hears(self, message_id: str, seconds: float) -> bool:
        now = START + timedelta(seconds=seconds)
        return self.folds.admit("chat", "bob", message_id, now, now)

    def summary(self, seconds: float, *, read_to: float | None = None) -> tuple[int, str]:
        now = START + timedelta(seconds=seconds)
        assert "bob" in self.folds.due("chat", now)
        read = None if read_to is None else START + timedelta(seconds=read_to)
        told = self.folds.begin("chat", "bob", read, now)
        self.folds.told("chat", "bob")
        self.folds.tidy("chat")
        return told

    def due(self) -> float | None:
        due = self.folds.next_due("chat")
        return None if due is None else (due - START).total_seconds()


@pytest.fixture
def phone() -> Phone:
    return Phone(PushFolds())


def test_three_messages_ring_and_the_others_are_told_when_the_first_is_ten_seconds_old(
    phone: Phone,
) -> None:
    heard = [phone.hears(f"m{n}", n) for n in range(8)]

    assert heard == [True] * 3 + [False] * 5
    assert phone.due() == 10
    assert phone.summary(10) == (5, "m7")
    assert phone.due() is None


def test_a_summary_is_a_push_like_the_others(phone: Phone) -> None:
    for seconds in (0, 8, 9, 9.5):
        phone.hears(f"m{seconds}", seconds)
    assert phone.summary(10) == (1, "m9.5")

    assert phone.hears("m11", 11) is False, "8, 9 and the summary are not ten seconds old"
    assert phone.due() == 18
    assert phone.summary(18) == (1, "m11")
    assert phone.hears("m19", 19.5) is True


def test_messages_at_leisure_always_ring(phone: Phone) -> None:
    assert all(phone.hears(f"m{n}", 3.4 * n) for n in range(50))
    assert phone.due() is None


def test_a_repeated_message_counts_once(phone: Phone) -> None:
    for _ in range(2):
        assert [phone.hears(f"m{n}", n) for n in range(5)] == [True] * 3 + [False] * 2

    assert phone.summary(10) == (2, "m4")


def test_what_was_read_meanwhile_is_not_counted(phone: Phone) -> None:
    for number in range(6):
        phone.hears(f"m{number}", number)

    assert phone.summary(10, read_to=4) == (1, "m5")


def test_nothing_is_told_when_everything_was_read(phone: Phone) -> None:
    for number in range(6):
        phone.hears(f"m{number}", number)

    assert phone.summary(10, read_to=5) == (0, "")
    assert phone.hears("m6", 10) is True, "the one who reads was not rung"


def test_messages_that_come_while_a_summary_is_sent_wait_for_the_next(phone: Phone) -> None:
    for seconds in (0, 6, 7, 8):
        phone.hears(f"m{seconds}", seconds)
    folds, now = phone.folds, START + timedelta(seconds=10)
    assert folds.begin("chat", "bob", None, now) == (1, "m8")

    assert phone.hears("m10", 10) is False
    folds.told("chat", "bob")

    assert folds.waiting_of("chat", ["m8"]) == 0
    assert folds.waiting_of("chat", ["m8", "m10"]) == 1
    assert phone.summary(16) == (1, "m10")


def test_a_summary_that_was_put_off_counts_what_came_meanwhile(phone: Phone) -> None:
    for number in range(5):
        phone.hears(f"m{number}", number)
    folds = phone.folds
    folds.begin("chat", "bob", None, START + timedelta(seconds=10))
    folds.put_off("chat", "bob", START + timedelta(seconds=12))
    phone.hears("m11", 11)

    assert phone.due() == 12
    assert phone.summary(12) == (3, "m11")


def test_people_and_chats_are_counted_apart(phone: Phone) -> None:
    for number in range(5):
        phone.hears(f"m{number}", number)
    now = START + timedelta(seconds=5)

    assert phone.folds.admit("chat", "cat", "m5", now, now)
    assert phone.folds.admit("other", "bob", "m5", now, now)


def test_quiet_chats_are_forgotten_and_waiting_people_are_not(phone: Phone) -> None:
    folds = phone.folds
    for number in range(4):
        phone.hears(f"m{number}", 0)
    for number in range(1_000):
        folds.admit(f"chat{number}", "cat", "m", START, START)
    assert len(folds) == 1_001

    folds.expire(START + timedelta(seconds=10))

    assert len(folds) == 1
    assert phone.summary(10) == (1, "m3")


def test_memory_is_bounded_however_many_people_are_pushed_to() -> None:
    folds = PushFolds(remembered=100)
    for number in range(5_000):
        folds.admit(f"chat{number}", "cat", "m", START, START)
        folds.expire(START)

    assert len(folds) == 100


def test_a_flood_without_an_end_keeps_no_posts_that_everybody_was_told_of() -> None:
    """Two phones whose summaries are due at different times, so that one always waits."""
    folds = PushFolds()
    told = {"bob": 0, "cat": 0}
    rung = {"bob": 0, "cat": 0}
    most = 0
    for tick in range(40_000):
        now = START + timedelta(milliseconds=25 * tick)
        for uid in told if tick > 200 else ["bob"]:
            rung[uid] += folds.admit("chat", uid, f"m{tick}", now, now)
        for uid in folds.due("chat", now):
            told[uid] += folds.begin("chat", uid, None, now)[0]
            folds.told("chat", uid)
            folds.tidy("chat")
        most = max(most, len(folds._chats["chat"].times))
    for uid in folds.due("chat", None):
        told[uid] += folds.begin("chat", uid, None, START)[0]

    assert most < 1_200, "ten seconds of them, and some"
    assert {uid: told[uid] + rung[uid] for uid in told} == {"bob": 40_000, "cat": 39_799}
