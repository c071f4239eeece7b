"""Read files from a bucket of Cloud Storage: the JSON API, streamed.

google-cloud-storage reads with a thread for each call; this is one request on the event loop.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import google.auth
import google.auth.exceptions

from parley.adapters.access_token import ApplicationDefaultToken, Credentials
from parley.adapters.fcm.sender import AccessToken, NoAccessToken
from parley.errors import FileMissing, FilesUnavailable
from parley.structured_logging import error_text

if TYPE_CHECKING:
    import aiohttp

STORAGE_URL = "https://storage.googleapis.com"

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"

_CHUNK_BYTES = 256 * 1024

_SILENT_SECONDS = 60.0
"""How long the server may send nothing. A whole file may take longer."""


class BucketFiles:
    """The files of one bucket. Create it within the event loop, and close it.

    It connects, and loads this machine's credentials, when the first file is opened.
    """

    def __init__(self, *, bucket: str, emulator_url: str | None = None) -> None:
        self._bucket = bucket
        self._url = emulator_url or STORAGE_URL
        self._access_token: AccessToken | None = NoAccessToken() if emulator_url else None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def open(self, path: str) -> AsyncIterator[bytes]:
        """Yield a file in chunks; raise ``FileMissing`` or ``FilesUnavailable``."""
        # 6 MiB, for processes that read files.
        import aiohttp
        from yarl import URL

        bucket, name = quote(self._bucket, safe=""), quote(path, safe="")
        address = URL(f"{self._url}/storage/v1/b/{bucket}/o/{name}", encoded=True)
        try:
            headers = await self._headers()
            async with self._connected().get(
                address, params={"alt": "media"}, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status == 404:
                    raise FileMissing(
                        f"there is no file {path!r} in bucket {self._bucket!r}; upload it first"
                    )
                if answer.status != 200:
                    raise FilesUnavailable(f"{path}: Cloud Storage answered {answer.status}")
                async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk
        except (aiohttp.ClientError, OSError, google.auth.exceptions.GoogleAuthError) as error:
            raise FilesUnavailable(f"{path}: {error_text(error)}") from error

    def _connected(self) -> aiohttp.ClientSession:
        import aiohttp

        if self._session is None:
            # A file stored with Content-Encoding gzip must not unpack into a bomb unseen: the bytes
            # come as stored.
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=None, sock_read=_SILENT_SECONDS),
                auto_decompress=False,
            )
        return self._session

    async def _headers(self) -> dict[str, str]:
        if self._access_token is None:
            self._access_token = ApplicationDefaultToken(_credentials)
        token = await self._access_token()
        accepted = {"Accept-Encoding": "gzip"}
        return accepted if token is None else accepted | {"Authorization": f"Bearer {token}"}


def _credentials() -> Credentials:
    credentials: Credentials
    credentials, _ = google.auth.default(scopes=[_SCOPE])
    return credentials
