"""What ``parley doctor`` says about the account that SMS are sent from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from emulator.ports import free_port
from emulator.twilio.account import Account
from emulator.twilio.server import TwilioStandIn
from parley.cli.doctor import Finding, check_twilio
from parley.settings import Settings

ACCOUNT = Account()


async def finding(url: str, **others: str) -> Finding:
    variables = {
        "GCLOUD_PROJECT": "demo-parley",
        "PARLEY_TWILIO_URL": url,
        "TWILIO_ACCOUNT_SID": ACCOUNT.sid,
        "TWILIO_AUTH_TOKEN": ACCOUNT.token,
    }
    found = await check_twilio(Settings.from_environment(variables | others))
    assert found.what == "twilio"
    assert ACCOUNT.token not in f"{found.found} {found.way_out}"
    return found


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with TwilioStandIn().serving() as served:
        yield served


async def test_an_active_account_is_well(url: str) -> None:
    found = await finding(url)

    assert (found.is_well, found.found) == (True, f"{ACCOUNT.sid}, active, at {url}")


async def test_a_wrong_token_is_found(url: str) -> None:
    found = await finding(url, TWILIO_AUTH_TOKEN="wrong")

    assert not found.is_well
    assert "Authenticate" in found.found
    assert "TWILIO_AUTH_TOKEN" in found.way_out


async def test_an_account_that_nobody_answers_for_is_found() -> None:
    found = await finding(f"http://127.0.0.1:{free_port()}")

    assert not found.is_well
    assert "no connection to Twilio" in found.found


async def test_a_suspended_account_is_found() -> None:
    async def suspended(request: web.Request) -> web.Response:
        return web.json_response({"sid": ACCOUNT.sid, "status": "suspended"})

    application = web.Application()
    application.router.add_get("/{path:.*}", suspended)
    async with TestServer(application) as server:
        found = await finding(str(server.make_url("")).rstrip("/"))

    assert not found.is_well
    assert "suspended" in found.found


@pytest.mark.parametrize(
    ("unset", "is_well", "named"),
    [
        (["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"], True, "SMS are refused"),
        (["TWILIO_AUTH_TOKEN"], False, "TWILIO_AUTH_TOKEN is not set"),
        (["TWILIO_ACCOUNT_SID"], False, "TWILIO_ACCOUNT_SID is not set"),
    ],
)
async def test_a_project_has_both_variables_or_none(
    url: str, unset: list[str], is_well: bool, named: str
) -> None:
    found = await finding(url, **dict.fromkeys(unset, ""))

    assert found.is_well is is_well
    assert named in found.found
