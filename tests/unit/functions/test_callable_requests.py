import json
from datetime import UTC, datetime
from typing import Any

import pytest
from callable_requests import parse_arguments
from callable_values import decoded
from firebase_functions.https_fn import CallableRequest
from pydantic import ValidationError

from parley.domain.people_requests import UpdateService, UpdateServiceUser
from parley.domain.requests import UpdateCase

INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"


def request(data: Any) -> CallableRequest[Any]:
    # Decoding looks at the data alone.
    return CallableRequest(data=data, raw_request=None, auth=None)  # type: ignore[arg-type]


def test_a_swift_int_and_a_kotlin_long_are_numbers() -> None:
    thirty = {"@type": INT64, "value": "30"}
    service = parse_arguments(request({"serviceId": "s", "retentionDays": thirty}), UpdateService)
    assert service.retention_days == 30

    double = parse_arguments(request({"serviceId": "s", "retentionDays": 30.0}), UpdateService)
    assert double.retention_days == 30

    attributes = {"age": thirty, "scores": [{"@type": UINT64, "value": "7"}], "name": "Ann"}
    user = parse_arguments(
        request({"serviceId": "s", "userId": "u", "attributes": attributes}), UpdateServiceUser
    )
    assert user.attributes == {"age": 30, "scores": [7], "name": "Ann"}


@pytest.mark.parametrize(
    "data",
    [
        None,
        7,
        {"@type": INT64, "value": "thirty"},
        {"@type": INT64, "value": 30},
        {"@type": INT64, "value": str(2**63)},
        {"@type": UINT64, "value": "-1"},
        {"@type": "Money", "value": "30"},
        {"@type": ["x"], "value": "30"},
    ],
    ids=str,
)
def test_other_values_stay_unchanged(data: Any) -> None:
    assert decoded(data) == data


def test_data_that_is_too_deep_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(ValidationError, match="nested deeper"):
        parse_arguments(
            request({"serviceId": "s", "userId": "u", "attributes": deep}), UpdateServiceUser
        )


def test_nan_and_infinity_are_refused_by_field_name() -> None:
    attributes = json.loads('{"a": NaN, "b": [1, {"c": -Infinity}], "d": 1e999, "e": 1}')
    with pytest.raises(ValidationError) as refused:
        parse_arguments(
            request({"serviceId": "s", "userId": "u", "attributes": attributes}), UpdateService
        )
    assert [entry["loc"] for entry in refused.value.errors()] == [
        ("attributes", "a"),
        ("attributes", "b", 1, "c"),
        ("attributes", "d"),
    ]


def case(snoozed_until: Any) -> CallableRequest[Any]:
    return request({"chatId": "c", "state": "snoozed", "snoozedUntil": snoozed_until})


def test_a_time_is_a_text_in_iso_8601() -> None:
    until = parse_arguments(case("2026-12-01T10:00:00.5+01:00"), UpdateCase).snoozed_until
    assert until == datetime(2026, 12, 1, 9, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "time",
    [
        1_764_579_600,
        1_764_579_600_000.0,
        "1764579600",
        "20261201",
        "2026-12-01",
        "2026-12-01T10:00:00",
    ],
)
def test_a_number_or_a_text_without_a_zone_is_no_time(time: Any) -> None:
    with pytest.raises(ValidationError, match="snoozedUntil"):
        parse_arguments(case(time), UpdateCase)
