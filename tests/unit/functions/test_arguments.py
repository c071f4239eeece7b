from typing import Any

import pytest
from callables.arguments import asked, decoded
from firebase_functions.https_fn import CallableRequest
from pydantic import ValidationError

from parley.domain.requests import UpdateService, UpdateServiceUser

INT64 = "type.googleapis.com/google.protobuf.Int64Value"
UINT64 = "type.googleapis.com/google.protobuf.UInt64Value"


def request(data: Any) -> CallableRequest[Any]:
    # Decoding looks at the data alone.
    return CallableRequest(data=data, raw_request=None, auth=None)  # type: ignore[arg-type]


def test_a_swift_int_and_a_kotlin_long_are_numbers() -> None:
    thirty = {"@type": INT64, "value": "30"}
    service = asked(request({"serviceId": "s", "retentionDays": thirty}), UpdateService)
    assert service.retention_days == 30

    attributes = {"age": thirty, "scores": [{"@type": UINT64, "value": "7"}], "name": "Ann"}
    user = asked(
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
        {"@type": "Money", "value": "30"},
        {"@type": ["x"], "value": "30"},
    ],
    ids=str,
)
def test_all_else_stays_as_it_came(data: Any) -> None:
    assert decoded(data) == data


def test_data_of_any_depth_is_refused_and_breaks_nothing() -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"a": deep}
    with pytest.raises(ValidationError, match="nested deeper"):
        asked(request({"serviceId": "s", "userId": "u", "attributes": deep}), UpdateServiceUser)
