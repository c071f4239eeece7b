"""The sender's access token: what becomes of one that FCM refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from emulator.fcm.errors import ordered_answer
from emulator.fcm.server import FcmStandIn
from parley.adapters.fcm.sender import FcmSender
from parley.domain.delivery.push import PushFate
from tests.contract.test_push_sender import notification

FRESH = "token-2"


class Tokens:
    """Numbered tokens; a new one when the present one is dropped."""

    def __init__(self) -> None:
        self.number = 1
        self.dropped: list[str] = []
        self.is_away = False

    async def __call__(self) -> str | None:
        if self.is_away:
            raise OSError("the token server is away")
        return f"token-{self.number}"

    def drop(self, token: str) -> None:
        self.dropped.append(token)
        if token == f"token-{self.number}":
            self.number += 1


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """FCM that takes only the fresh token, and keeps what it was shown of others."""
    stand_in = FcmStandIn()

    @web.middleware
    async def authorized(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Authorization") == f"Bearer {FRESH}":
            return await handler(request)
        answer = ordered_answer(401, "UNAUTHENTICATED")
        assert answer is not None
        return web.Response(
            body=answer.body, status=answer.status, content_type=answer.content_type
        )

    application = stand_in.application()
    application.middlewares.append(authorized)
    async with TestServer(application) as server:
        yield str(server.make_url("")).rstrip("/")


async def test_a_refused_token_is_renewed_once(url: str) -> None:
    tokens = Tokens()
    many = [notification(f"phone-{number}") for number in range(300)]
    async with FcmSender(project_id="demo-parley", url=url, access_token=tokens) as sender:
        refused = await sender.send(many)
        accepted = await sender.send(many)

    assert {(one.fate, one.code) for one in refused} == {(PushFate.REFUSED, "UNAUTHENTICATED")}
    assert {one.fate for one in accepted} == {PushFate.ACCEPTED}
    assert tokens.dropped == ["token-1"]


async def test_without_a_token_nothing_is_sent(url: str) -> None:
    tokens = Tokens()
    tokens.is_away = True
    async with FcmSender(project_id="demo-parley", url=url, access_token=tokens) as sender:
        (result,) = await sender.send([notification("phone")])

    assert (result.fate, result.code) == (PushFate.REFUSED, "NO_ACCESS_TOKEN")
    assert result.detail == "OSError: the token server is away"


async def test_an_unreachable_provider_is_retried_later() -> None:
    async with FcmSender(project_id="demo-parley", url="http://127.0.0.1:1") as sender:
        (result,) = await sender.send([notification("phone")])

    assert (result.fate, result.is_in_doubt) == (PushFate.RETRY, False)
