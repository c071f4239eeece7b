"""How long somebody who is signed in waits for the first case, with an empty cache."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import BrowserContext

from bench.pages.verdicts import Finding
from bench.pages.world import CASES, DESK, World
from emulator.browser import find_browser

SECONDS = 2.0
ROUNDS = 5
_CACHES = ("Cache", "Code Cache", "GPUCache", "Service Worker", "DawnCache")

_WATCH = f"""
new MutationObserver((_, observer) => {{
  if (!document.querySelector("{CASES} a")) return;
  observer.disconnect();
  // The frame that shows it has been handed over when the next task begins.
  requestAnimationFrame(() => {{
    const {{ port1, port2 }} = new MessageChannel();
    port1.onmessage = () => {{ window.firstCaseAt = performance.now(); }};
    port2.postMessage(null);
  }});
}}).observe(document, {{ childList: true, subtree: true }});
"""


async def measure(world: World, rounds: int = ROUNDS) -> list[Finding]:
    """Sign in once, then open the inbox again and again in a new process without its caches."""
    with TemporaryDirectory(prefix="parley-profile-") as folder:
        profile = Path(folder)
        context = await _open(world, profile)
        page = await world.prepared(context)
        await world.sign_in(page, "sam", "/inbox")
        await page.locator(f"{CASES} a").first.wait_for()
        await context.close()
        waits = [await _once(world, profile) for _ in range(rounds)]
    shown = ", ".join(f"{wait:.2f}" for wait in waits)
    median = round(statistics.median(waits), 2)
    return [Finding("first case on the screen", median, "s", SECONDS, f"median of {shown}")]


async def _once(world: World, profile: Path) -> float:
    """Return the seconds from the beginning of the navigation to the frame with the first case."""
    for name in _CACHES:
        shutil.rmtree(profile / "Default" / name, ignore_errors=True)
    context = await _open(world, profile)
    page = await context.new_page()
    await page.goto("about:blank")
    await context.add_init_script(world.counting.script)
    await context.add_init_script(_WATCH)
    await page.goto(f"{world.address}/inbox", wait_until="commit")
    await page.wait_for_function("() => window.firstCaseAt !== undefined")
    milliseconds: float = await page.evaluate("() => window.firstCaseAt")
    await context.close()
    return milliseconds / 1_000


async def _open(world: World, profile: Path) -> BrowserContext:
    return await world.chromium.launch_persistent_context(
        profile,
        executable_path=str(find_browser().path),
        args=world.flags,
        locale="en-GB",
        viewport={"width": DESK[0], "height": DESK[1]},
    )
