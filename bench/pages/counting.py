"""Counts of pages, answered by gRPC.

The emulator takes no REST call below an id with a colon, unlike Firestore, and browsers count by
REST: the client library would read every document instead, 10,000 of them in each view. So the
pages' counts go to a server of the benchmark, which asks the emulator with the page's own token.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from aiohttp import web
from google.cloud.firestore_v1.types import RunAggregationQueryRequest, RunAggregationQueryResponse
from google.protobuf import json_format

from emulator.ports import HOST

EMPTY_PAGE = "/bare/"
"""A page without anything. One that a route made up may not call servers of this machine."""
_METHOD = "/google.firestore.v1.Firestore/RunAggregationQuery"
_ALLOWED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Allow-Methods": "POST",
}


class Counting:
    """Answers the counts of all pages, and adds up what Firestore would charge for them."""

    def __init__(self, channel: grpc.aio.Channel, port: int) -> None:
        self.reads = 0
        """One for 1,000 documents, and one at least."""
        self._request = type(RunAggregationQueryRequest.pb(RunAggregationQueryRequest()))
        answer = type(RunAggregationQueryResponse.pb(RunAggregationQueryResponse()))
        self._call = channel.unary_stream(
            _METHOD,
            request_serializer=self._request.SerializeToString,
            response_deserializer=answer.FromString,
        )
        self.script = f"""{{
          const {{ open }} = XMLHttpRequest.prototype;
          XMLHttpRequest.prototype.open = function (method, address, ...others) {{
            const {{ pathname }} = new URL(address, location);
            const isCount = pathname.includes(':runAggregationQuery');
            const to = isCount ? `http://localhost:{port}${{pathname}}` : address;
            return open.call(this, method, to, ...others);
          }};
        }}"""

    async def answer(self, request: web.Request) -> web.Response:
        if request.path == EMPTY_PAGE:
            return web.Response(
                text="<!doctype html><title>Empty</title>", content_type="text/html"
            )
        if request.method != "POST":
            return web.Response(headers=_ALLOWED)
        asked = json_format.ParseDict(json.loads(await request.text()), self._request())
        asked.parent = request.path.removeprefix("/v1/").rpartition(":")[0]
        metadata = (("authorization", request.headers.get("authorization", "")),)
        try:
            told = [
                json_format.MessageToDict(one) async for one in self._call(asked, metadata=metadata)
            ]
        except grpc.aio.AioRpcError as error:
            return web.Response(status=503, text=error.details(), headers=_ALLOWED)
        self.reads += sum(map(_charged, told))
        return web.json_response(told, headers=_ALLOWED)


def _charged(answer: dict[str, Any]) -> int:
    fields = answer.get("result", {}).get("aggregateFields", {})
    return max(1, *(-(-int(one["integerValue"]) // 1_000) for one in fields.values()))


@asynccontextmanager
async def counted(firestore: str, port: int) -> AsyncIterator[Counting]:
    """Serve the counts on a port."""
    async with grpc.aio.insecure_channel(firestore) as channel:
        counting = Counting(channel, port)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", counting.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, HOST, port).start()
        try:
            yield counting
        finally:
            await runner.cleanup()
