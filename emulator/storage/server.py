"""The stand-in's server: the API of the Firebase SDK, what Parley's server reads, and control."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from aiohttp import web

from emulator.control import Control
from emulator.faults import FaultPlan
from emulator.journal import Entry, Journal, to_bytes
from emulator.pages_may_call import Handler, let_pages_call
from emulator.storage.files import Files, StoredFile
from emulator.storage.uploads import BadUpload, Uploads
from emulator.storage.verdicts import NotSignedIn, Verdicts

MOST_BYTES = 512 * 1024 * 1024
"""The largest file that any rule lets through."""
OBJECT = "/v0/b/{bucket}/o/{path:.+}"
BUCKET = "/v0/b/{bucket}/o"


class StorageStandIn:
    """Keeps files as Cloud Storage does, under the rules, and logs each call."""

    def __init__(self, verdicts: Verdicts) -> None:
        self.journal = Journal()
        self.plan = FaultPlan()
        self.files = Files()
        self.uploads = Uploads(self.files, verdicts)
        self._verdicts = verdicts

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MOST_BYTES, middlewares=[self._logged])
        routes = application.router
        routes.add_get(OBJECT, self.read)
        routes.add_delete(OBJECT, self.remove)
        routes.add_get(BUCKET, self.list)
        routes.add_post(BUCKET, self.uploads.receive)
        routes.add_get("/storage/v1/b/{bucket}/o/{path:.+}", self.read_as_server)
        routes.add_post("/upload/storage/v1/b/{bucket}/o", self.uploads.receive_of_server)
        routes.add_routes(Control(self.journal, self.plan).routes())
        application.on_cleanup.append(self._close)
        return let_pages_call(application)

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Answer what is known of a file, or its bytes to `alt=media`."""
        bucket, path = request.match_info["bucket"], request.match_info["path"]
        file = self.files.get(bucket, path)
        # A download address holds a token that stands for the right to read this one file.
        has_token = file is not None and request.query.get("token") == file.token
        if not has_token:
            authorization = request.headers.get("Authorization", "")
            if not await self._verdicts.permits("get", path, authorization, old=file):
                return refusal(403, "Permission denied. No READ permission.")
        if file is None:
            return refusal(404, "Not Found.")
        if request.query.get("alt") == "media":
            return media(request, file)
        return web.json_response(file.to_json())

    async def remove(self, request: web.Request) -> web.StreamResponse:
        bucket, path = request.match_info["bucket"], request.match_info["path"]
        file = self.files.get(bucket, path)
        authorization = request.headers.get("Authorization", "")
        if not await self._verdicts.permits("delete", path, authorization, old=file):
            return refusal(403, "Permission denied. No WRITE permission.")
        if file is None:
            return refusal(404, "Not Found.")
        self.files.remove(bucket, path)
        return web.Response(status=204)

    async def list(self, request: web.Request) -> web.StreamResponse:
        prefix = request.query.get("prefix", "")
        authorization = request.headers.get("Authorization", "")
        if not await self._verdicts.permits("list", prefix.rstrip("/"), authorization):
            return refusal(403, "Permission denied. No LIST permission.")
        found = self.files.below(request.match_info["bucket"], prefix)
        items = [{"name": file.path, "bucket": file.bucket} for file in found]
        return web.json_response({"prefixes": [], "items": items})

    async def read_as_server(self, request: web.Request) -> web.StreamResponse:
        """Answer a file to Parley's own server, which no rule binds."""
        file = self.files.get(request.match_info["bucket"], request.match_info["path"])
        if file is None:
            return refusal(404, "Not Found.")
        return (
            media(request, file) if request.query.get("alt") else web.json_response(file.to_json())
        )

    @web.middleware
    async def _logged(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Log the call, and apply the fault that meets it."""
        if request.path.startswith("/_/") or request.method == "OPTIONS":
            return await handler(request)
        at = time.time()
        target = request.match_info.get("path") or request.query.get("name", "")
        fault = self.plan.strike({"path": target}) if self.plan.is_active else None
        if fault and fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault and fault.status is not None and not fault.drop_answer:
            answer: web.StreamResponse = refusal(fault.status, "A fault that was ordered.")
        else:
            answer = await self._answer(request, handler)
        asked = {"method": request.method, "path": target}
        if command := request.headers.get("X-Goog-Upload-Command"):
            asked["command"] = command
        self.journal.add(Entry(at, to_bytes(asked), answer.status, b"{}"))
        if fault and fault.drop_answer and request.transport is not None:
            request.transport.abort()
        return answer

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except NotSignedIn as error:
            return refusal(401, str(error))
        except BadUpload as error:
            return refusal(error.status, str(error), error.headers)
        except json.JSONDecodeError:
            return refusal(400, "The metadata is no JSON.")

    async def _close(self, application: web.Application) -> None:
        await asyncio.to_thread(self._verdicts.close)


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return an error as Cloud Storage words it."""
    body: dict[str, Any] = {"error": {"code": status, "message": message}}
    return web.json_response(body, status=status, headers=headers)


def media(request: web.Request, file: StoredFile) -> web.Response:
    """Return the bytes of a file, or the range of them that is asked for."""
    headers = {
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=0",
        "Accept-Ranges": "bytes",
    }
    try:
        wanted = request.http_range
    except ValueError:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(file.data)}"})
    data, status = file.data, 200
    if wanted.start is not None:
        data, status = file.data[wanted], 206
        first = wanted.start if wanted.start >= 0 else max(0, len(file.data) + wanted.start)
        headers["Content-Range"] = f"bytes {first}-{first + len(data) - 1}/{len(file.data)}"
    return web.Response(
        body=data, status=status, headers=headers | {"Content-Type": file.metadata.content_type}
    )
