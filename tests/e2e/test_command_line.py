"""The `parley` command on the whole stack: people who can sign in, and tokens for tests."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest

from emulator.stack import Stack
from parley.connect import build
from parley.settings import Settings
from schema import paths
from tests import patient_http

SECONDS = 120.0


def parley(stack: Stack, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "parley"), *command],
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture
def prefix() -> str:
    return f"Seed-{uuid.uuid4().hex[:8]}"


def auth(stack: Stack, call: str, body: dict[str, Any]) -> dict[str, Any]:
    """A call as a client SDK makes it."""
    host = stack.environment["FIREBASE_AUTH_EMULATOR_HOST"]
    url = f"http://{host}/identitytoolkit.googleapis.com/v1/accounts:{call}?key=any"
    answer = patient_http.post(url, json={**body, "returnSecureToken": True})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def opens_chat(stack: Stack, token: str, other: str) -> str:
    """Whether functions take the token: the chat that is opened with it."""
    answer = patient_http.post(
        f"{stack.environment['PARLEY_FUNCTIONS_URL']}/demo-parley/us-central1/openDirectChat",
        json={"data": {"userId": other}},
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["result"]["chatId"])


async def test_seeded_people_can_sign_in_and_chat(stack: Stack, prefix: str) -> None:
    command = ("seed", "--users", "2", "--prefix", prefix, "--service", "shop", "--sign-ins")

    for _ in range(2):
        seeded = parley(stack, *command, "--json")
        assert seeded.returncode == 0, seeded.stderr
    assert "parley: on the local stack at" in seeded.stderr

    sign_ins = json.loads(seeded.stdout)["signIns"]
    assert [each["uid"] for each in sign_ins] == [
        f"{prefix}-owner",
        f"{prefix}-000000",
        f"{prefix}-000001",
    ]
    for each in sign_ins:
        known = {"email": each["email"], "password": each["password"]}
        signed_in = auth(stack, "signInWithPassword", known)
        assert signed_in["localId"] == each["uid"]
    assert opens_chat(stack, signed_in["idToken"], f"{prefix}-000000")
    async with build(Settings.from_environment(stack.environment)) as app:
        for each in sign_ins:
            user, profile = await app.store.get_many(
                [paths.user(each["uid"]), paths.profile(each["uid"])]
            )
            assert user is not None
            assert set(user.fields["serviceIds"]) == {"default", "shop"}
            assert profile is not None
            assert profile.fields["displayName"] == user.fields["displayName"]


def test_a_test_token_acts_as_its_uid_and_creates_a_missing_account(
    stack: Stack, prefix: str
) -> None:
    first = parley(stack, "token", prefix)
    again = parley(stack, "token", prefix, "--json")

    assert first.returncode == 0, first.stderr
    assert f"created an account for {prefix}" in first.stderr
    assert prefix in opens_chat(stack, first.stdout.strip(), "bob").split(":")
    told = json.loads(again.stdout)
    assert (told["uid"], told["kind"]) == (prefix, "id")
    assert "created an account" not in again.stderr


def test_a_custom_token_signs_in_as_its_uid(stack: Stack, prefix: str) -> None:
    made = parley(stack, "token", prefix, "--custom")

    signed_in = auth(stack, "signInWithCustomToken", {"token": made.stdout.strip()})

    assert prefix in opens_chat(stack, signed_in["idToken"], "bob").split(":")
