"""Signatures as Twilio documents them, made and checked by its own validator."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import HMAC_SHA256, RequestValidator
from webhooks.twilio_signatures import TwilioSignatures
from webhooks.webhook_requests import SignedWebhook, WebhookRefused, read_webhook
from werkzeug.datastructures import MultiDict

from tests.unit.functions import webhook_calls as twilio

TARGET = "/webhooks/twilio/status/job1?attempt=1"
FIELDS = [("MessageSid", twilio.SID), ("MessageStatus", "sent"), ("To", "+12025550123")]


def check(request: Any, **changes: Any) -> SignedWebhook:
    signatures = TwilioSignatures.from_settings(twilio.settings(**changes))
    return signatures.require_signed(read_webhook(request))


def refusal(request: Any, **changes: Any) -> int:
    with pytest.raises(WebhookRefused) as refused:
        check(request, **changes)
    return refused.value.status


def test_a_signed_form_is_let_in_with_its_fields() -> None:
    signed = check(twilio.form_request(TARGET, FIELDS))

    assert (signed.path, signed.query) == ("/webhooks/twilio/status/job1", "attempt=1")
    assert signed.value("MessageStatus") == "sent"


def test_the_signatures_are_those_of_twilios_own_example() -> None:
    url, form = "https://example.parley.example/hook?x=1", {"Body": "Hi", "From": "+15005550006"}

    assert RequestValidator("12345").compute_signature(url, form) == "vCdjDVLbx9g8g2oIm7cFil70lbU="
    assert RequestValidator("12345").compute_signature(url, form, HMAC_SHA256) == (
        "TJs4NbI4Zc1bMdrkh7l+66t+yI+Z0hFwad8khW3rPZo="
    )
    for headers in (
        {"X-Twilio-Signature": "vCdjDVLbx9g8g2oIm7cFil70lbU="},
        {
            "X-Twilio-Signature": "TJs4NbI4Zc1bMdrkh7l+66t+yI+Z0hFwad8khW3rPZo=",
            "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256",
        },
    ):
        request = twilio.form_request("/hook?x=1", list(form.items()), headers=headers)
        changes = {
            "PARLEY_PUBLIC_URL": "https://example.parley.example",
            "PARLEY_TWILIO_WEBHOOK_KEYS": "k:12345",
        }
        assert check(request, **changes).value("Body") == "Hi"


def test_repeated_fields_are_signed_sorted_and_each_once() -> None:
    fields = [("Tag", "b"), ("Tag", "a"), ("Tag", "b"), ("body", "x"), ("Body", "")]
    by_hand = RequestValidator(twilio.TOKEN).compute_signature(
        f"{twilio.PUBLIC_URL}/hookBodyTagaTagbbodyx", {}
    )

    assert twilio.signature_of("/hook", fields) == by_hand
    assert check(twilio.form_request("/hook", fields)).fields.getlist("Tag") == ["b", "a", "b"]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        ),
        max_size=8,
    )
)
def test_any_form_that_twilio_signs_is_let_in(fields: list[tuple[str, str]]) -> None:
    # Twilio's own field, so that a drawn one cannot name another account.
    fields = [(name, value) for name, value in fields if name != "AccountSid"]

    signed = check(twilio.form_request(TARGET, fields))

    assert list(signed.fields.items(multi=True)) == list(MultiDict(fields).items(multi=True))


@pytest.mark.parametrize(
    "target",
    [
        "/webhooks/twilio/status/c1:ann%20lee?attempt=1",
        "/webhooks/twilio/status/c1%3Aann%40x?attempt=1",
        "/webhooks/twilio/status/c1:%C3%BCmit?attempt=1",
        "/webhooks/twilio/status/c1:o'neil?attempt=1",
        "/webhooks/twilio/status/c1:o%27neil?attempt=1",
        "/webhooks/twilio/status/c1:a+b?attempt=1&z=%20&a=+",
        "/webhooks/twilio/status/job1?b=2&a=1&attempt=1",
        "/webhooks/twilio/status/job1",
    ],
)
def test_percent_encoding_and_the_order_of_the_query_stay_as_sent(target: str) -> None:
    signed = check(twilio.form_request(target, FIELDS))

    assert f"{signed.path}?{signed.query}".rstrip("?") == target


def test_the_same_path_encoded_otherwise_is_another_url() -> None:
    sent, signed = "/webhooks/twilio/status/c1:o'neil", "/webhooks/twilio/status/c1:o%27neil"
    signature = twilio.signature_of(signed, FIELDS)

    assert refusal(twilio.form_request(sent, FIELDS, signature=signature)) == 403


def test_a_proxy_that_encodes_anew_tells_the_original() -> None:
    original, passed_on = f"{TARGET}&note=%20~", f"{TARGET}&note=+%7E"
    request = twilio.form_request(
        passed_on,
        FIELDS,
        signature=twilio.signature_of(original, FIELDS),
        headers={"X-Original-Url": original},
    )

    assert check(request).query == "attempt=1&note=%20~"


def test_a_forged_original_url_needs_its_own_signature() -> None:
    request = twilio.form_request(
        TARGET.replace("job1", "job2"),
        FIELDS,
        signature=twilio.signature_of(TARGET, FIELDS),
        headers={"X-Original-Url": TARGET},
    )

    # What counts is the path that was signed, so the call is only repeated.
    assert check(request).path == "/webhooks/twilio/status/job1"


@pytest.mark.parametrize(
    "signed_url",
    [
        "https://PARLEY.example.com" + TARGET,
        "http://parley.example.com" + TARGET,
        "https://parley.example.com:8443" + TARGET,
        "https://other.example.com" + TARGET,
        "https://parley.example.com" + TARGET + "#rc=2",
    ],
)
def test_a_signature_for_another_address_is_refused(signed_url: str) -> None:
    signature = RequestValidator(twilio.TOKEN).compute_signature(signed_url, MultiDict(FIELDS))

    assert refusal(twilio.form_request(TARGET, FIELDS, signature=signature)) == 403


def test_the_default_port_may_be_in_the_signed_url_or_not() -> None:
    url = "https://parley.example.com:443" + TARGET
    signature = RequestValidator(twilio.TOKEN).compute_signature(url, MultiDict(FIELDS))

    assert check(twilio.form_request(TARGET, FIELDS, signature=signature)).path


@pytest.mark.parametrize("signature", ["", "x", "ü" * 28, "A" * 27 + "=", " " * 28])
def test_a_missing_or_made_up_signature_is_refused(signature: str) -> None:
    assert refusal(twilio.form_request(TARGET, FIELDS, signature=signature)) == 403


@pytest.mark.parametrize(
    "fields",
    [
        [("MessageSid", twilio.SID), ("MessageStatus", "failed"), ("To", "+12025550123")],
        FIELDS[:-1],
        [*FIELDS, ("ErrorCode", "21610")],
        [*FIELDS, ("MessageStatus", "failed")],
    ],
)
def test_a_changed_missing_or_added_field_is_refused(fields: list[tuple[str, str]]) -> None:
    signature = twilio.signature_of(TARGET, FIELDS)

    assert refusal(twilio.form_request(TARGET, fields, signature=signature)) == 403


def test_a_signature_by_another_token_is_refused() -> None:
    signature = twilio.signature_of(TARGET, FIELDS, secret="54321")

    assert refusal(twilio.form_request(TARGET, FIELDS, signature=signature)) == 403


def test_a_request_about_another_account_is_refused() -> None:
    fields = [*FIELDS, ("AccountSid", "AC" + "2" * 32)]

    assert refusal(twilio.form_request(TARGET, fields)) == 403
    fields = [*FIELDS, ("AccountSid", twilio.ACCOUNT_SID)]
    assert check(twilio.form_request(TARGET, fields)).value("AccountSid") == twilio.ACCOUNT_SID


def test_a_shared_key_is_checked_with_its_own_secret_and_algorithm() -> None:
    headers = twilio.key_headers(TARGET, FIELDS)

    assert check(twilio.form_request(TARGET, FIELDS, headers=headers)).path


def test_a_key_without_a_secret_is_refused_even_with_the_auth_token() -> None:
    headers = twilio.key_headers(TARGET, FIELDS, secret=twilio.TOKEN, key="webhooks_sharedkey_8")
    request = twilio.form_request(TARGET, FIELDS, headers=headers)

    assert refusal(request) == 403
    assert refusal(request, PARLEY_TWILIO_WEBHOOK_KEYS=None) == 403


def test_naming_a_key_does_not_let_the_auth_token_sign() -> None:
    headers = twilio.key_headers(TARGET, FIELDS, secret=twilio.TOKEN)

    assert refusal(twilio.form_request(TARGET, FIELDS, headers=headers)) == 403


@pytest.mark.parametrize(
    "named",
    ["algorithm=HMAC_SHA256", f"key={twilio.KEY}", f"key={twilio.KEY},algorithm=HMAC_MD5", "x"],
)
def test_settings_that_name_half_or_something_unknown_are_refused(named: str) -> None:
    headers = twilio.key_headers(TARGET, FIELDS) | {"X-Twilio-Webhooks-Signature-Settings": named}

    assert refusal(twilio.form_request(TARGET, FIELDS, headers=headers)) == 403


def test_json_is_covered_by_the_digest_in_the_url() -> None:
    signed = check(twilio.json_request(TARGET, {"MessageStatus": "sent", "To": "+1 ü", "n": 7}))

    assert signed.value("To") == "+1 ü"
    assert signed.value("n") == "7"


def test_json_that_was_changed_is_refused() -> None:
    request = twilio.json_request(TARGET, {"n": 8}, digest_of={"n": 7})

    assert refusal(request) == 403


def test_json_without_a_digest_is_refused() -> None:
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": twilio.signature_of(TARGET),
    }

    assert refusal(twilio.flask_request(TARGET, b"{}", headers)) == 403


@pytest.mark.parametrize("body", ["[]", "7", '"text"', "null", "[" * 5_000])
def test_signed_json_that_is_no_object_is_a_bad_request(body: str) -> None:
    target = f"/hook?bodySHA256={twilio.digest(body.encode())}"
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": twilio.signature_of(target),
    }

    assert refusal(twilio.flask_request(target, body.encode(), headers)) == 400


@pytest.mark.parametrize(
    "variable", ["PARLEY_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
)
def test_without_settings_nothing_is_let_in(variable: str) -> None:
    assert refusal(twilio.form_request(TARGET, FIELDS), **{variable: None}) == 503
