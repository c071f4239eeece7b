"""What Firebase Authentication is asked for: bans, and the number of an account."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from parley.adapters.identity.identity_accounts import IdentityAccounts
from parley.errors import PermanentError, RetryableError
from tests.unit.parley.adapters.answering_server import Reply, Server, serving


class Accounts:
    """Answers as the Identity Toolkit API does; ``answers`` come before those of the accounts."""

    def __init__(self, *uids: str, answers: tuple[tuple[int, str], ...] = ()) -> None:
        self.disabled = dict.fromkeys(uids, False)
        self._answers = list(answers)

    async def reply(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        status, text = self._answers.pop(0) if self._answers else self._answer(json.loads(body))
        content = json.dumps({"error": {"message": text}} if text else {}).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        await writer.drain()

    def _answer(self, asked: dict[str, Any]) -> tuple[int, str]:
        uid = asked["localId"]
        if "disabled" in asked:
            if uid in self.disabled:
                return 400, "DUPLICATE_LOCAL_ID"
            self.disabled[uid] = asked["disabled"]
        elif uid in self.disabled:
            self.disabled[uid] = asked["disableUser"]
        else:
            return 400, "USER_NOT_FOUND"
        return 200, ""


def looked_up(answer: str) -> Reply:
    """A server that answers every call like this."""

    async def reply(body: bytes, writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n"
        writer.write(head.encode() + answer.encode())
        await writer.drain()

    return reply


async def phone_of(server: Server) -> str | None:
    host = server.url.removeprefix("http://")
    async with IdentityAccounts.connect("p", emulator_host=host, access_token=None) as accounts:
        return await accounts.phone_of("ann")


@pytest.mark.parametrize(
    ("answer", "phone"),
    [
        ('{"users": [{"localId": "ann", "phoneNumber": "+12125550123"}]}', "+12125550123"),
        ('{"users": [{"localId": "ann"}]}', None),
        ('{"users": []}', None),
        ('{"kind": "identitytoolkit#GetAccountInfoResponse"}', None),
    ],
)
async def test_the_number_of_an_account_is_looked_up(answer: str, phone: str | None) -> None:
    async with serving(looked_up(answer)) as server:
        assert await phone_of(server) == phone
    assert json.loads(server.bodies[0]) == {"localId": ["ann"]}


@pytest.mark.parametrize("answer", ["[]", '{"users": 7}', '{"users": [7]}', "<html>"])
async def test_an_answer_that_cannot_be_read_is_tried_again(answer: str) -> None:
    async with serving(looked_up(answer)) as server:
        with pytest.raises(RetryableError):
            await phone_of(server)


async def disable(server: Server, uid: str) -> None:
    host = server.url.removeprefix("http://")
    async with IdentityAccounts.connect("p", emulator_host=host, access_token=None) as accounts:
        await accounts.disable(uid)


async def test_an_account_is_disabled_by_one_call() -> None:
    accounts = Accounts("bob")
    async with serving(accounts.reply) as server:
        await disable(server, "bob")

    assert accounts.disabled == {"bob": True}
    (asked,) = map(json.loads, server.bodies)
    assert int(asked["validSince"]) > 0, "refresh tokens of before are revoked"


async def test_a_uid_without_an_account_cannot_get_one_by_signing_in() -> None:
    accounts = Accounts("ann")
    async with serving(accounts.reply) as server:
        await disable(server, "bob")

    assert accounts.disabled == {"ann": False, "bob": True}


async def test_an_account_made_meanwhile_is_disabled_too() -> None:
    accounts = Accounts("bob", answers=((400, "USER_NOT_FOUND"),))
    async with serving(accounts.reply) as server:
        await disable(server, "bob")

    assert accounts.disabled == {"bob": True}


@pytest.mark.parametrize(
    ("status", "error"), [(503, RetryableError), (429, RetryableError), (403, PermanentError)]
)
async def test_a_refusal_is_raised(status: int, error: type[Exception]) -> None:
    accounts = Accounts("bob", answers=((status, "NO"),))
    async with serving(accounts.reply) as server:
        with pytest.raises(error):
            await disable(server, "bob")
