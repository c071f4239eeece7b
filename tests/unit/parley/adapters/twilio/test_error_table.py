"""What Twilio's errors, and those of the connection, say about a message."""

from __future__ import annotations

from typing import Any

import pytest
from pyreqwest.exceptions import (
    BodyDecodeError,
    ClientClosedError,
    ConnectError,
    ConnectTimeoutError,
    PoolTimeoutError,
    ReadError,
    ReadTimeoutError,
    RequestError,
    RequestTimeoutError,
    WriteError,
)
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from parley.adapters.twilio.error_table import classify_twilio_error
from parley.adapters.twilio.http_client import TwilioRefusal
from parley.domain.delivery.job_answers import Lost, Refused, Temporary


def refusal(status: int, code: int | None = None, **others: Any) -> TwilioRefusal:
    given: dict[str, Any] = {"retry_after": None, "method": "POST"} | others
    return TwilioRefusal(
        status, "/Messages.json", "words", code=code or status, has_code=code is not None, **given
    )


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, 20429),
        (429, None),
        (408, None),
        (500, 20500),
        (500, None),
        (503, 20503),
        (503, None),
        (502, 20502),
        (504, 20504),
        (400, 21611),
    ],
)
def test_a_busy_twilio_is_tried_again(status: int, code: int | None) -> None:
    answer = classify_twilio_error(refusal(status, code, retry_after=4.0))

    assert answer == Temporary(str(code or status), "words", 4.0)


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_gave_up_waiting_leaves_the_outcome_open(status: int) -> None:
    assert isinstance(classify_twilio_error(refusal(status)), Lost)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 21211),
        (400, 21408),
        (403, 21408),
        (400, 21608),
        (400, 21610),
        (400, 21612),
        (400, 21614),
        (400, 21617),
        (400, 21701),
        (404, 21701),
        (422, None),
        (400, None),
        (400, 99999),
    ],
)
def test_a_refused_message_is_never_tried_again(status: int, code: int | None) -> None:
    assert classify_twilio_error(refusal(status, code)) == Refused(str(code or status), "words")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, 20003),
        (401, None),
        (403, 20003),
        (403, 20005),
        (403, None),
        (404, 20404),
        (404, None),
        (407, None),
        (302, None),
    ],
)
def test_a_refusal_of_our_account_refuses_no_message(
    status: int, code: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    answer = classify_twilio_error(refusal(status, code))

    assert isinstance(answer, Temporary)
    assert answer.code == str(code or status)
    assert "TWILIO_AUTH_TOKEN" in answer.message
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TwilioRestException(400, "/", "no", 21211), Refused),
        (TwilioRestException(503, "/", "later", 20503), Temporary),
        (TwilioServiceException("type", "no", 400, 21211), Refused),
        (TwilioServiceException("type", "later", 429, 20429), Temporary),
        (TwilioException("Unable to fetch page"), Lost),
    ],
)
def test_the_librarys_own_errors_are_read_too(error: Exception, kind: type) -> None:
    assert isinstance(classify_twilio_error(error), kind)


def failed(kind: type[RequestError], *causes: str) -> RequestError:
    words = ["error sending request for url (https://api.twilio.com/)", *causes]
    return kind("words", {"causes": [{"message": cause} for cause in words]})


@pytest.mark.parametrize(
    "error",
    [
        failed(ConnectError, "client error (Connect)", "tcp connect error", "refused"),
        failed(ConnectError, "client error (Connect)", "dns error", "refused"),
        failed(ConnectTimeoutError, "refused"),
        failed(PoolTimeoutError, "refused"),
    ],
    ids=["no connection", "no such host", "connecting took too long", "no turn"],
)
def test_without_a_connection_nothing_was_sent(error: Exception) -> None:
    answer = classify_twilio_error(error)

    assert isinstance(answer, Temporary)
    assert answer.code == "noConnection"
    assert answer.message == f"no connection to Twilio: {type(error).__name__}: refused"


@pytest.mark.parametrize(
    "error",
    [
        # The connection was there: Twilio may have read the request before it closed.
        failed(ConnectError, "client error (SendRequest)", "connection closed"),
        failed(ConnectError),
        failed(ReadError, "reset"),
        failed(WriteError, "reset"),
        failed(ReadTimeoutError),
        failed(RequestTimeoutError, "operation timed out"),
        failed(ClientClosedError),
        failed(BodyDecodeError, "unexpected end"),
        TimeoutError(),
        ValueError("no JSON"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_after_the_request_was_sent_the_outcome_is_open(error: Exception) -> None:
    answer = classify_twilio_error(error)

    assert isinstance(answer, Lost)
    assert type(error).__name__ in answer.message
