"""What FCM does after it accepts a message: it delivers it to the device that has the token.

A browser gets pushes by a service of its maker, which is not to be had offline. So a page of the
local stack listens here for its token, and hands what arrives to its service worker.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any

from aiohttp import web

from emulator.journal import to_bytes

Message = dict[str, Any]

KEPT = 20
"""Messages kept for a token that nobody listens for; FCM keeps them for devices that are off."""
KNOWN_TOKENS = 5_000
BEAT_SECONDS = 15.0


class Deliveries:
    """The messages for each token, and the pages that listen for them."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Queue[Message]]] = defaultdict(set)
        self._waiting: dict[str, list[Message]] = {}

    def deliver(self, message: Message) -> None:
        """Deliver an accepted message to who listens for its token, or keep it for them."""
        token = message.get("token")
        if not isinstance(token, str):
            return
        if listening := self._listening.get(token):
            for queue in listening:
                queue.put_nowait(message)
            return
        waiting = self._waiting.setdefault(token, [])
        waiting.append(message)
        del waiting[:-KEPT]
        if len(self._waiting) > KNOWN_TOKENS:
            del self._waiting[next(iter(self._waiting))]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Answer server-sent events, one for each message to `?token=`."""
        token = request.query.get("token", "")
        if not token:
            return web.json_response({"error": "name a token: ?token="}, status=400)
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        queue: asyncio.Queue[Message] = asyncio.Queue()
        for message in self._waiting.pop(token, []):
            queue.put_nowait(message)
        self._listening[token].add(queue)
        try:
            await self._write(answer, queue)
        except ConnectionResetError:
            pass
        finally:
            self._listening[token].discard(queue)
            if not self._listening[token]:
                del self._listening[token]
        return answer

    async def _write(self, answer: web.StreamResponse, queue: asyncio.Queue[Message]) -> None:
        """Write until the connection ends; a comment now and then shows whether it did."""
        await answer.write(b": listening\n\n")
        while True:
            try:
                message = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
                await answer.write(b"data: " + to_bytes(message) + b"\n\n")
            except TimeoutError:
                await answer.write(b": still here\n\n")
