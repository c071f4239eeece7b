"""The two webhooks of Twilio: what they do, and what they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from flask import Request, Response
from webhooks.twilio_webhooks import WEBHOOKS, bound_secrets, respond

from parley.app import App
from parley.domain.delivery.inbound_sms import InboundMedia, InboundSms
from parley.domain.delivery.sms_callbacks import SmsCallback
from parley.errors import Conflict, StoreUnavailable
from parley.settings import Settings
from tests.unit.functions import webhook_calls as twilio
from tests.unit.functions.webhook_calls import SID, form_request

T = TypeVar("T")

STATUS, INBOUND = WEBHOOKS
TARGET = "/webhooks/twilio/status/job1?attempt=2"
SENT = [
    ("AccountSid", twilio.ACCOUNT_SID),
    ("From", "+12025550100"),
    ("MessageSid", SID),
    ("MessageStatus", "sent"),
    ("To", "+12025550123"),
]
HELLO = [
    ("AccountSid", twilio.ACCOUNT_SID),
    ("Body", "Hello & goodbye"),
    ("From", "+12025550123"),
    ("MessageSid", SID),
    ("NumMedia", "0"),
    ("To", "+12025550100"),
]


@dataclass
class RecordingApp:
    """A twin of the App that keeps what it was told, or fails."""

    settings: Settings = field(default_factory=twilio.settings)
    told: list[Any] = field(default_factory=list)
    failure: Exception | None = None

    @property
    def sms_status(self) -> RecordingApp:
        return self

    @property
    def receive_sms(self) -> RecordingApp:
        return self

    async def apply(self, job_id: str, callback: SmsCallback, *, attempt: int) -> None:
        self._tell((job_id, attempt, callback))

    async def receive(self, inbound: InboundSms) -> None:
        self._tell(inbound)

    def run(self, call: Callable[[App], Coroutine[Any, Any, T]]) -> T:
        return asyncio.run(call(self))  # type: ignore[arg-type]  # the part of it that is used

    def _tell(self, what: Any) -> None:
        if self.failure is not None:
            raise self.failure
        self.told.append(what)


@pytest.fixture
def app() -> RecordingApp:
    return RecordingApp()


def status(app: RecordingApp, request: Request) -> Response:
    return respond(STATUS, request, app.run)


def inbound(app: RecordingApp, fields: twilio.Fields, **changes: Any) -> Response:
    return respond(INBOUND, form_request("/webhooks/twilio/inbound", fields, **changes), app.run)


def replaced(fields: twilio.Fields, **changes: str) -> list[tuple[str, str]]:
    return [*((n, v) for n, v in fields if n not in changes), *changes.items()]


def test_a_status_callback_reaches_the_job_and_the_attempt_of_its_url(app: RecordingApp) -> None:
    answer = status(app, form_request(TARGET, SENT))

    assert (answer.status_code, answer.data) == (204, b"")
    assert app.told == [("job1", 2, SmsCallback(SID, "sent", "+12025550123"))]


def test_a_failure_carries_its_code(app: RecordingApp) -> None:
    fields = replaced(SENT, MessageStatus="undelivered", ErrorCode="30006")

    status(app, form_request(TARGET, fields))

    assert app.told[0][2] == SmsCallback(SID, "undelivered", "+12025550123", "30006")


@pytest.mark.parametrize(
    ("name", "job_id"),
    [
        ("c1:ann", "c1:ann"),
        ("c1%3Aann", "c1:ann"),
        ("c1:ann%20lee", "c1:ann lee"),
        ("c1:%C3%BCmit", "c1:ümit"),
        ("c1:100%2525", "c1:100%25"),
        ("A-_9", "A-_9"),
    ],
)
def test_the_job_is_named_by_the_decoded_path(app: RecordingApp, name: str, job_id: str) -> None:
    target = f"/webhooks/twilio/status/{name}?attempt=1"

    assert status(app, form_request(target, SENT)).status_code == 204
    assert app.told[0][0] == job_id


@pytest.mark.parametrize(
    "name",
    ["", "a/b", "a%2Fb", "..", "c1:", "c1:a:b", ":ann", "c1:a%2Fb", "a%20b", "c1:..", "x" * 65],
)
def test_a_path_that_names_no_document_is_not_found(app: RecordingApp, name: str) -> None:
    target = f"/webhooks/twilio/status/{name}?attempt=1"

    assert status(app, form_request(target, SENT)).status_code == 404
    assert app.told == []


@pytest.mark.parametrize(
    "query", ["", "?attempt=", "?attempt=0", "?attempt=-1", "?attempt=x", "?attempt=1&attempt=2"]
)
def test_a_url_without_one_attempt_is_a_bad_request(app: RecordingApp, query: str) -> None:
    target = f"/webhooks/twilio/status/job1{query}"

    assert status(app, form_request(target, SENT)).status_code == 400
    assert app.told == []


@pytest.mark.parametrize(
    "changes",
    [
        {"MessageSid": ""},
        {"MessageSid": "SM1"},
        {"MessageSid": "CA" + "a" * 32},
        {"MessageStatus": ""},
        {"MessageStatus": "Sent!"},
        {"ErrorCode": "21610", "To": ""},
        {"ErrorCode": "21610", "To": "a/b"},
    ],
)
def test_a_callback_with_a_wrong_field_is_a_bad_request(
    app: RecordingApp, changes: dict[str, str]
) -> None:
    assert status(app, form_request(TARGET, replaced(SENT, **changes))).status_code == 400
    assert app.told == []


def test_a_callback_in_json_is_read_as_well(app: RecordingApp) -> None:
    fields = {"MessageSid": SID, "MessageStatus": "failed", "To": "+1", "ErrorCode": 30008}

    assert status(app, twilio.json_request(TARGET, fields)).status_code == 204
    assert app.told[0][2].error_code == "30008"


def test_a_wrong_signature_changes_nothing_and_says_little(app: RecordingApp) -> None:
    answer = status(app, form_request(TARGET, SENT, signature="A" * 27 + "="))

    assert answer.status_code == 403
    assert answer.data == b"the signature is missing or wrong"
    assert app.told == []


def test_a_signature_of_one_webhook_does_not_open_the_other(app: RecordingApp) -> None:
    target = "/webhooks/twilio/inbound"
    signature = twilio.signature_of(target, HELLO)
    moved = form_request(TARGET, HELLO, signature=signature, headers={"X-Original-Url": target})

    assert status(app, moved).status_code == 404
    assert respond(INBOUND, form_request(TARGET, SENT), app.run).status_code == 404
    assert app.told == []


@pytest.mark.parametrize("failure", [StoreUnavailable("away"), Conflict("outraced")])
def test_work_that_may_succeed_later_is_answered_503(app: RecordingApp, failure: Exception) -> None:
    app.failure = failure
    answer = status(app, form_request(TARGET, SENT))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_a_fault_of_ours_is_answered_500_and_reveals_nothing(app: RecordingApp) -> None:
    app.failure = KeyError("secret")
    answer = status(app, form_request(TARGET, SENT))

    assert answer.status_code == 500
    assert b"secret" not in answer.data


def test_an_unconfigured_deployment_answers_503(app: RecordingApp) -> None:
    app.settings = twilio.settings(TWILIO_AUTH_TOKEN=None)

    assert status(app, form_request(TARGET, SENT)).status_code == 503
    assert app.told == []


def test_an_inbound_sms_is_received_and_answered_by_nothing(app: RecordingApp) -> None:
    answer = inbound(app, HELLO)

    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert answer.data == b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert app.told == [InboundSms(SID, "+12025550123", "+12025550100", "Hello & goodbye")]


def test_an_inbound_sms_keeps_what_twilio_understood_and_the_service_it_came_by(
    app: RecordingApp,
) -> None:
    service = "MG" + "b" * 32
    inbound(app, [*HELLO, ("OptOutType", "STOP"), ("MessagingServiceSid", service)])

    assert (app.told[0].opt_out_type, app.told[0].messaging_service_sid) == ("STOP", service)


def test_an_opt_out_type_that_is_new_is_left_out(app: RecordingApp) -> None:
    inbound(app, [*HELLO, ("OptOutType", "PAUSE")])

    assert app.told[0].opt_out_type is None


def test_the_files_of_a_message_are_named_and_not_fetched(app: RecordingApp) -> None:
    fields = replaced(
        HELLO,
        Body="",
        NumMedia="2",
        MediaUrl0="https://api.twilio.com/a",
        MediaContentType0="image/jpeg",
        MediaUrl1="https://api.twilio.com/b",
    )
    inbound(app, fields)

    assert app.told[0].media == (
        InboundMedia("https://api.twilio.com/a", "image/jpeg"),
        InboundMedia("https://api.twilio.com/b", ""),
    )
    assert app.told[0].body == ""


@pytest.mark.parametrize("count", ["", "x", "-1", "9999999", "²"])
def test_a_strange_count_of_files_is_none(app: RecordingApp, count: str) -> None:
    inbound(app, replaced(HELLO, NumMedia=count))

    assert app.told[0].media == ()


def test_rcs_comes_from_the_number_without_its_prefix(app: RecordingApp) -> None:
    inbound(app, replaced(HELLO, From="rcs:+12025550123", To="rcs:acme_agent"))

    assert (app.told[0].from_, app.told[0].to) == ("+12025550123", "acme_agent")


@pytest.mark.parametrize(
    "changes",
    [
        {"From": "whatsapp:+12025550123"},
        {"From": ""},
        {"From": "a/b"},
        {"From": "../people"},
        {"From": "__all__"},
        {"To": ""},
        {"MessageSid": ""},
    ],
)
def test_what_is_no_sms_is_a_bad_request(app: RecordingApp, changes: dict[str, str]) -> None:
    assert inbound(app, replaced(HELLO, **changes)).status_code == 400
    assert app.told == []


def test_firebase_binds_the_token_and_the_shared_keys_where_they_are_used() -> None:
    assert bound_secrets({}) == ["TWILIO_AUTH_TOKEN"]
    assert bound_secrets({"PARLEY_TWILIO_WEBHOOK_KEYS": "k:s"}) == [
        "TWILIO_AUTH_TOKEN",
        "PARLEY_TWILIO_WEBHOOK_KEYS",
    ]


def test_the_emulator_looks_for_no_secrets_at_google() -> None:
    assert bound_secrets({"FUNCTIONS_EMULATOR": "true"}) == []
