"""Senders of SMS: their types, their rates, and how long they take."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.domain.delivery.sender_rates import (
    SEGMENTS_PER_SECOND,
    SenderType,
    SmsSender,
    choose_sender,
    queue_warning,
    sender_type,
    sms_request,
)
from schema.channel_settings import SmsSettings

SERVICE = "MG" + "0a" * 16


@pytest.mark.parametrize(
    ("name", "kind", "rate"),
    [
        ("+12025550100", "longCode", 1.0),
        ("+4915112345678", "longCode", 1.0),
        ("+18002530000", "tollFree", 3.0),
        ("12345", "shortCode", 100.0),
        ("ACME", "name", 10.0),
        ("4ACME", "name", 10.0),
        (SERVICE, "messagingService", None),
        ("+99999", "longCode", 1.0),
    ],
)
def test_a_sender_has_the_rate_of_its_type(name: str, kind: SenderType, rate: float | None) -> None:
    assert sender_type(name) == kind
    assert SEGMENTS_PER_SECOND[kind] == rate


def test_a_service_has_the_sender_that_it_names() -> None:
    named = SmsSettings.parse({"from": "+12025550100", "segmentsPerSecond": 4})
    assert choose_sender(named, is_local=False) == SmsSender("+12025550100", 4.0)
    service = SmsSettings.parse({"messagingServiceSid": SERVICE})
    assert choose_sender(service, is_local=True) == SmsSender(SERVICE, None)


def test_only_the_local_stack_has_a_sender_for_all() -> None:
    assert choose_sender(None, is_local=True) == SmsSender("+12025550100", None)
    assert choose_sender(SmsSettings(), is_local=True) == SmsSender("+12025550100", None)
    assert choose_sender(None, is_local=False) is None
    assert choose_sender(SmsSettings(), is_local=False) is None


def test_the_local_sender_is_paced_only_elsewhere_or_if_asked_to() -> None:
    named = SmsSettings.parse({"from": "+12025550100"})
    assert choose_sender(named, is_local=True) == SmsSender("+12025550100", None)
    assert choose_sender(named, is_local=False) == SmsSender("+12025550100", 1.0)
    paced = SmsSettings.parse({"segmentsPerSecond": 2})
    assert choose_sender(paced, is_local=True) == SmsSender("+12025550100", 2.0)


def test_a_request_names_one_sender() -> None:
    by_service = sms_request(SERVICE, "+12025550123", "Hi", None)
    assert (by_service.messaging_service_sid, by_service.sender) == (SERVICE, None)
    by_number = sms_request("+12025550100", "+12025550123", "Hi", None)
    assert (by_number.messaging_service_sid, by_number.sender) == (None, "+12025550100")


def test_a_queue_of_over_ten_hours_is_warned_of() -> None:
    long_code = SmsSender("+12025550100", 1.0)
    assert long_code.takes(90) == timedelta(seconds=90)
    assert queue_warning(long_code, 36_000) is None
    assert queue_warning(long_code, 36_001) == (
        "36001 segments take 10.0 hours from +12025550100 at 1 a second, and carriers' queues hold "
        "10 hours; use a faster sender, or several days"
    )
    assert queue_warning(SmsSender(SERVICE, None), 10_000_000) is None
