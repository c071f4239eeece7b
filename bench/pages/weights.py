"""What a browser loads from Hosting before a page can be used, gzipped."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Response

from bench.pages.verdicts import Finding
from bench.pages.world import CASES, DESK, PHONE, World
from emulator.binaries import ROOT

KB = 1000
_QUIET_SECONDS = 1.0
LIMITS = {"sign-in page": 130, "shell": 320, "route": 190}
"""In kilobytes, gzipped; a route's is what comes on top of the shell."""
ROUTES = {
    "inbox": ("/inbox", f"{CASES} a"),
    "campaigns": ("/campaigns", "text=New campaign"),
    "new campaign": ("/campaigns/new", "text=New campaign"),
    "people": ("/people", "text=Search people"),
    "health": ("/health", "text=Dead letters"),
    "settings": ("/settings", "text=Staff and roles"),
}
"""Where each route is, and what it shows once it is there."""


@dataclass
class Loaded:
    """The files that a page has loaded from Hosting so far, by address, as gzip packs them."""

    site: str
    sizes: dict[str, int] = field(default_factory=dict)
    _reading: set[asyncio.Task[None]] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        page.on("response", self._hear)

    def _hear(self, response: Response) -> None:
        if response.url.startswith(self.site) and response.ok:
            task = asyncio.ensure_future(self._read(response))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _read(self, response: Response) -> None:
        self.sizes[response.url.removeprefix(self.site)] = packed(await response.body())

    async def settle(self) -> dict[str, int]:
        """Wait until nothing more has been loaded for a second; listeners never end."""
        known = -1
        while known != len(self.sizes):
            known = len(self.sizes)
            await asyncio.sleep(_QUIET_SECONDS)
            await asyncio.gather(*self._reading)
        return dict(self.sizes)


def packed(body: bytes) -> int:
    """Return the bytes of a file as gzip packs it."""
    return len(gzip.compress(body))


def kilobytes(sizes: Mapping[str, int], names: Iterable[str] | None = None) -> float:
    chosen = sizes if names is None else names
    return round(sum(sizes[name] for name in chosen) / KB, 1)


async def measure(world: World) -> list[Finding]:
    """Load every page with an empty cache, each route by somebody who is signed in."""
    page = await world.page()
    loaded = Loaded(world.address)
    loaded.follow(page)
    await page.goto(f"{world.address}/inbox")
    await page.locator("input[type=email]").wait_for()
    signing_in = await loaded.settle()
    await world.sign_in(page, "sam", "/inbox")
    await page.locator(f"{CASES} a").first.wait_for()
    everything = await loaded.settle()
    shell = set(await _files_of_the_shell()) & set(everything) | set(signing_in)
    findings = [
        Finding("sign-in page", kilobytes(signing_in), "kB", LIMITS["sign-in page"]),
        Finding("shell", kilobytes(everything, shell), "kB", LIMITS["shell"]),
    ]
    for name, (path, shown) in ROUTES.items():
        sizes = await _cold(world, page, path, shown)
        route = kilobytes(sizes, set(sizes) - shell)
        findings.append(Finding(f"route: {name}", route, "kB", LIMITS["route"]))
    await page.context.close()
    chat = await _signed_out(world, "/chat/", "input[type=email]", PHONE)
    demo = await _signed_out(world, "/demo/", "iframe", DESK)
    return [
        *findings,
        Finding("chat client, sign-in page", chat, "kB", LIMITS["sign-in page"]),
        Finding("demo page, without the pages that it frames", demo, "kB"),
    ]


async def _cold(world: World, signed_in: Page, path: str, shown: str) -> dict[str, int]:
    """Load a route in a new tab of the profile, as if for the first time."""
    page = await signed_in.context.new_page()
    control = await page.context.new_cdp_session(page)
    await control.send("Network.setCacheDisabled", {"cacheDisabled": True})
    loaded = Loaded(world.address)
    loaded.follow(page)
    await page.goto(f"{world.address}{path}")
    await page.locator(shown).first.wait_for()
    sizes = await loaded.settle()
    await page.close()
    return sizes


async def _signed_out(world: World, path: str, shown: str, size: tuple[int, int]) -> float:
    page = await world.page(width=size[0], height=size[1])
    loaded = Loaded(f"{world.address}{path}")
    loaded.follow(page)
    await page.goto(f"{world.address}{path}")
    await page.locator(shown).first.wait_for(state="attached")
    sizes = await loaded.settle()
    await page.context.close()
    return kilobytes(sizes)


async def _files_of_the_shell() -> list[str]:
    """The names of the files that the bundler puts into the shell: a build has the same names."""
    program = str(ROOT / "web" / "dashboard" / "sizes.mjs")
    node = await asyncio.create_subprocess_exec("node", program, stdout=asyncio.subprocess.PIPE)
    out, _ = await node.communicate()
    told: dict[str, Any] = json.loads(out)
    return [f"/{name}" for name in told["files"]["shell"]]
