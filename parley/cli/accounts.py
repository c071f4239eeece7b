"""Accounts and tokens for tests, on the Auth emulator alone."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, Self

import aiohttp

from parley.cli.output import Failed
from parley.settings import Settings

PASSWORD = "parley-test"
"""Every seeded account's; an emulator keeps no secrets."""

TOKEN_SECONDS = 3_600
_AUDIENCE = (
    "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"
)
_ISSUER = "firebase-auth-emulator@example.com"
_CALLS_AT_ONCE = 10
_IS_THERE = ("DUPLICATE_LOCAL_ID", "EMAIL_EXISTS")


@dataclass(frozen=True, slots=True)
class SignIn:
    """With what somebody signs in."""

    uid: str
    email: str
    password: str = PASSWORD

    @classmethod
    def of(cls, uid: str) -> Self:
        return cls(uid, f"{uid.lower()}@example.com")

    def row(self) -> dict[str, str]:
        return asdict(self)


def require_emulator(settings: Settings, what: str) -> str:
    """The Auth emulator's address; raises `Failed` for a real project or a half-local setting."""
    if settings.firestore_emulator_host is None:
        raise Failed(
            f"{what} are made on the local stack alone, and this is project "
            f"{settings.project_id} of Google Cloud. Give --local while `make up` runs."
        )
    if settings.auth_emulator_host is None:
        raise Failed(
            f"{what} are made on the Auth emulator, and FIREBASE_AUTH_EMULATOR_HOST is not set. "
            "Set it (9099 without a port offset), or unset the other emulators' variables too: "
            "then the local stack that runs is found."
        )
    return settings.auth_emulator_host


def custom_token(uid: str) -> str:
    """What `signInWithCustomToken` takes on the Auth emulator: a token without a signature."""
    now = int(time.time())
    claims: dict[str, Any] = {"uid": uid, "iss": _ISSUER, "sub": _ISSUER, "aud": _AUDIENCE}
    claims |= {"iat": now, "exp": now + TOKEN_SECONDS}
    return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded(claims)}."


class AuthEmulator:
    """The calls of the Auth emulator that make accounts and tokens."""

    def __init__(self, session: aiohttp.ClientSession, address: str, project_id: str) -> None:
        self._session = session
        self._url = f"http://{address}/identitytoolkit.googleapis.com/v1"
        self._project_id = project_id

    @classmethod
    @asynccontextmanager
    async def connect(cls, address: str, project_id: str) -> AsyncIterator[Self]:
        # As the emulator expects of an administrator.
        headers = {"Authorization": "Bearer owner"}
        async with aiohttp.ClientSession(headers=headers) as session:
            yield cls(session, address, project_id)

    async def make(self, sign_ins: Iterable[SignIn]) -> None:
        """Make accounts; one that is there gets its email and password anew."""
        slots = asyncio.Semaphore(_CALLS_AT_ONCE)

        async def make_one(sign_in: SignIn) -> None:
            async with slots:
                await self._make(sign_in)

        await asyncio.gather(*map(make_one, sign_ins))

    async def id_token(self, uid: str) -> tuple[str, bool]:
        """An ID token of a person, and whether that made the account."""
        told = await self._ask(
            f"{self._url}/accounts:signInWithCustomToken?key=any",
            {
                "token": custom_token(uid),
                "returnSecureToken": True,
                "targetProjectId": self._project_id,
            },
        )
        return str(told["idToken"]), bool(told.get("isNewUser"))

    async def _make(self, sign_in: SignIn) -> None:
        accounts = f"{self._url}/projects/{self._project_id}/accounts"
        account = {"localId": sign_in.uid, "email": sign_in.email, "password": sign_in.password}
        try:
            await self._ask(accounts, account)
        except Failed as refused:
            if not any(reason in str(refused) for reason in _IS_THERE):
                raise
            await self._ask(f"{accounts}:update", account)

    async def _ask(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._session.post(url, json=body) as answer:
            told: dict[str, Any] = await answer.json(content_type=None)
        if answer.status != 200:
            message = told.get("error", {}).get("message", answer.status)
            raise Failed(f"the Auth emulator refused {body.get('email', 'the token')}: {message}")
        return told


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
