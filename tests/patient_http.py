"""HTTP requests with a deadline that a busy machine keeps; httpx gives up after five seconds."""

from __future__ import annotations

from functools import partial

import httpx

SECONDS = 60.0

get = partial(httpx.get, timeout=SECONDS)
put = partial(httpx.put, timeout=SECONDS)
post = partial(httpx.post, timeout=SECONDS)
patch = partial(httpx.patch, timeout=SECONDS)
