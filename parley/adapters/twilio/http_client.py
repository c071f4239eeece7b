"""The HTTP client that we give to Twilio's library: kept connections, timeouts, no retries.

The library's own client has no timeout, and repeats a POST after a 5xx if told to retry. Repeating
is the delivery engine's decision, which knows whether a message may have been accepted.
"""

from __future__ import annotations

import functools
import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from parley.adapters.retry_after import retry_after

TWILIO_URL = "https://api.twilio.com"

IN_FLIGHT = 100
"""The most concurrent requests of a process. Twilio limits those of an account, and answers 429 to
more."""

TOTAL_SECONDS = 15.0
"""The timeout of a request, well within the lease of a job (20 seconds)."""

CONNECT_SECONDS = 5.0
"""The part of it for a free connection. When it is over, nothing has been sent."""

KEPT_SECONDS = 10.0
"""How long an idle connection is kept. A short time makes it rare that Twilio closes one at the
moment when we write to it, which leaves the outcome unknown."""

_log = logging.getLogger("parley.twilio")


class TwilioRefusal(TwilioRestException):  # type: ignore[misc]  # untyped
    """An answer with an error status, and what the library's own exception leaves out.

    ``has_code``: the body is Twilio's, with a code; otherwise something before Twilio answered, and
    ``code`` repeats the status. ``retry_after``: seconds that the answer asked to wait.
    """

    def __init__(
        self,
        status: int,
        uri: str,
        message: str,
        *,
        code: int,
        has_code: bool,
        retry_after: float | None,
        method: str,
    ) -> None:
        super().__init__(status, uri, message, code, method)
        self.has_code = has_code
        self.retry_after = retry_after


class PooledHttpClient(AsyncHttpClient):  # type: ignore[misc]  # untyped
    """Carries the calls of Twilio's library. Create it within the event loop, and close it.

    Calls raise ``TwilioRefusal`` for an error status and aiohttp's errors without an answer.
    """

    def __init__(self, *, url: str | None = None, in_flight: int = IN_FLIGHT) -> None:
        super().__init__(_log, is_async=True)
        self._url = url
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=in_flight, keepalive_timeout=KEPT_SECONDS),
            timeout=aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS),
            # Twilio sets no cookies.
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make a request; never repeat it, and never follow a redirect with our credentials."""
        if self._url is not None:
            url = url.replace(TWILIO_URL, self._url, 1)
        if params:
            url = f"{url}?{encode_form(params)}"
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = _authorization(*auth)
        body = encode_form(data).encode() if data else None
        async with self._session.request(
            method, url, data=body, headers=sent, allow_redirects=False
        ) as answer:
            text = (await answer.read()).decode("utf-8", errors="replace")
            if answer.status >= 300:
                raise _refusal(method, url, answer, text)
            return Response(answer.status, text, answer.headers)


@functools.lru_cache(maxsize=8)
def _authorization(username: str, password: str) -> str:
    return aiohttp.encode_basic_auth(username, password)


def encode_form(fields: Mapping[str, object]) -> str:
    """Return a form or query; a list repeats its name. yarl does it in a third of the time."""
    found: str = URL.build(
        query={name: _texts(value) for name, value in fields.items()}
    ).raw_query_string
    return found


def _texts(value: object) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def _refusal(method: str, url: str, answer: aiohttp.ClientResponse, text: str) -> TwilioRefusal:
    body = _error_body(text)
    code, message = body.get("code"), body.get("message")
    return TwilioRefusal(
        answer.status,
        url,
        message if isinstance(message, str) else f"HTTP {answer.status} without Twilio's error",
        code=code if isinstance(code, int) else answer.status,
        has_code=isinstance(code, int),
        retry_after=retry_after(answer.headers),
        method=method,
    )


def _error_body(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
