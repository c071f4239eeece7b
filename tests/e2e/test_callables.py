"""Callables by the Firebase callable protocol, as any client library speaks it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from emulator.stack import Stack

SECONDS = 30.0


class Caller:
    """Somebody signed in at the Auth emulator, or nobody."""

    def __init__(self, stack: Stack, *, is_signed_in: bool = True) -> None:
        self._url = f"{stack.environment['PARLEY_FUNCTIONS_URL']}/demo-parley/us-central1"
        self._headers: dict[str, str] = {}
        self.uid = ""
        if is_signed_in:
            auth = stack.environment["FIREBASE_AUTH_EMULATOR_HOST"]
            answer = httpx.post(
                f"http://{auth}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any",
                json={"returnSecureToken": True},
            ).json()
            self.uid = answer["localId"]
            self._headers["Authorization"] = f"Bearer {answer['idToken']}"

    def call(self, name: str, data: object) -> tuple[int, dict[str, Any]]:
        """The HTTP status, and ``result`` or ``error``."""
        answer = httpx.post(
            f"{self._url}/{name}", json={"data": data}, headers=self._headers, timeout=SECONDS
        )
        body: dict[str, Any] = answer.json()
        return answer.status_code, body.get("result") or body["error"]


def test_whoever_is_not_signed_in_is_told_so(stack: Stack) -> None:
    status, error = Caller(stack, is_signed_in=False).call("openDirectChat", {"userId": "bob"})

    assert (status, error["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("openDirectChat", {}, "userId"),
        ("openDirectChat", {"userId": 7}, "userId"),
        ("openDirectChat", {"userId": "a:b"}, "userId"),
        ("openDirectChat", {"userId": "bob", "more": 1}, "more"),
        ("openDirectChat", None, ""),
        ("openCaseChat", {"serviceId": "a/b"}, "serviceId"),
        ("createGroupChat", {"title": "", "userIds": []}, "title"),
        ("createGroupChat", {"title": "x" * 101, "userIds": []}, "title"),
        ("createGroupChat", {"title": "Hikers", "userIds": ["bob"] * 451}, "userIds"),
        ("createGroupChat", {"title": "Hikers", "userIds": ["system"]}, "userIds"),
    ],
)
def test_a_wrong_argument_is_named(stack: Stack, name: str, data: object, field: str) -> None:
    status, error = Caller(stack).call(name, data)

    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"]["reason"] == "invalidArgument"
    assert error["message"].startswith(field)


def test_what_is_refused_has_a_reason_of_the_closed_list(stack: Stack) -> None:
    caller = Caller(stack)

    _, with_oneself = caller.call("openDirectChat", {"userId": caller.uid})
    _, unknown = caller.call("openCaseChat", {"serviceId": "nowhere"})

    assert with_oneself["details"]["reason"] == "selfChat"
    assert (unknown["status"], unknown["details"]["reason"]) == ("NOT_FOUND", "unknownService")


def test_a_group_of_the_same_unique_name_is_found_again(stack: Stack) -> None:
    caller = Caller(stack)
    asked = {"title": "Hikers", "userIds": [], "uniqueName": f"hikers-{caller.uid}"}

    _, first = caller.call("createGroupChat", asked)
    _, again = caller.call("createGroupChat", asked)

    assert (first["created"], again["created"]) == (True, False)
    assert first["chatId"] == again["chatId"]
