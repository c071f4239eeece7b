from __future__ import annotations

import asyncio

import pytest

from parley.adapters.access_token import ApplicationDefaultToken


class Server:
    """A token server, and credentials of a machine that ask it."""

    def __init__(self) -> None:
        self.loaded = 0
        self.given = 0
        self.is_down = False
        self.now = 100.0

    def load(self) -> Key:
        self.loaded += 1
        return Key(self)

    def token(self) -> ApplicationDefaultToken:
        return ApplicationDefaultToken(self.load, seconds=lambda: self.now)


class Key:
    def __init__(self, server: Server) -> None:
        self._server = server
        self.token: str | None = None

    @property
    def valid(self) -> bool:
        return self.token is not None

    def refresh(self, request: object) -> None:
        self._server.given += 1
        if self._server.is_down:
            raise OSError("the token server is away")
        self.token = f"token-{self._server.given}"


async def test_a_token_is_fetched_once_and_kept() -> None:
    server = Server()
    token = server.token()

    assert await asyncio.gather(*(token() for _ in range(50))) == ["token-1"] * 50


async def test_a_process_that_needs_no_token_needs_no_credentials() -> None:
    server = Server()
    token = server.token()
    token.drop("token-0")
    assert server.loaded == 0

    assert await token() == "token-1"
    assert (server.loaded, server.given) == (1, 1)


async def test_many_refusals_renew_the_token_once_from_current_credentials() -> None:
    server = Server()
    token = server.token()
    assert await token() == "token-1"

    for _ in range(50):
        token.drop("token-1")
    assert set(await asyncio.gather(*(token() for _ in range(50)))) == {"token-2"}
    token.drop("token-1")

    assert await token() == "token-2"
    assert (server.loaded, server.given) == (2, 2)


async def test_a_refused_fresh_token_is_renewed_every_ten_seconds() -> None:
    server = Server()
    token = server.token()
    held = await token()
    for _ in range(100):
        assert held is not None
        token.drop(held)
        held = await token()
        server.now += 0.5

    assert server.given == 1 + 5


async def test_an_unreachable_token_server_is_asked_once_for_all() -> None:
    server = Server()
    token = server.token()
    server.is_down = True

    answers = await asyncio.gather(*(token() for _ in range(50)), return_exceptions=True)
    assert {str(answer) for answer in answers} == {"the token server is away"}
    assert server.given == 1

    server.is_down = False
    server.now += 2
    assert await token() == "token-2"


async def test_a_refused_token_is_never_used_again() -> None:
    server = Server()
    token = server.token()
    held = await token()
    assert held is not None
    token.drop(held)
    server.is_down = True

    with pytest.raises(OSError, match="away"):
        await token()
