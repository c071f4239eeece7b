"""Create accounts and tokens for tests, only on the Auth emulator."""

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
"""The password of every seeded account. An emulator keeps no secrets."""

TOKEN_SECONDS = 3_600
_AUDIENCE = (
    "https://identitytoolkit.googleapis.com/google.identity.identitytoolkit.v1.IdentityToolkit"
)
_ISSUER = "firebase-auth-emulator@example.com"
_CALLS_AT_ONCE = 10
_EXISTS = ("DUPLICATE_LOCAL_ID", "EMAIL_EXISTS")


@dataclass(frozen=True, slots=True)
class SignIn:
    """The credentials of a seeded account."""

    uid: str
    email: str
    password: str = PASSWORD

    @classmethod
    def of(cls, uid: str) -> Self:
        return cls(uid, f"{uid.lower()}@example.com")

    def row(self) -> dict[str, str]:
        return asdict(self)


def require_emulator(settings: Settings, what: str) -> str:
    """Return the Auth emulator's address; raise `Failed` if a real project would be reached."""
    if settings.firestore_emulator_host is None:
        raise Failed(
            f"{what} are created only on the local stack, and this is project "
            f"{settings.project_id} of Google Cloud. Give --local while `make up` runs."
        )
    if settings.auth_emulator_host is None:
        raise Failed(
            f"{what} are created on the Auth emulator, but FIREBASE_AUTH_EMULATOR_HOST is not set. "
            "Set it (9099 without a port offset), or unset the other emulators' variables too: "
            "then this command finds the running local stack."
        )
    return settings.auth_emulator_host


def custom_token(uid: str) -> str:
    """Return an unsigned token, which `signInWithCustomToken` accepts on the Auth emulator."""
    now = int(time.time())
    claims: dict[str, Any] = {"uid": uid, "iss": _ISSUER, "sub": _ISSUER, "aud": _AUDIENCE}
    claims |= {"iat": now, "exp": now + TOKEN_SECONDS}
    return f"{_encode({'alg': 'none', 'typ': 'JWT'})}.{_encode(claims)}."


class AuthEmulator:
    """Creates accounts and tokens on the Auth emulator."""

    def __init__(self, session: aiohttp.ClientSession, address: str, project_id: str) -> None:
        self._session = session
        self._url = f"http://{address}/identitytoolkit.googleapis.com/v1"
        self._project_id = project_id

    @classmethod
    @asynccontextmanager
    async def connect(cls, address: str, project_id: str) -> AsyncIterator[Self]:
        # The emulator's token for administrators.
        headers = {"Authorization": "Bearer owner"}
        async with aiohttp.ClientSession(headers=headers) as session:
            yield cls(session, address, project_id)

    async def create(self, sign_ins: Iterable[SignIn]) -> None:
        """Create accounts; an existing account gets this email and password."""
        slots = asyncio.Semaphore(_CALLS_AT_ONCE)

        async def create_one(sign_in: SignIn) -> None:
            async with slots:
                await self._create(sign_in)

        await asyncio.gather(*map(create_one, sign_ins))

    async def id_token(self, uid: str) -> tuple[str, bool]:
        """Return an ID token of a person, and whether the call created their account."""
        answer = await self._call(
            f"{self._url}/accounts:signInWithCustomToken?key=any",
            {
                "token": custom_token(uid),
                "returnSecureToken": True,
                "targetProjectId": self._project_id,
            },
        )
        return str(answer["idToken"]), bool(answer.get("isNewUser"))

    async def _create(self, sign_in: SignIn) -> None:
        accounts = f"{self._url}/projects/{self._project_id}/accounts"
        account = {"localId": sign_in.uid, "email": sign_in.email, "password": sign_in.password}
        try:
            await self._call(accounts, account)
        except Failed as refused:
            if not any(reason in str(refused) for reason in _EXISTS):
                raise
            await self._call(f"{accounts}:update", account)

    async def _call(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._session.post(url, json=body) as answer:
            told: dict[str, Any] = await answer.json(content_type=None)
        if answer.status != 200:
            message = told.get("error", {}).get("message", answer.status)
            raise Failed(f"the Auth emulator refused {body.get('email', 'the token')}: {message}")
        return told


def _encode(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
