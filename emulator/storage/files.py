"""The files that were uploaded, in memory, and the uploads that are under way."""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Metadata:
    """What an uploader says of a file."""

    content_type: str
    custom: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Mapping[str, Any], content_type: str) -> Metadata:
        custom = told.get("metadata") or {}
        return cls(
            str(told.get("contentType") or content_type or "application/octet-stream"),
            {str(key): str(value) for key, value in custom.items()},
        )


@dataclass(frozen=True)
class StoredFile:
    """A file, and what the Firebase API says of it."""

    bucket: str
    path: str
    data: bytes
    metadata: Metadata
    generation: int
    at: float
    token: str

    def resource(self) -> dict[str, Any]:
        """Return it as `request.resource` and `resource` show it to the rules."""
        return {
            "name": self.path,
            "bucket": self.bucket,
            "size": len(self.data),
            "contentType": self.metadata.content_type,
            "metadata": dict(self.metadata.custom),
        }

    def to_json(self) -> dict[str, Any]:
        """Return it as the Firebase API answers it."""
        at = datetime.fromtimestamp(self.at, UTC).isoformat(timespec="milliseconds")
        at = at.replace("+00:00", "Z")
        return {
            "name": self.path,
            "bucket": self.bucket,
            "generation": str(self.generation),
            "metageneration": "1",
            "contentType": self.metadata.content_type,
            "timeCreated": at,
            "updated": at,
            "storageClass": "STANDARD",
            "size": str(len(self.data)),
            "md5Hash": base64.b64encode(hashlib.md5(self.data).digest()).decode(),
            "contentEncoding": "identity",
            "contentDisposition": f"inline; filename*=utf-8''{self.path.rsplit('/', 1)[-1]}",
            "downloadTokens": self.token,
            **({"metadata": dict(self.metadata.custom)} if self.metadata.custom else {}),
        }


@dataclass
class Upload:
    """A resumable upload: what came so far."""

    bucket: str
    path: str
    metadata: Metadata
    authorization: str
    size: int | None
    data: bytearray = field(default_factory=bytearray)
    state: str = "active"


class Files:
    """Every file of every bucket."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], StoredFile] = {}
        self._uploads: dict[str, Upload] = {}
        self._generations = itertools.count(time.time_ns() // 1000)

    def get(self, bucket: str, path: str) -> StoredFile | None:
        return self._files.get((bucket, path))

    def below(self, bucket: str, prefix: str) -> list[StoredFile]:
        """Return the files whose path begins with a prefix, in the order of their paths."""
        found = (file for file in self._files.values() if file.bucket == bucket)
        return sorted(
            (one for one in found if one.path.startswith(prefix)), key=lambda one: one.path
        )

    def new(self, bucket: str, path: str, data: bytes, metadata: Metadata) -> StoredFile:
        """Return a file that is not stored yet, for the rules to look at."""
        return StoredFile(
            bucket=bucket,
            path=path,
            data=data,
            metadata=metadata,
            generation=next(self._generations),
            at=time.time(),
            token=secrets.token_hex(16),
        )

    def put(self, file: StoredFile) -> None:
        self._files[file.bucket, file.path] = file

    def remove(self, bucket: str, path: str) -> None:
        del self._files[bucket, path]

    def begin(self, upload: Upload) -> str:
        """Note an upload and return its id."""
        upload_id = secrets.token_urlsafe(24)
        self._uploads[upload_id] = upload
        return upload_id

    def upload(self, upload_id: str) -> Upload | None:
        return self._uploads.get(upload_id)
