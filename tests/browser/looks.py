"""What every page has to hold: no grave finding of axe, no sideways scroll. And its pictures."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, TimeoutError

from emulator.binaries import ROOT, STATE
from tests.browser.site import NARROWEST, Language, Scheme

LOOKS: tuple[tuple[Language, Scheme], ...] = (("de", "light"), ("ar", "dark"))
"""Both colour schemes, the longest words, and a script from right to left."""

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = ("serious", "critical")
PICTURES = STATE / "pictures"
OF_THE_DOCS = frozenset({"campaign", "dashboard", "demo"}) if os.environ.get("PICTURES") else ()
"""What `make pictures` makes anew in the docs; the other pictures are for those who test."""

_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FITS_WITHIN_MS = 10_000.0
"""How long a page may take to draw itself anew for another width, on a busy machine."""

_AT_REST = """() =>
  new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
  .then(() => Promise.allSettled(document.getAnimations()
    .filter(({effect}) => effect.getComputedTiming().endTime < Infinity)
    .map(({finished}) => finished)))
  .then(() => undefined)"""
"""Half-transparent while it fades in, a dialog has no colours that could be judged."""

_CUT = """() => [...document.querySelectorAll('.mantine-Button-label')]
  .filter((label) => label.clientWidth > 1 && label.scrollWidth > label.clientWidth + 1)
  .filter((label) => !label.closest('[data-names-somebody]'))
  .map((label) => label.textContent)"""
"""Labels of buttons that end before their text does. A name, which may be of any length, may."""

_RUN = """() => axe.run(document, {resultTypes: ['violations'], iframes: false})
  .then(({violations}) => violations.map(({id, impact, nodes}) => ({
    id, impact, where: nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`),
  })))"""


def grave_findings(page: Page) -> list[str]:
    """Return the serious and critical findings of axe on a page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    page.evaluate(_AT_REST)
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [f"{one['id']}: {one['where']}" for one in found if one["impact"] in GRAVE]


def sideways(page: Page) -> int:
    """Return how many pixels a page is wider than the screen, once it had time to fit."""
    with suppress(TimeoutError):
        page.wait_for_function(f"() => {_TOO_WIDE} <= 0", timeout=_FITS_WITHIN_MS)
    width: int = page.evaluate(f"() => {_TOO_WIDE}")
    return width


def look_at(page: Page, name: str, wrong: list[str]) -> None:
    """Look at a page as wide as it is and as narrow as any; add what is wrong."""
    wrong += [f"{name}: {found}" for found in grave_findings(page)]
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    if too_wide := sideways(page):
        wrong.append(f"{name}: {too_wide} pixels wider than {NARROWEST}")
        picture(page, f"too-wide-{name}")
    wrong += [f"{name}: “{label}” is cut at {NARROWEST}" for label in page.evaluate(_CUT)]
    page.set_viewport_size(size)


def direction(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.documentElement).direction"))


def picture(page: Page, name: str) -> Path:
    """Keep a picture of a page under a name, without the caret that blinks."""
    folder = ROOT / "docs" / "pictures" if name in OF_THE_DOCS else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    return path
