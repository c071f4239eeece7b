"""Chromium, a page in it for each person, and a line to Firestore that can be cut."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from emulator.browser import find_browser
from emulator.bundles import BUNDLES, bundle
from emulator.found import NotFound
from emulator.ports import HOST
from emulator.site import build as build_site
from emulator.stack import Stack
from tests.browser.line import Line
from tests.browser.person import Person
from tests.browser.site import Pages, pages_of
from tests.documented_examples import set_up
from tests.node_tools import ROOT

MILLISECONDS = 60_000.0
"""A deadline for what hangs: the first call of a function starts its process."""

ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
"""Pages of Chromium's own that it loads for the address bar of each window, which nobody sees: they
take a second of processor time, where a page of a test takes a tenth."""

PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
"""What Playwright switches off; a second list replaces its own."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    f"--disable-features={','.join((*PLAYWRIGHTS, *ADDRESS_BAR))}",
]
"""Chromium as root in a container: no user namespaces, no graphics, a small /dev/shm."""
SOURCE = ROOT / "tests" / "browser" / "page"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put a crowd last: for each query the emulator goes through all documents of the stack."""
    items.sort(key=lambda item: item.get_closest_marker("crowd") is not None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        found = find_browser()
    except NotFound as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(found.path), args=FLAGS)
        yield launched
        launched.close()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves a folder, and says nothing of it."""

    def log_message(self, format: str, *arguments: object) -> None:
        return None


@pytest.fixture(scope="session")
def site(stack: Stack) -> Iterator[str]:
    """The address of the page, on the SDK as `docs/reference/client-contract.md` sets it up."""
    app = (SOURCE / "app.js").as_posix()
    entry = BUNDLES / "page" / "app.ts"
    entry.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        set_up(stack.ports),
        f"import {{ start }} from '{app}';",
        "start(auth, db, functions);",
    ]
    entry.write_text("\n".join(lines), encoding="utf-8")
    folder = bundle(entry, for_browser=True).parent
    shutil.copy(SOURCE / "index.html", folder)
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer((HOST, stack.ports.test_page), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{stack.ports.test_page}/"
        server.shutdown()


@pytest.fixture(scope="session")
def hosted(stack: Stack) -> str:
    """The address of the pages, which Hosting of the stack serves."""
    build_site()
    return f"http://localhost:{stack.ports.hosting}"


@pytest.fixture
def pages(browser: Browser, hosted: str, stack: Stack) -> Iterator[Pages]:
    """The pages, and people who are signed in there; no script of theirs may fail."""
    yield from pages_of(browser, hosted, stack.environment)


@pytest.fixture
def line(stack: Stack) -> Iterator[Line]:
    program = bundle(ROOT / "tests" / "javascript" / "proxyProcess.ts")
    opened = Line(program, stack.environment["FIRESTORE_EMULATOR_HOST"])
    yield opened
    opened.close()


@pytest.fixture
def somebody(browser: Browser, site: str) -> Iterator[Callable[[], Person]]:
    """People, each with a browser profile of their own; no page of theirs may fail."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def make() -> Person:
        contexts.append(browser.new_context())
        return Person(contexts[-1], site, failures)

    yield make
    for context in contexts:
        context.close()
    assert failures == []
