"""The pages as Hosting of the stack serves them, and the people who are signed in there."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeVar

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from emulator.sign_ins import PASSWORD, RESIDENTS, SERVICE, Resident, settle_in
from parley.connect import build
from parley.settings import Settings
from parley.store import Query, Set, Snapshot, Store, Write
from schema import paths

Language = Literal["en", "de", "ar"]
Scheme = Literal["light", "dark"]

LOCALES: Mapping[Language, str] = {"en": "en-GB", "de": "de-DE", "ar": "ar-EG"}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1360, "height": 850}
NARROWEST = 320
PATIENCE_MS = 60_000.0
WRITES_AT_ONCE = 400
_NUMBERS = itertools.count(1)
T = TypeVar("T")


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, with a browser profile and a page of their own."""

    resident: Resident
    page: Page
    site: str

    @property
    def uid(self) -> str:
        return self.resident.uid

    def go(self, path: str) -> Page:
        """Open a page of the site, `/chat/` or `/inbox`, and return it."""
        self.page.goto(f"{self.site}{path}")
        return self.page


class Site:
    """Opens pages for people. Close it to close all their profiles."""

    def __init__(self, browser: Browser, address: str, environment: Mapping[str, str]) -> None:
        self.address = address
        self._browser = browser
        self._settings = Settings.from_environment(environment)
        self._contexts: list[BrowserContext] = []
        self._aside = ThreadPoolExecutor(max_workers=1)
        self.failures: list[str] = []

    def somebody(
        self,
        name: str,
        *,
        is_staff: bool = False,
        language: Language = "en",
        scheme: Scheme = "light",
        viewport: Mapping[str, int] | None = None,
    ) -> Visitor:
        """Return a new person, with account and records, whose browser shows the sign-in page.

        A person of the staff is an owner of the services `default` and `acme`.
        """
        uid = f"{name.lower()}-{next(_NUMBERS)}-{uuid.uuid4().hex[:6]}"
        base = next(one for one in RESIDENTS if one.is_staff == is_staff)
        resident = Resident(
            uid, f"{uid}@example.com", name, LOCALES[language], base.time_zone, is_staff=is_staff
        )
        # Playwright has an event loop on this thread already.
        self._aside.submit(asyncio.run, settle_in(self._settings, [resident])).result()
        page = self.page(language=language, scheme=scheme, viewport=viewport)
        return Visitor(resident, page, self.address)

    def write(self, writes: Iterable[Write]) -> None:
        """Write documents as the server does, past the rules."""
        all_writes = list(writes)

        async def commit(store: Store) -> None:
            for start in range(0, len(all_writes), WRITES_AT_ONCE):
                await store.commit(all_writes[start : start + WRITES_AT_ONCE])

        self._with_store(commit)

    def read(self, path: str) -> Snapshot:
        """Return a document that exists."""

        async def get(store: Store) -> Snapshot | None:
            return (await store.get_many([path]))[0]

        found = self._with_store(get)
        assert found is not None, path
        return found

    def find(self, query: Query) -> list[Snapshot]:
        """Return the documents of a query."""

        async def stream(store: Store) -> list[Snapshot]:
            return [one async for page in store.stream(query) for one in page]

        return self._with_store(stream)

    def _with_store(self, act: Callable[[Store], Awaitable[T]]) -> T:
        async def run() -> T:
            async with build(self._settings) as app:
                return await act(app.store)

        return self._aside.submit(asyncio.run, run()).result()

    def page(
        self,
        *,
        language: Language = "en",
        scheme: Scheme = "light",
        viewport: Mapping[str, int] | None = None,
    ) -> Page:
        """Return a page in a browser profile of its own; a script that fails there is noted."""
        size = dict(viewport or PHONE)
        context = self._browser.new_context(
            locale=LOCALES[language],
            color_scheme=scheme,
            viewport={"width": size["width"], "height": size["height"]},
            permissions=["notifications", "clipboard-read", "clipboard-write"],
        )
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.failures.append(f"{page.url}: {error}"))
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._aside.shutdown()


def sign_in(visitor: Visitor, path: str) -> Page:
    """Sign in on the page at a path by email and password, as a person does."""
    page = visitor.go(path)
    page.locator("input[type=email]").fill(visitor.resident.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator("input[type=email]")).to_have_count(0)
    return page


def live(page: Page) -> Locator:
    """Return the list of chats, which is marked once the server has answered."""
    return page.locator("nav [data-live]")


@dataclass
class Pages:
    """What the fixture `pages` gives: sign-ups and sign-ins in one call."""

    site: Site

    def chatting(
        self, name: str, *, language: Language = "en", scheme: Scheme = "light"
    ) -> Visitor:
        """Return somebody who sees their chats on a phone."""
        visitor = self.site.somebody(name, language=language, scheme=scheme)
        page = sign_in(visitor, "/chat/")
        expect(live(page)).to_have_attribute("data-live", "true")
        return visitor

    def working(
        self,
        name: str,
        *,
        language: Language = "en",
        scheme: Scheme = "light",
        viewport: Mapping[str, int] | None = None,
        service: str = SERVICE,
        role: str = "owner",
    ) -> Visitor:
        """Return somebody of a service's staff who sees its inbox on a desk.

        The role counts in a service of the test's own; of `acme` they are an owner.
        """
        visitor = self.site.somebody(
            name, is_staff=True, language=language, scheme=scheme, viewport=viewport or DESK
        )
        if service != SERVICE:
            staff = {"role": role, "displayName": name}
            self.site.write([Set(paths.staff(service, visitor.uid), staff)])
        # The dashboard remembers the service that was opened last.
        visitor.page.add_init_script(f"localStorage.setItem('parley.serviceId', '{service}')")
        sign_in(visitor, "/inbox")
        return visitor


def pages_of(browser: Browser, address: str, environment: Mapping[str, str]) -> Iterator[Pages]:
    """Yield the fixture's value, close all profiles, and fail for scripts that failed."""
    site = Site(browser, address, environment)
    yield Pages(site)
    site.close()
    assert site.failures == [], "\n".join(site.failures)
