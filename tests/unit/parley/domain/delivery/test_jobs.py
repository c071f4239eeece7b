"""The states of a delivery: every phase against every step and every answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from parley.domain.delivery import jobs
from parley.domain.delivery.job_answers import Accepted, Answer, Lost, Refused, Temporary
from parley.domain.delivery.jobs import DeliveryRules, Phase, Step
from schema.delivery import Delivery, DeliveryReason

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
STARTED = NOW - timedelta(minutes=10)
LATER = NOW + timedelta(seconds=20)
EARLIER = NOW - timedelta(seconds=1)
STAGES = {"queued": 1, "sent": 2, "delivered": 3, "undelivered": 3}
SMS = DeliveryRules(repeats_after_lost_answer=False, stages=STAGES)
EMAIL = DeliveryRules(repeats_after_lost_answer=True, stages=STAGES)
RULES = {"sms": SMS, "email": EMAIL}
Kind = Literal["sms", "email"]


def delivery(state: str, **fields: object) -> Delivery:
    return Delivery.model_validate({"state": state, "attempts": 2, "start_time": STARTED, **fields})


LOST_INFO = {"status": "unknown"}
EXAMPLES = {
    "pending": delivery("PENDING", attempts=0),
    "retry": delivery("RETRY", error="providerError:1: no"),
    "retry unknown": delivery("RETRY", error="unknown: lost", info=LOST_INFO),
    "in flight": delivery("PROCESSING", lease_expire_time=LATER),
    "lapsed": delivery("PROCESSING", lease_expire_time=EARLIER),
    "waiting": delivery("PROCESSING", lease_expire_time=LATER, error="providerError:429: busy"),
    "due": delivery("PROCESSING", lease_expire_time=NOW, error="providerError:429: busy"),
    "unknown": delivery("PROCESSING", lease_expire_time=LATER, info=LOST_INFO),
    "overdue unknown": delivery("PROCESSING", lease_expire_time=NOW, info=LOST_INFO),
    "queued": delivery("SUCCESS", end_time=NOW, info={"messageSid": "SM1", "status": "queued"}),
    "delivered": delivery(
        "SUCCESS", end_time=NOW, info={"messageSid": "SM1", "status": "delivered"}
    ),
    "refused": delivery("ERROR", end_time=NOW, error="providerError:1: no"),
    "undelivered": delivery(
        "ERROR", end_time=NOW, error="providerError:30003: off", info={"status": "undelivered"}
    ),
    "given up": delivery("ERROR", end_time=NOW, error="unknown: lost", info=LOST_INFO),
}

ANSWERS: dict[str, Answer] = {
    "queued": Accepted({"messageSid": "SM1", "status": "queued", "segments": 1}),
    "delivered": Accepted({"messageSid": "SM1", "status": "delivered"}),
    "undelivered": Refused("30003", "phone is off", {"status": "undelivered"}),
    "refused": Refused("21614", "not a mobile number"),
    "busy": Temporary("429", "too many requests"),
    "lost": Lost("the connection was reset"),
}


def test_a_job_without_a_delivery_is_claimed() -> None:
    assert jobs.next_step(None, NOW, SMS) is Step.CLAIM


@pytest.mark.parametrize(
    ("example", "sms", "email"),
    [
        ("pending", Step.CLAIM, Step.CLAIM),
        ("retry", Step.CLAIM, Step.CLAIM),
        ("retry unknown", Step.LOOK_UP, Step.LOOK_UP),
        ("in flight", Step.WAIT, Step.WAIT),
        ("lapsed", Step.MARK_UNKNOWN, Step.CLAIM),
        ("waiting", Step.WAIT, Step.WAIT),
        ("due", Step.CLAIM, Step.CLAIM),
        ("unknown", Step.LOOK_UP, Step.LOOK_UP),
        ("overdue unknown", Step.LOOK_UP, Step.LOOK_UP),
        ("queued", Step.NOTHING, Step.NOTHING),
        ("delivered", Step.NOTHING, Step.NOTHING),
        ("refused", Step.NOTHING, Step.NOTHING),
        ("undelivered", Step.NOTHING, Step.NOTHING),
        ("given up", Step.NOTHING, Step.NOTHING),
    ],
)
def test_the_next_step_follows_from_the_delivery_alone(
    example: str, sms: Step, email: Step
) -> None:
    assert jobs.next_step(EXAMPLES[example], NOW, SMS) is sms
    assert jobs.next_step(EXAMPLES[example], NOW, EMAIL) is email


WAITING, UNKNOWN, SUCCESS, ERROR = Phase.WAITING, Phase.UNKNOWN, Phase.SUCCEEDED, Phase.FAILED
OUTCOMES: dict[str, tuple[Phase | None, ...]] = {
    # answers:         queued   delivered undelivered refused  busy     lost
    "pending":         (None,    None,    None,       None,    None,    None),
    "retry":           (SUCCESS, SUCCESS, ERROR,      None,    None,    None),
    "retry unknown":   (SUCCESS, SUCCESS, ERROR,      ERROR,   Phase.RETRY, None),
    "in flight":       (SUCCESS, SUCCESS, ERROR,      ERROR,   WAITING, UNKNOWN),
    "lapsed":          (SUCCESS, SUCCESS, ERROR,      ERROR,   WAITING, UNKNOWN),
    "waiting":         (SUCCESS, SUCCESS, ERROR,      ERROR,   None,    None),
    "due":             (SUCCESS, SUCCESS, ERROR,      ERROR,   None,    None),
    "unknown":         (SUCCESS, SUCCESS, ERROR,      ERROR,   WAITING, None),
    "overdue unknown": (SUCCESS, SUCCESS, ERROR,      ERROR,   WAITING, None),
    "queued":          (SUCCESS, SUCCESS, ERROR,      None,    None,    None),
    "delivered":       (SUCCESS, None,    None,       None,    None,    None),
    "refused":         (SUCCESS, SUCCESS, ERROR,      None,    None,    None),
    "undelivered":     (None,    None,    None,       None,    None,    None),
    "given up":        (SUCCESS, SUCCESS, ERROR,      ERROR,   None,    None),
}  # fmt: skip


def applied(example: str, answer: str, kind: Kind = "sms", attempt: int = 2) -> Delivery | None:
    return jobs.apply_answer(
        EXAMPLES[example],
        ANSWERS[answer],
        attempt=attempt,
        now=NOW,
        delay=30.0,
        rules=RULES[kind],
    )


@pytest.mark.parametrize("kind", ["sms", "email"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_answer_moves_a_delivery_forward_or_changes_nothing(example: str, kind: Kind) -> None:
    for answer, expected in zip(ANSWERS, OUTCOMES[example], strict=True):
        after = applied(example, answer, kind)
        if kind == "email" and expected is UNKNOWN:
            expected = WAITING
        if (example, answer) == ("queued", "queued"):
            assert after is not None
            assert after.info == {"messageSid": "SM1", "status": "queued", "segments": 1}
        if after is not None and after == EXAMPLES[example]:
            pytest.fail("a write that changes nothing is no fence")
        assert (None if after is None else jobs.phase_of(after)) is expected, answer
        if after is not None:
            assert after.attempts == 2
            assert (after.end_time is not None) == (after.state in ("SUCCESS", "ERROR"))


@pytest.mark.parametrize("attempt", [1, 3])
@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_to_another_attempt_changes_nothing(
    example: str, answer: str, attempt: int
) -> None:
    assert applied(example, answer, attempt=attempt) is None


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("kind", ["sms", "email"])
def test_the_same_answer_again_changes_nothing(example: str, answer: str, kind: Kind) -> None:
    after = applied(example, answer, kind)
    if after is not None and after.state != "RETRY":
        again = jobs.apply_answer(
            after, ANSWERS[answer], attempt=2, now=NOW, delay=30.0, rules=RULES[kind]
        )
        assert again is None or (answer == "busy" and again == after)


def test_an_answer_does_not_undo_a_callback_that_overtook_it() -> None:
    called_back = applied("in flight", "delivered")
    assert called_back is not None
    answered = jobs.apply_answer(
        called_back, ANSWERS["queued"], attempt=2, now=NOW, delay=0, rules=SMS
    )
    assert answered is not None
    assert answered.info == {"messageSid": "SM1", "status": "delivered", "segments": 1}


def test_a_settled_job_forgets_that_it_was_unknown() -> None:
    after = jobs.apply_answer(
        EXAMPLES["unknown"], Accepted({}), attempt=2, now=NOW, delay=0, rules=SMS
    )
    assert after is not None
    assert (after.state, after.info, after.error) == ("SUCCESS", None, None)


def test_a_manual_retry_counts_on_and_starts_a_new_hour() -> None:
    retried = jobs.claim(EXAMPLES["retry"], NOW, LATER)
    assert (retried.state, retried.attempts, retried.start_time) == ("PROCESSING", 3, NOW)
    assert (retried.error, retried.info, retried.end_time) == (None, None, None)
    again = jobs.claim(EXAMPLES["due"], NOW, LATER)
    assert (again.attempts, again.start_time) == (3, STARTED)
    first = jobs.claim(None, NOW, LATER)
    assert (first.attempts, first.start_time) == (1, NOW)


@pytest.mark.parametrize(
    ("since_start", "asked", "due"),
    [
        (timedelta(0), None, timedelta(seconds=30)),
        (timedelta(0), 120.0, timedelta(seconds=120)),
        (timedelta(minutes=59, seconds=45), None, timedelta(seconds=15)),
        (timedelta(minutes=59, seconds=45), 10.0, timedelta(seconds=15)),
        (timedelta(minutes=59, seconds=45), 16.0, None),
        (timedelta(0), 3_601.0, None),
        (timedelta(hours=1), None, None),
    ],
)
def test_temporary_refusals_are_retried_for_an_hour_and_then_end_the_job(
    since_start: timedelta, asked: float | None, due: timedelta | None
) -> None:
    before = delivery("PROCESSING", lease_expire_time=LATER, start_time=NOW - since_start)
    after = jobs.apply_answer(
        before,
        Temporary("503", "away", asked),
        attempt=2,
        now=NOW,
        delay=max(30.0, asked or 0.0),
        rules=SMS,
    )
    assert after is not None
    assert after.error == "providerError:503: away"
    if due is None:
        assert (after.state, after.end_time) == ("ERROR", NOW)
    else:
        assert (after.state, after.lease_expire_time) == ("PROCESSING", NOW + due)


def test_a_lost_answer_ends_as_unknown_after_a_day() -> None:
    lost = applied("in flight", "lost")
    assert lost is not None
    assert (lost.info, lost.lease_expire_time) == (LOST_INFO, NOW + timedelta(hours=24))
    assert jobs.stay_unknown(lost, NOW + timedelta(hours=23, minutes=59), SMS) is None
    ended = jobs.stay_unknown(lost, NOW + timedelta(hours=24), SMS)
    assert ended is not None
    assert ended.state == "ERROR"
    assert (ended.error or "").startswith("unknown: ")
    assert ended.info == LOST_INFO


def test_a_retry_of_a_job_that_may_have_been_sent_waits_another_day() -> None:
    waiting = jobs.stay_unknown(EXAMPLES["retry unknown"], NOW, SMS)
    assert waiting is not None
    assert jobs.phase_of(waiting) is Phase.UNKNOWN
    assert waiting.lease_expire_time == NOW + timedelta(hours=24)
    assert (waiting.attempts, waiting.start_time) == (2, STARTED)


def test_an_unsent_job_ends_with_its_reason_and_no_attempt() -> None:
    ended = jobs.refuse(None, NOW, DeliveryReason.EXPIRED, "too late")
    assert (ended.state, ended.attempts, ended.error) == ("ERROR", 0, "expired: too late")
    assert (ended.start_time, ended.end_time) == (NOW, NOW)
