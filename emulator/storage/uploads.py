"""Uploads: the resumable protocol of the Firebase SDK, its multipart form, and that of servers."""

from __future__ import annotations

import json
from email.message import Message
from typing import Any

from aiohttp import web

from emulator.storage.files import Files, Metadata, StoredFile, Upload
from emulator.storage.verdicts import Verdicts

STATUS = "X-Goog-Upload-Status"
RECEIVED = "X-Goog-Upload-Size-Received"
FINAL = {STATUS: "final"}


class BadUpload(Exception):
    """A call that Cloud Storage refuses, with the status and the headers of its answer."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


class Uploads:
    """Receives files. Whether somebody may store one, the rules decide when all of it is there."""

    def __init__(self, files: Files, verdicts: Verdicts) -> None:
        self._files = files
        self._verdicts = verdicts

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one call of an upload; what it is stands in the headers."""
        command = request.headers.get("X-Goog-Upload-Command", "")
        if command == "start":
            return await self._start(request)
        if command:
            return await self._continue(request, command)
        if request.headers.get("X-Goog-Upload-Protocol") == "multipart":
            return await self._multipart(request)
        raise BadUpload(400, "Neither X-Goog-Upload-Command nor a multipart upload.")

    async def receive_of_server(self, request: web.Request) -> web.Response:
        """Store a file for a server, which no rule binds (`uploadType=media`)."""
        file = self._files.new(
            request.match_info["bucket"],
            _name(request),
            await request.read(),
            Metadata(request.headers.get("Content-Type", "application/octet-stream")),
        )
        self._files.put(file)
        return web.json_response(file.to_json())

    async def _start(self, request: web.Request) -> web.Response:
        told: dict[str, Any] = json.loads(await request.read() or b"{}")
        size = request.headers.get("X-Goog-Upload-Header-Content-Length")
        upload = Upload(
            bucket=request.match_info["bucket"],
            path=_name(request),
            metadata=Metadata.of(
                told, request.headers.get("X-Goog-Upload-Header-Content-Type", "")
            ),
            authorization=request.headers.get("Authorization", ""),
            size=int(size) if size and size.isdigit() else None,
        )
        upload_id = self._files.begin(upload)
        address = request.url.with_query(
            name=upload.path, upload_id=upload_id, upload_protocol="resumable"
        )
        headers = {
            STATUS: "active",
            "X-Goog-Upload-URL": str(address),
            "X-Goog-Upload-Chunk-Granularity": str(256 * 1024),
            "X-GUploader-UploadID": upload_id,
        }
        return web.Response(headers=headers)

    async def _continue(self, request: web.Request, command: str) -> web.Response:
        upload = self._files.upload(request.query.get("upload_id", ""))
        if upload is None:
            raise BadUpload(404, "There is no such upload.")
        commands = {part.strip() for part in command.split(",")}
        if commands == {"query"}:
            headers = {STATUS: upload.state, RECEIVED: str(len(upload.data))}
            return web.Response(headers=headers)
        if upload.state != "active":
            raise BadUpload(400, f"The upload is {upload.state}.", {STATUS: upload.state})
        if commands == {"cancel"}:
            upload.state = "cancelled"
            return web.Response(headers={STATUS: "cancelled"})
        if "upload" in commands:
            await self._append(request, upload)
        if "finalize" not in commands:
            return web.Response(headers={STATUS: "active", RECEIVED: str(len(upload.data))})
        return await self._finalize(upload)

    async def _append(self, request: web.Request, upload: Upload) -> None:
        offset = request.headers.get("X-Goog-Upload-Offset", "")
        if offset != str(len(upload.data)):
            raise BadUpload(
                400,
                f"The offset is {offset}, and {len(upload.data)} bytes are here.",
                {STATUS: "active", RECEIVED: str(len(upload.data))},
            )
        upload.data += await request.read()
        if upload.size is not None and len(upload.data) > upload.size:
            upload.state = "final"
            raise BadUpload(400, f"More than the {upload.size} bytes that were announced.", FINAL)

    async def _finalize(self, upload: Upload) -> web.Response:
        if upload.size is not None and len(upload.data) != upload.size:
            raise BadUpload(
                400,
                f"{len(upload.data)} bytes are here, and {upload.size} were announced.",
                {STATUS: "active", RECEIVED: str(len(upload.data))},
            )
        upload.state = "final"
        file = self._files.new(upload.bucket, upload.path, bytes(upload.data), upload.metadata)
        upload.data.clear()
        await self._store(file, upload.authorization)
        return web.json_response(file.to_json(), headers=FINAL)

    async def _multipart(self, request: web.Request) -> web.Response:
        (_, told), (kind, data) = _two_parts(
            request.headers.get("Content-Type", ""), await request.read()
        )
        metadata = Metadata.of(json.loads(told), kind)
        file = self._files.new(request.match_info["bucket"], _name(request), data, metadata)
        await self._store(file, request.headers.get("Authorization", ""))
        return web.json_response(file.to_json())

    async def _store(self, file: StoredFile, authorization: str) -> None:
        old = self._files.get(file.bucket, file.path)
        method = "create" if old is None else "update"
        if not await self._verdicts.permits(method, file.path, authorization, new=file, old=old):
            raise BadUpload(403, "Permission denied. No WRITE permission.", FINAL)
        self._files.put(file)


def _two_parts(content_type: str, body: bytes) -> list[tuple[str, bytes]]:
    """Return the content type and the content of both parts of a `multipart/related` body."""
    boundary = Message()
    boundary["Content-Type"] = content_type
    mark = f"--{boundary.get_param('boundary', '')}".encode()
    parts = []
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:-1]:
        head, found, content = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        _, _, kind = head.decode(errors="replace").partition(":")
        if found:
            parts.append((kind.strip(), content))
    if len(parts) != 2:
        raise BadUpload(400, f"The body has {len(parts)} parts, not metadata and data.")
    return parts


def _name(request: web.Request) -> str:
    name = request.query.get("name", "")
    if not name:
        raise BadUpload(400, "The address names no file (`?name=`).")
    return name
