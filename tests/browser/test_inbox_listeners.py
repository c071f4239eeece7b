"""What the inbox listens to."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from bench.pages.world import HERE
from emulator.bundles import bundle
from tests.browser.inbox import line_of, new_cases, new_service
from tests.browser.site import Pages

LISTENED = """(chatId) =>
  window.wire.listened.map(({ path }) => path).filter((path) => path.includes(chatId))"""


def wire() -> str:
    """Return the script that reads the listen channel; its names stay out of the page's."""
    script: Path = bundle(HERE / "wire.ts", for_browser=True)
    return f"(() => {{ {script.read_text(encoding='utf-8')}\n}})();"


def listened(page: Page, chat_id: str) -> set[str]:
    found: list[str] = page.evaluate(LISTENED, chat_id)
    return {path.partition("/")[0] for path in found}


def test_a_case_that_left_the_screen_is_not_listened_to(pages: Pages) -> None:
    service = new_service(pages, "Listeners")
    chat_id, _ = new_cases(pages, service, ["Uma", "Uri"])
    staff = pages.working("Sam", service=service)
    staff.page.add_init_script(wire())
    page = staff.go("/inbox?view=open")
    expect(line_of(page, "Uma")).to_be_visible()
    assert listened(page, chat_id) == set()

    line_of(page, "Uma").click()
    expect(page.get_by_role("textbox", name="Reply")).to_be_editable()
    page.wait_for_function(f"(chatId) => ({LISTENED})(chatId).length > 4", arg=chat_id)
    assert {"chats", "chatMessages", "chatReadReceipts"} <= listened(page, chat_id)

    line_of(page, "Uri").click()
    page.wait_for_function(f"(chatId) => ({LISTENED})(chatId).length === 0", arg=chat_id)
