"""A status callback is an answer to an attempt."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.domain.delivery.jobs import apply_answer
from parley.domain.delivery.sms_callbacks import SmsCallback, callback_answer, is_news
from parley.domain.delivery.sms_channel import RULES
from schema.delivery import Delivery

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SID = "SM" + "0" * 32


def callback(status: str, code: str | None = None) -> SmsCallback:
    return SmsCallback(SID, status, "+12025550123", code)


@pytest.mark.parametrize(
    "status",
    ["accepted", "scheduled", "queued", "sending", "sent", "delivered", "read", "new_in_2031"],
)
def test_a_status_on_the_way_or_one_that_is_new_is_accepted(status: str) -> None:
    assert callback_answer(callback(status)) == Accepted({"messageSid": SID, "status": status})


@pytest.mark.parametrize("status", ["undelivered", "failed", "canceled"])
def test_a_status_that_ends_without_success_is_a_refusal_with_its_code(status: str) -> None:
    answer = callback_answer(callback(status, "30006"))

    assert isinstance(answer, Refused)
    assert answer.code == "30006"
    assert "landline" in answer.message
    assert answer.info == {"messageSid": SID, "status": status}


def test_an_unknown_code_is_kept() -> None:
    answer = callback_answer(callback("failed", "39999"))

    assert isinstance(answer, Refused)
    assert answer.code == "39999"


def test_a_failure_without_a_code_says_so() -> None:
    answer = callback_answer(callback("failed"))

    assert isinstance(answer, Refused)
    assert answer.code == "none"
    assert "no reason" in answer.message


def test_only_21610_reports_an_opt_out() -> None:
    assert callback("failed", "21610").reports_opt_out
    assert not callback("failed", "30004").reports_opt_out


@pytest.mark.parametrize(
    ("status", "attempts", "expected"),
    [
        (None, 1, True),
        ("unknown", 1, True),
        ("queued", 1, True),
        ("sent", 1, True),
        ("failed", 1, False),
        ("delivered", 1, False),
        ("read", 1, False),
        ("queued", 2, False),
    ],
)
def test_a_refusal_is_news_until_its_attempt_has_an_end(
    status: str | None, attempts: int, expected: bool
) -> None:
    delivery = Delivery(
        state="PROCESSING",
        attempts=attempts,
        start_time=NOON,
        info={"status": status} if status else None,
    )

    assert is_news(delivery, 1) is expected


def test_a_job_that_was_never_claimed_has_no_news() -> None:
    assert not is_news(None, 1)


ON_THE_WAY = ("accepted", "queued", "sending", "sent", "delivered")
FAILED = ("undelivered", "failed", "canceled")


@given(st.permutations([*ON_THE_WAY, *ON_THE_WAY]), st.sampled_from([*FAILED, None]), st.data())
def test_any_order_of_reports_ends_in_the_furthest_and_a_failure_is_never_hidden(
    order: list[str], failure: str | None, data: st.DataObject
) -> None:
    statuses: list[str] = list(order)
    if failure is not None:
        statuses.insert(data.draw(st.integers(0, len(statuses))), failure)
    delivery = Delivery(state="PROCESSING", attempts=1, start_time=NOON)

    for status in statuses:
        before = RULES.stage(delivery.info)
        after = apply_answer(
            delivery,
            callback_answer(callback(status, "30008" if status == failure else None)),
            attempt=1,
            now=NOON,
            delay=0.0,
            rules=RULES,
        )
        delivery = after or delivery
        assert RULES.stage(delivery.info) >= before

    assert (delivery.info or {})["status"] == (failure or "delivered")
    assert delivery.state == ("ERROR" if failure else "SUCCESS")
