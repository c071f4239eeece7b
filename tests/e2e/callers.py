"""People who call callables on the local stack."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

from emulator.stack import Stack
from parley.connect import build
from parley.settings import Settings
from parley.store import Set
from schema import paths
from tests import patient_http

SECONDS = 120.0


class Caller:
    """Somebody signed in at the Auth emulator, or nobody."""

    def __init__(self, stack: Stack, *, is_signed_in: bool = True) -> None:
        self._url = f"{stack.environment['PARLEY_FUNCTIONS_URL']}/demo-parley/us-central1"
        self._headers = {"Content-Type": "application/json"}
        self.uid = ""
        if is_signed_in:
            # Without an address this would be an anonymous sign-up.
            self._account = {
                "email": f"{uuid.uuid4().hex}@example.com",
                "password": "of-no-account",
                "returnSecureToken": True,
            }
            answer = self._authenticate(stack, "signUp").json()
            self.uid = answer["localId"]
            self._headers["Authorization"] = f"Bearer {answer['idToken']}"

    def signs_in(self, stack: Stack) -> bool:
        """Whether the person can sign in again."""
        return self._authenticate(stack, "signInWithPassword").status_code == 200

    def _authenticate(self, stack: Stack, way: str) -> httpx.Response:
        auth = stack.environment["FIREBASE_AUTH_EMULATOR_HOST"]
        return patient_http.post(
            f"http://{auth}/identitytoolkit.googleapis.com/v1/accounts:{way}?key=any",
            json=self._account,
        )

    def call(self, name: str, data: object) -> tuple[int, dict[str, Any]]:
        """The HTTP status, and ``result`` or ``error``."""
        # In ASCII, in which half of a surrogate pair can be spelled.
        content = json.dumps({"data": data})
        answer = patient_http.post(
            f"{self._url}/{name}", content=content, headers=self._headers, timeout=SECONDS
        )
        body: dict[str, Any] = answer.json()
        return answer.status_code, body.get("result") or body["error"]


async def make_owner(stack: Stack, uid: str) -> None:
    async with build(Settings.from_environment(stack.environment)) as app:
        role = {"role": "owner", "displayName": "Mod"}
        await app.store.commit([Set(paths.staff("default", uid), role)])
