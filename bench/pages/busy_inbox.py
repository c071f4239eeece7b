"""Thirty busy minutes of an inbox, compressed: does the page hold on to what it has shown?

A busy minute has 30 messages of persons, three cases opened, one view switched to and one answer
sent. Each is done as often as in thirty minutes, only sooner after one another. On a slow machine
less is done in the time, and the result says how much.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.async_api import CDPSession, Page

from bench.pages.many_cases import post
from bench.pages.verdicts import Finding
from bench.pages.world import CASES, World

MESSAGES = 900
"""A message every two seconds, for half an hour."""
GROWTH_PERCENT = 10.0
SECONDS = 180.0
_CHATS = 60
"""Those that write. Nobody writes so often as to be muted."""
_OPEN_EVERY, _SWITCH_EVERY, _ANSWER_EVERY = 10, 30, 30
_VIEWS = ("Unassigned", "Unread", "All", "Open")
_QUIET_SECONDS = 3.0
"""What was on its way to the page has arrived."""
_PATIENCE = 1.25
"""How much longer than planned a part may take before the rest of it is left out."""
_TO_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds after a forced collection, in the same place each time."""

    heap: float
    nodes: int
    js_listeners: int
    targets: int


async def measure(
    world: World, cases: int, messages: int = MESSAGES, seconds: float = SECONDS
) -> list[Finding]:
    """Warm up with a half of it, in which code is compiled; then play both halves."""
    page = await world.inbox()
    control = await page.context.new_cdp_session(page)
    clock = itertools.count()
    gap = seconds / (messages * 3 / 2)
    await _play(world, page, cases, clock, messages // 2, gap)
    start = await _held(page, control)
    reads_before = await page.evaluate("() => window.wire.reads")
    counts_before, began = world.counting.reads, time.monotonic()
    played = await _play(world, page, cases, clock, messages // 2, gap)
    middle = await _held(page, control)
    played += await _play(world, page, cases, clock, messages // 2, gap)
    took = time.monotonic() - began
    reads = await page.evaluate("() => window.wire.reads") - reads_before
    counted = world.counting.reads - counts_before
    end = await _held(page, control)
    await page.context.close()
    growth = 100 * (end.heap / start.heap - 1)
    heaps = ", ".join(f"{each.heap:.1f}" for each in (start, middle, end))
    others = "; ".join(
        f"{name} {', '.join(str(value) for value in values)}"
        for name, values in {
            "DOM nodes": [each.nodes for each in (start, middle, end)],
            "event listeners": [each.js_listeners for each in (start, middle, end)],
            "open queries": [each.targets for each in (start, middle, end)],
        }.items()
    )
    return [
        Finding(
            "growth of the heap in 30 busy minutes",
            round(growth, 1),
            "%",
            GROWTH_PERCENT,
            f"{heaps} MB at the start, in the middle, at the end; {others}",
        ),
        Finding("messages meanwhile", played, "", None, f"of {messages} of thirty minutes"),
        Finding("reads of documents", reads, "", None, "of all listeners and gets of the page"),
        Finding("reads for counts", counted, "", None, f"in the {took:.0f} s that it took"),
    ]


async def _play(
    world: World, page: Page, cases: int, clock: Iterator[int], messages: int, gap: float
) -> int:
    """Let persons write at a steady pace while staff work; return how many messages there were."""
    store, newest = world.app.store, cases - 1
    began = time.monotonic()
    work: asyncio.Task[None] | None = None
    deadline = began + _PATIENCE * messages * gap
    played = 0
    for step in range(messages):
        if time.monotonic() > deadline:
            break
        number = next(clock)
        await asyncio.sleep(max(0.0, began + step * gap - time.monotonic()))
        await post(store, newest - number * 7 % _CHATS, f"Is anybody there? This is {number}.")
        played += 1
        if number % _OPEN_EVERY == 0:
            if work:
                await work
            work = asyncio.create_task(_work(page, number))
    if work:
        await work
    return played


async def _work(page: Page, number: int) -> None:
    """Switch the view now and then, open a case, and answer it now and then.

    Lines are clicked by a script: Playwright waits until a line stands still, and while many write
    none does.
    """
    if number % _SWITCH_EVERY == 0:
        await _switch(page, _VIEWS[number // _SWITCH_EVERY % len(_VIEWS)])
    line = page.locator(f"{CASES} a").nth(number // _OPEN_EVERY % 8)
    await line.evaluate("(link) => link.click()")
    await page.get_by_role("textbox", name="Reply").wait_for()
    await page.get_by_role("log").wait_for()
    if number % _ANSWER_EVERY == 0:
        await page.get_by_role("textbox", name="Reply").fill(f"Yes, we are. {number}")
        await page.get_by_role("button", name="Send", exact=True).click()


async def _switch(page: Page, view: str) -> None:
    await (
        page.get_by_role("navigation", name="Views")
        .get_by_role("link", name=re.compile(f"^{view}"))
        .click()
    )
    await page.locator(f"{CASES} a").first.wait_for()


async def _held(page: Page, control: CDPSession) -> Held:
    """Leave the case, return to the open ones, and collect until nothing more goes."""
    await _switch(page, "Open")
    await asyncio.sleep(_QUIET_SECONDS)
    sizes = [float("inf")]
    while len(sizes) < 4 or sizes[-1] < 0.995 * sizes[-2]:
        await control.send("HeapProfiler.collectGarbage")
        usage = await control.send("Runtime.getHeapUsage")
        sizes.append(usage["usedSize"] / _TO_MB)
        await asyncio.sleep(1)
    counters = await control.send("Memory.getDOMCounters")
    targets = await page.evaluate("() => window.wire.open")
    return Held(sizes[-1], counters["nodes"], counters["jsEventListeners"], targets)
