"""The stand-in's server: `POST /v1/projects/{project}/messages:send` and the control side."""

import asyncio
import itertools
import json
import time
from typing import Any

from aiohttp import web

from emulator.control import Control
from emulator.faults import Fault, FaultPlan
from emulator.fcm.deliveries import Deliveries
from emulator.fcm.errors import Answer, Refusal, bad_request, ordered_answer
from emulator.fcm.validation import TARGETS, check
from emulator.journal import Entry, Journal, to_bytes
from emulator.pages_may_call import let_pages_call

JSON = "application/json"


class FcmStandIn:
    """Accepts messages as FCM does, and logs each of them."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.plan = FaultPlan()
        self.deliveries = Deliveries()
        self._numbers = itertools.count(1)

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/v1/projects/{project}/messages:send", self.send)
        application.router.add_get("/_/stream", self.deliveries.stream)
        application.router.add_routes(Control(self.journal, self.plan).routes())
        return let_pages_call(application)

    async def send(self, request: web.Request) -> web.Response:
        at = time.time()
        raw = await request.read()
        try:
            body = json.loads(raw)
        except ValueError:
            body, raw = None, to_bytes(raw.decode(errors="replace"))
        fault = self.plan.strike(targets_of(body)) if self.plan.is_active else None
        if fault and fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        answer = self._answer(body, fault, request.match_info["project"])
        # The journal keeps invalid JSON as a text.
        logged = answer.body if answer.content_type == JSON else to_bytes(answer.body.decode())
        self.journal.add(Entry(at, raw, answer.status, logged))
        if answer.status == 200:
            self.deliveries.deliver(body["message"])
        if fault and fault.drop_answer and request.transport is not None:
            request.transport.abort()
        headers = dict(answer.headers)
        if fault and fault.retry_after is not None:
            headers["Retry-After"] = f"{fault.retry_after:g}"
        return web.Response(
            body=answer.body,
            status=answer.status,
            headers=headers,
            content_type=answer.content_type,
        )

    def _answer(self, body: Any, fault: Fault | None, project: str) -> Answer:
        try:
            if body is None:
                raise bad_request("", "Invalid JSON payload received. Unexpected token.")
            if fault and not fault.drop_answer and fault.status is not None:
                code = str(fault.code) if fault.code else None
                if (answer := ordered_answer(fault.status, code)) is not None:
                    return answer
            check(body)
        except Refusal as refusal:
            return refusal.answer()
        message_id = f"0:{time.time_ns() // 1000}%{next(self._numbers):016x}"
        return Answer(200, to_bytes({"name": f"projects/{project}/messages/{message_id}"}), JSON)


def targets_of(body: Any) -> dict[str, str]:
    """Return the fields that a fault's `match` may test."""
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, dict):
        return {}
    return {kind: str(message[kind]) for kind in TARGETS if kind in message}
