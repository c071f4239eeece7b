"""A list of thousands of cases, scrolled from its head to its end."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

from playwright.async_api import Page

from bench.figures import quantile
from bench.pages.many_cases import DASHBOARD
from bench.pages.verdicts import Finding
from bench.pages.world import CASES, World

MEAN_FRAME_MS = 50.0
LISTENED = 60
WHEEL_PIXELS = 1_440
"""A turn of the wheel: twenty cases, more than the screen shows."""
WHEEL_SECONDS = 0.1
SECONDS = 100.0

_RECORD = """() => {
  window.frameTimes = [];
  let before = performance.now();
  const next = (now) => {
    window.frameTimes.push(now - before);
    before = now;
    window.nextFrame = requestAnimationFrame(next);
  };
  window.nextFrame = requestAnimationFrame(next);
}"""
_STAND = f"""() => {{
  const list = document.querySelector("{CASES}");
  return {{
    isAtEnd: list.scrollTop + list.clientHeight >= list.scrollHeight - 1,
    isPending: list.querySelector('a') === null,
    lines: Math.round(list.scrollHeight / 72),
  }};
}}"""


async def measure(world: World, cases: int, seconds: float = SECONDS) -> list[Finding]:
    """Turn the wheel until the list ends or the time is over."""
    page = await world.inbox()
    before = world.counting.reads
    await page.evaluate("() => window.wire.begin()")
    await page.evaluate(_RECORD)
    lines = await _scroll(page, cases, seconds)
    frames: list[float] = await page.evaluate(
        "() => { cancelAnimationFrame(window.nextFrame); return window.frameTimes; }"
    )
    wire: dict[str, Any] = await page.evaluate(
        "() => ({ peaks: window.wire.peaksByPath, reads: window.wire.reads })"
    )
    await page.context.close()
    return _findings(frames, wire, lines, world.counting.reads - before)


async def _scroll(page: Page, cases: int, seconds: float) -> int:
    """Return how many cases the list has shown."""
    await page.locator(CASES).hover()
    deadline = time.monotonic() + seconds
    while True:
        await page.mouse.wheel(0, WHEEL_PIXELS)
        await asyncio.sleep(WHEEL_SECONDS)
        stand = await page.evaluate(_STAND)
        lines = int(stand["lines"])
        if time.monotonic() > deadline or (stand["isAtEnd"] and lines >= cases):
            return min(lines, cases)


def _findings(
    frames: Sequence[float], wire: dict[str, Any], lines: int, count_reads: int
) -> list[Finding]:
    peaks = {one["path"]: one["documents"] for one in wire["peaks"]}
    listed = peaks.pop(f"userChats/{DASHBOARD}/chats", 0)
    beside = ", ".join(f"{count} of {path}" for path, count in sorted(peaks.items()) if count > 1)
    longest = f"{len(frames)} frames, p95 {quantile(frames, 0.95):.0f}, longest {max(frames):.0f}"
    return [
        Finding("cases scrolled through", lines, ""),
        Finding("mean frame", round(statistics.mean(frames), 1), "ms", MEAN_FRAME_MS, longest),
        Finding("documents listened to by the list", listed, "", LISTENED, f"beside it: {beside}"),
        Finding("reads for each case shown", round(wire["reads"] / max(1, lines), 2), ""),
        Finding("reads for the counts meanwhile", count_reads, ""),
    ]
