"""Who calls the stand-in, and whether the rules let them."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request as HttpRequest
from urllib.request import urlopen

from emulator.storage.files import StoredFile
from emulator.storage.rules import Document, Request, StorageRules

OWNER = "Bearer owner"
"""The token of servers, whom no rule binds."""
FETCH_SECONDS = 30


class NotSignedIn(Exception):
    """The token is none of the Auth emulator's, or has expired."""


class Verdicts:
    """Judges requests by the rules, which may look at Firestore; starts the engine when asked."""

    def __init__(self, firestore: str, project: str) -> None:
        self._documents = f"http://{firestore}/v1/projects/{project}/databases/(default)/documents"
        self._rules: StorageRules | None = None
        self._one_at_a_time = asyncio.Lock()

    async def permits(
        self,
        method: str,
        path: str,
        authorization: str,
        *,
        new: StoredFile | None = None,
        old: StoredFile | None = None,
    ) -> bool:
        """Return whether who sends this header may do it; raise `NotSignedIn` for a bad token."""
        if authorization == OWNER:
            return True
        claims = claims_of(authorization)
        request = Request(
            method,
            str(claims["sub"]) if claims else None,
            path,
            new=new.resource() if new else None,
            old=old.resource() if old else None,
            claims=claims or {},
        )
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._judge, request)

    def close(self) -> None:
        if self._rules is not None:
            self._rules.__exit__(None, None, None)

    def _judge(self, request: Request) -> bool:
        if self._rules is None:
            self._rules = StorageRules().__enter__()
        return self._rules.permits(request, self._fetch)

    def _fetch(self, path: str) -> Document | None:
        asked = HttpRequest(f"{self._documents}/{quote(path)}", headers={"Authorization": OWNER})
        try:
            with urlopen(asked, timeout=FETCH_SECONDS) as answer:
                fields: dict[str, Any] = json.load(answer).get("fields", {})
        except HTTPError as error:
            if error.code == 404:
                return None
            raise
        return {name: plain(value) for name, value in fields.items()}


def plain(value: dict[str, Any]) -> Any:
    """Return a value of Firestore's REST API as the engine takes it; a time is `{"$time": s}`."""
    [(kind, held)] = value.items()
    match kind:
        case "integerValue":
            return int(held)
        case "mapValue":
            return {name: plain(inner) for name, inner in held.get("fields", {}).items()}
        case "arrayValue":
            # The engine takes lists as JSON, in which a time is a text.
            return [inner.get("timestampValue") or plain(inner) for inner in held.get("values", [])]
        case "timestampValue":
            return {"$time": int(datetime.fromisoformat(held).timestamp())}
        case _:
            return held


def claims_of(authorization: str) -> dict[str, Any] | None:
    """Return the claims of a token of the Auth emulator, which signs none; None for nobody."""
    kind, _, token = authorization.partition(" ")
    if not authorization:
        return None
    if kind in ("Firebase", "Bearer"):
        with suppress(ValueError, IndexError, TypeError):
            part = token.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            if isinstance(claims.get("sub"), str) and claims["exp"] > time.time():
                return dict(claims)
    raise NotSignedIn("the token is none of the Auth emulator's, or has expired; sign in again")
