"""A number by which somebody signs in is known as theirs, on the whole stack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from schema import paths
from tests import patient_http
from tests.e2e.callers import Caller

SECONDS = 60.0
THEIRS, STATED = "+12125550123", "+12125550124"

pytestmark = pytest.mark.timeout(480)


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


def sign_in_by(stack: Stack, uid: str, phone: str) -> None:
    """Let an account sign in by this number, as after an SMS with a code."""
    auth = stack.environment["FIREBASE_AUTH_EMULATOR_HOST"]
    answer = patient_http.post(
        f"http://{auth}/identitytoolkit.googleapis.com/v1/projects/demo-parley/accounts:update",
        json={"localId": uid, "phoneNumber": phone},
        headers={"Authorization": "Bearer owner"},
    )
    assert answer.status_code == 200, answer.text


async def test_a_number_is_proven_by_the_account_and_not_by_the_record(
    app: App, stack: Stack
) -> None:
    ann, mal = Caller(stack), Caller(stack)
    await asyncio.to_thread(sign_in_by, stack, ann.uid, THEIRS)
    records = {ann.uid: THEIRS, mal.uid: STATED}
    for uid, phone in records.items():
        fields = {"displayName": "A", "phone": phone, "createdAt": SERVER_TIME}
        await app.store.commit([Set(paths.user(uid), fields)])

    async with asyncio.timeout(SECONDS):
        while None in (
            known := await app.store.get_many(
                [paths.service_user("default", uid) for uid in records]
            )
        ):
            await asyncio.sleep(0.1)

    proven = [one.fields.get("provenPhone") for one in known if one is not None]
    assert proven == [THEIRS, None]
    (own,) = await app.store.get_many([paths.user(ann.uid)])
    assert own is not None
    assert own.fields["provenPhone"] == THEIRS
