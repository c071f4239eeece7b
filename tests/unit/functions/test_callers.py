from typing import Any

import pytest
from callable_requests import caller_of
from firebase_functions.https_fn import AuthData, CallableRequest

from parley.domain.access import Refused, UserCaller, refuse_anonymous


def request(claims: Any) -> CallableRequest[Any]:
    auth = AuthData(uid="ann", token=claims)
    return CallableRequest(data={}, raw_request=None, auth=auth)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "is_anonymous"),
    [
        ({"firebase": {"sign_in_provider": "anonymous"}}, True),
        ({"firebase": {"sign_in_provider": "password"}}, False),
        ({"firebase": "anonymous"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_a_token_tells_who_signed_in_anonymously(claims: Any, is_anonymous: bool) -> None:
    assert caller_of(request(claims)) == UserCaller("ann", is_anonymous=is_anonymous)


def test_anonymous_people_are_told_how_they_may() -> None:
    refuse_anonymous(UserCaller("ann"), "creating a group")
    with pytest.raises(Refused, match=r"creating a group is not for .* sign in with an email"):
        refuse_anonymous(UserCaller("ann", is_anonymous=True), "creating a group")
