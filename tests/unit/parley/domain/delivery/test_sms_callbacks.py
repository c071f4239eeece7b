"""A status callback is an answer to an attempt."""

from datetime import UTC, datetime

import pytest

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.domain.delivery.sms_callbacks import SmsCallback, callback_answer, is_news
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
