"""What is read of a request before its signature is checked."""

from __future__ import annotations

import pytest
from flask import Request
from webhooks.webhook_requests import MAX_BODY, MAX_FIELDS, WebhookRefused, read_webhook
from werkzeug.test import EnvironBuilder

from tests.unit.functions.webhook_calls import flask_request

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def refused(request: Request) -> WebhookRefused:
    with pytest.raises(WebhookRefused) as found:
        read_webhook(request)
    return found.value


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post_is_allowed_and_the_answer_says_so(method: str) -> None:
    error = refused(flask_request("/hook", b"", FORM, method=method))

    assert error.status == 405
    assert error.headers == {"Allow": "POST"}


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data; boundary=x", "text/xml"])
def test_other_content_types_are_unsupported(kind: str) -> None:
    assert refused(flask_request("/hook", b"a=1", {"Content-Type": kind})).status == 415


def test_a_body_over_the_limit_is_too_large() -> None:
    assert refused(flask_request("/hook", b"a" * (MAX_BODY + 1), FORM)).status == 413
    assert read_webhook(flask_request("/hook", b"a" * MAX_BODY, FORM)).form


def test_a_body_of_unknown_length_is_read_up_to_the_limit() -> None:
    request = flask_request(
        "/hook",
        b"a" * (MAX_BODY + 1),
        FORM,
        environ={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )

    assert refused(request).status == 413


def test_a_form_with_too_many_fields_is_too_large() -> None:
    body = "&".join(f"f{number}=1" for number in range(MAX_FIELDS + 1)).encode()

    assert refused(flask_request("/hook", body, FORM)).status == 413


@pytest.mark.parametrize("body", [b"\xff", b"a=%ff"])
def test_a_form_that_is_not_utf_8_is_a_bad_request(body: bytes) -> None:
    assert refused(flask_request("/hook", body, FORM)).status == 400


def test_a_form_keeps_empty_and_repeated_fields_and_spaces() -> None:
    form = read_webhook(flask_request("/hook", b"Body=&Tag=a&Tag=b%26&T=+%2B", FORM)).form

    assert list(form.items(multi=True)) == [("Body", ""), ("Tag", "a"), ("Tag", "b&"), ("T", " +")]


@pytest.mark.parametrize(
    ("raw", "target"),
    [
        ("/hook/a%20b?x=%27", "/hook/a%20b?x=%27"),
        ("https://parley.example.com/hook/a%20b?x=%27", "/hook/a%20b?x=%27"),
        ("//hook", "//hook"),
    ],
)
def test_the_target_is_as_raw_as_it_came(raw: str, target: str) -> None:
    assert read_webhook(flask_request(raw, b"", FORM)).targets == (target,)


def test_a_server_that_keeps_no_raw_target_gives_its_best() -> None:
    builder = EnvironBuilder(
        path="/hook/a b", query_string="x=1", method="POST", headers=[*FORM.items()]
    )
    environ = {**builder.get_environ(), "RAW_URI": "", "REQUEST_URI": ""}

    assert read_webhook(Request(environ)).targets == ("/hook/a%20b?x=1",)
