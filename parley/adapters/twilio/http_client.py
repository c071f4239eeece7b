"""The HTTP client that we give to Twilio's library: kept connections, timeouts, no retries.

The library's own client has no timeout, and repeats a POST after a 5xx if told to retry. Repeating
is the delivery engine's decision, which knows whether a message may have been accepted.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pyreqwest.client import Client as HttpClient
from pyreqwest.client import ClientBuilder
from pyreqwest.request import ConsumedRequest, RequestBody
from pyreqwest.response import Response as HttpAnswer
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
"""The timeout of a request. With the wait for its turn it stays within the lease of a job (20
seconds)."""

TURN_SECONDS = 3.0
"""How long a request waits for its turn among ``IN_FLIGHT``. When it is over, nothing has been
sent."""

CONNECT_SECONDS = 5.0
"""The part of a request's time for its connection. When it is over, nothing has been sent."""

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
    """Carries the calls of Twilio's library, and prepared ones. Create it within the event loop.

    Calls raise ``TwilioRefusal`` for an error status and pyreqwest's errors without an answer.
    """

    def __init__(self, *, url: str | None = None, in_flight: int = IN_FLIGHT) -> None:
        super().__init__(_log, is_async=True)
        self._url = url
        self._client: HttpClient | None = (
            ClientBuilder()
            .max_connections(in_flight)
            .pool_timeout(timedelta(seconds=TURN_SECONDS))
            .connect_timeout(timedelta(seconds=CONNECT_SECONDS))
            .timeout(timedelta(seconds=TOTAL_SECONDS))
            .pool_idle_timeout(timedelta(seconds=KEPT_SECONDS))
            # Our credentials go to no other address.
            .follow_redirects(False)
            .no_proxy()
            .build()
        )
        self._prepared: dict[str, ConsumedRequest] = {}

    def close(self) -> None:
        """Close the connections, by forgetting them.

        pyreqwest's own ``close`` ends on its thread, and a process that ends at that moment may be
        aborted (``findings/pyreqwest-abort-at-exit.sh``).
        """
        self._client = None
        self._prepared.clear()

    def prepare_post(self, url: str, headers: Mapping[str, str], auth: tuple[str, str]) -> None:
        """Prepare the requests of ``post`` to an address; all that they share is read once."""
        self._prepared[url] = self._build("POST", url, {**headers}, auth)

    async def post(self, url: str, form: bytes) -> bytes:
        """Post an encoded form to a prepared address, once; return the body of the answer."""
        request = self._prepared[url].copy()
        request.body = RequestBody.from_bytes(form)
        return await _answer_of(request, "POST", url)

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
        if params:
            url = f"{url}?{encode_form(params)}"
        request = self._build(method, url, headers or {}, auth)
        if data:
            request.body = RequestBody.from_bytes(encode_form(data).encode())
        body = await _answer_of(request, method, url)
        return Response(200, body.decode("utf-8", errors="replace"))

    def _build(
        self, method: str, url: str, headers: Mapping[str, str], auth: tuple[str, str] | None
    ) -> ConsumedRequest:
        if self._client is None:
            raise RuntimeError("the connections to Twilio are closed")
        if self._url is not None:
            url = url.replace(TWILIO_URL, self._url, 1)
        sent = dict(headers)
        if auth is not None:
            pair = ":".join(auth).encode()
            sent["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        return self._client.request(method, url).headers(sent).build()


async def _answer_of(request: ConsumedRequest, method: str, url: str) -> bytes:
    answer = await request.send()
    body = bytes(await answer.bytes())
    if answer.status >= 300:
        raise _refusal(method, url, answer, body)
    return body


def encode_form(fields: Mapping[str, object]) -> str:
    """Return a form or query; a list repeats its name. yarl does it in a third of the time."""
    found: str = URL.build(
        query={name: _texts(value) for name, value in fields.items()}
    ).raw_query_string
    return found


def _texts(value: object) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def _refusal(method: str, url: str, answer: HttpAnswer, body: bytes) -> TwilioRefusal:
    error = _error_body(body)
    code, message = error.get("code"), error.get("message")
    return TwilioRefusal(
        answer.status,
        url,
        message if isinstance(message, str) else f"HTTP {answer.status} without Twilio's error",
        code=code if isinstance(code, int) else answer.status,
        has_code=isinstance(code, int),
        retry_after=retry_after(answer.headers),
        method=method,
    )


def _error_body(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
