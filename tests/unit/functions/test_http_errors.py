from typing import Any

import pytest
from callable_requests import caller_of
from firebase_functions.https_fn import AuthData, CallableRequest, FunctionsErrorCode, HttpsError
from http_errors import SHOWN_VALUE, answering_errors, https_error
from pydantic import ValidationError

from parley.domain.access import RefusalKind, Refused, UserCaller
from parley.domain.requests import CreateGroup
from parley.errors import Conflict, RetryableError
from schema import limits
from schema.reasons import CallableReason


def request(data: Any = None, uid: str | None = "ann") -> CallableRequest[Any]:
    auth = None if uid is None else AuthData(uid=uid, token={})
    # No part of the mapping looks at the raw request.
    return CallableRequest(data=data, raw_request=None, auth=auth)  # type: ignore[arg-type]


def details(error: HttpsError) -> dict[str, Any]:
    assert isinstance(error.details, dict)
    return error.details


def wrong(data: object) -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        CreateGroup.model_validate(data)
    return raised.value


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (RefusalKind.UNAUTHENTICATED, "unauthenticated"),
        (RefusalKind.FORBIDDEN, "permission-denied"),
        (RefusalKind.NOT_FOUND, "not-found"),
        (RefusalKind.INVALID, "invalid-argument"),
        (RefusalKind.CONFLICT, "already-exists"),
        (RefusalKind.FAILED_PRECONDITION, "failed-precondition"),
        (RefusalKind.CONTENDED, "aborted"),
        (RefusalKind.EXHAUSTED, "resource-exhausted"),
    ],
)
def test_a_refusal_has_the_status_of_its_kind_with_reason_and_message(
    kind: RefusalKind, status: str
) -> None:
    answer = https_error(Refused(kind, CallableReason.BLOCKED, "They blocked you."))
    assert answer.code == FunctionsErrorCode(status)
    assert details(answer) == {"reason": "blocked"}
    assert answer.message == "They blocked you."


def test_a_way_out_ends_the_message_and_is_a_detail() -> None:
    refused = Refused(
        RefusalKind.NOT_FOUND, CallableReason.OWN_MESSAGE, "you wrote it", "delete it instead"
    )
    answer = https_error(refused)
    assert answer.message == "you wrote it; delete it instead"
    assert details(answer) == {"reason": "ownMessage", "wayOut": "delete it instead"}


def test_a_conflict_after_the_last_attempt_is_contended_and_reveals_nothing() -> None:
    answer = https_error(Conflict("chats/c1 is being changed by others"))
    assert answer.code == FunctionsErrorCode.ABORTED
    assert details(answer) == {"reason": "contended", "wayOut": "try again"}
    assert "c1" not in answer.message


def test_a_temporary_error_is_unavailable_and_says_when_to_retry() -> None:
    answer = https_error(RetryableError("busy", retry_after=3.0))
    assert answer.code == FunctionsErrorCode.UNAVAILABLE
    assert details(answer) == {"reason": "contended", "retryAfter": 3.0, "wayOut": "try again"}


def test_a_wrong_field_is_named_with_its_value_and_the_limit() -> None:
    answer = https_error(wrong({"title": "", "userIds": []}))
    assert answer.code == FunctionsErrorCode.INVALID_ARGUMENT
    assert answer.message.startswith("title: ")
    assert '""' in answer.message
    assert "1" in answer.message
    assert details(answer)["reason"] == "invalidArgument"


def test_every_wrong_field_is_named() -> None:
    answer = https_error(wrong({"title": 7, "userIds": ["a:b"], "colour": "red"}))
    fields = {error["field"] for error in details(answer)["errors"]}
    assert fields == {"title", "userIds.0", "colour"}


def test_too_many_values_are_refused_with_the_limit() -> None:
    answer = https_error(wrong({"title": "x", "userIds": ["u"] * (limits.MEMBERS_PER_CALL + 1)}))
    assert details(answer)["errors"][0]["limit"] == limits.MEMBERS_PER_CALL


@pytest.mark.parametrize("data", [None, 7, "text", []])
def test_data_that_is_not_an_object_is_an_invalid_argument(data: object) -> None:
    answer = https_error(wrong(data))
    assert answer.code == FunctionsErrorCode.INVALID_ARGUMENT
    assert answer.message.startswith("data: must be an object, got ")


def test_a_long_value_is_truncated() -> None:
    answer = https_error(wrong({"title": "x" * 10_000, "userIds": []}))
    assert len(details(answer)["errors"][0]["value"]) == SHOWN_VALUE


@pytest.mark.parametrize("uid", ["service", "system", "broadcast", "a:b", "..", "__x__"])
def test_a_user_with_an_invalid_uid_is_refused_as_by_the_rules(uid: str) -> None:
    with pytest.raises(Refused, match="sign in with another") as refused:
        caller_of(request(uid=uid))
    assert (refused.value.kind, refused.value.reason) == (RefusalKind.FORBIDDEN, "notAllowed")


def test_an_unexpected_error_reveals_nothing() -> None:
    answer = https_error(KeyError("a secret"))
    assert answer.code == FunctionsErrorCode.INTERNAL
    assert details(answer) == {"reason": "internal"}
    assert "secret" not in answer.message


def test_a_callable_without_a_signed_in_user_is_unauthenticated() -> None:
    answering = answering_errors(lambda call: caller_of(call) == UserCaller("ann"))
    assert answering(request(uid="ann")) is True
    with pytest.raises(HttpsError) as raised:
        answering(request(uid=None))
    assert raised.value.code == FunctionsErrorCode.UNAUTHENTICATED
    assert details(raised.value) == {"reason": "unauthenticated", "wayOut": "sign in first"}
