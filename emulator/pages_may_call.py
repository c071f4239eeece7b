"""Let pages of this machine call a stand-in, as the vendors' consoles let their own pages."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1"})
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_local(origin: str) -> bool:
    """Return whether a page was served by this machine; no other may drive a stand-in."""
    return urlsplit(origin).hostname in LOCAL_HOSTS


async def _mark(request: web.Request, response: web.StreamResponse) -> None:
    origin = request.headers.get("Origin", "")
    if is_local(origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "*"
        response.headers["Vary"] = "Origin"


@web.middleware
async def _answer_preflight(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return await handler(request)
    if not is_local(request.headers.get("Origin", "")):
        return web.Response(status=403, text="only pages of this machine may call this")
    asked = request.headers.get("Access-Control-Request-Headers", "")
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": asked,
            "Access-Control-Max-Age": "600",
        },
    )


def let_pages_call(application: web.Application) -> web.Application:
    """Add to an application what browsers ask before a page may call another origin."""
    application.middlewares.append(_answer_preflight)
    application.on_response_prepare.append(_mark)
    return application
