"""The stack, a Chromium, and people who are signed in there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    async_playwright,
)

from bench.pages.counting import Counting, counted
from emulator import sign_ins
from emulator.browser import find_browser, version_of
from emulator.bundles import bundle
from emulator.ports import free_offset
from emulator.sign_ins import PASSWORD, RESIDENTS, SERVICE, Resident
from emulator.site import build as build_site
from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.settings import Settings

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
"""Chromium as root in a container: no user namespaces, no graphics, a small /dev/shm."""
PATIENCE_MS: Final = 120_000.0
DESK: Final = (1360, 850)
PHONE: Final = (390, 844)
REMEMBERED = f"localStorage.setItem('parley.serviceId', '{SERVICE}')"
"""The dashboard remembers the service that was opened last."""
CASES = "section[aria-label='Cases']"


def resident(uid: str) -> Resident:
    """Return one of the ready-made people."""
    return next(one for one in RESIDENTS if one.uid == uid)


@dataclass
class World:
    """A running stack, and the Chromium that opens its pages."""

    stack: Stack
    app: App
    chromium: BrowserType
    browser: Browser
    version: str
    wire: str
    counting: Counting

    @property
    def flags(self) -> list[str]:
        return FLAGS

    @property
    def address(self) -> str:
        """Where Hosting serves the pages. Browsers trust `localhost` as they trust HTTPS."""
        return f"http://localhost:{self.stack.ports.hosting}"

    async def page(self, *, width: int = DESK[0], height: int = DESK[1]) -> Page:
        """Return a page in a profile of its own, whose listen channel is counted."""
        context = await self.browser.new_context(
            locale="en-GB", viewport={"width": width, "height": height}
        )
        return await self.prepared(context)

    async def prepared(self, context: BrowserContext) -> Page:
        """Return a new page of a profile, with what all measurements need."""
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(REMEMBERED)
        await context.add_init_script(self.wire)
        await context.add_init_script(self.counting.script)
        return await context.new_page()

    async def sign_in(self, page: Page, uid: str, path: str) -> None:
        """Sign in by email and password, as a person does, on the page at a path."""
        await page.goto(f"{self.address}{path}")
        await page.locator("input[type=email]").fill(resident(uid).email)
        await page.locator("input[type=password]").fill(PASSWORD)
        await page.locator("button[type=submit]").click()
        await page.locator("input[type=email]").wait_for(state="detached")

    async def inbox(self) -> Page:
        """Return a page on which staff see the open cases."""
        page = await self.page()
        await self.sign_in(page, "sam", "/inbox")
        await page.locator(f"{CASES} a").first.wait_for()
        return page


@asynccontextmanager
async def pages_world(say: Callable[[str], None]) -> AsyncIterator[World]:
    """Build the pages, start a stack and a Chromium; end them all."""
    await asyncio.to_thread(build_site, say=say)
    found = find_browser()
    script = await asyncio.to_thread(bundle, HERE / "wire.ts", for_browser=True)
    # Its names stay out of the page's.
    wire = f"(() => {{ {script.read_text(encoding='utf-8')}\n}})();"
    stack = Stack(offset=free_offset(), workers=1, seed=sign_ins.settle, say=say)
    await asyncio.to_thread(stack.__enter__)
    try:
        async with AsyncExitStack() as ended:
            app = await ended.enter_async_context(
                build(Settings.from_environment(stack.environment))
            )
            firestore = stack.environment["FIRESTORE_EMULATOR_HOST"]
            counting = await ended.enter_async_context(counted(firestore, stack.ports.test_page))
            playwright = await ended.enter_async_context(async_playwright())
            chromium = playwright.chromium
            browser = await chromium.launch(executable_path=str(found.path), args=FLAGS)
            ended.push_async_callback(browser.close)
            version = " ".join((version_of(found.path) or "unknown").split()[:2])
            yield World(stack, app, chromium, browser, version, wire, counting)
    finally:
        await asyncio.to_thread(stack.end)
