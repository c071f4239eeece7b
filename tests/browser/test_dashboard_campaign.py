"""A campaign on the dashboard, from the first word of its text to the last person."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from parley.store import SERVER_TIME, Set, Value
from schema import paths
from tests.browser.commands import command, tab_to
from tests.browser.looks import picture
from tests.browser.own_service import OwnService, own_service
from tests.browser.site import Pages

EVERYBODY, UNWILLING, OTHERS = 1_000, 10, 20
ARABIC, LONGEST, NAMELESS = "u0001", "u0002", "u0003"

WATCH_SUMS = """() => {
  window.looks = new Map();
  const look = () => {
    const section = document.querySelector('section[aria-label=Progress]');
    if (!section) return;
    const sums = section.querySelector('p').innerText;
    const rows = [...section.querySelectorAll('tr')].map((row) => row.cells[1].innerText);
    window.looks.set(JSON.stringify([sums, rows]), [sums, rows]);
  };
  const all = {subtree: true, childList: true, characterData: true};
  new MutationObserver(look).observe(document.body, all);
}"""
"""Keep what the progress of a campaign showed at each change of the page."""


def person(number: int) -> dict[str, Value]:
    """Return one of the crowd; the first are those with whom a template goes wrong."""
    uid = f"u{number:04}"
    names = {ARABIC: "دينا حداد", LONGEST: "Adélaïde-Wilhelmina van Wolfeschlegelsteinhausen"}
    name: dict[str, Value] = (
        {} if uid == NAMELESS else {"displayName": names.get(uid, f"Person {number}")}
    )
    unwilling: Value = {
        "chat": {"marketing": {"granted": False, "at": SERVER_TIME, "source": "app"}}
    }
    is_unwilling = EVERYBODY - UNWILLING < number <= EVERYBODY
    return name | {
        "uid": uid,
        "locale": "ar-EG" if uid == ARABIC else "en-GB",
        "timeZone": "Europe/London",
        "attributes": {"plan": "pro" if number <= EVERYBODY else "free", "visits": number},
        "consents": unwilling if is_unwilling else {},
    }


@pytest.fixture
def shop(pages: Pages) -> OwnService:
    service = own_service(pages, "Shop")
    service.add_people(person(number) for number in range(1, EVERYBODY + OTHERS + 1))
    return service


def numbers(text: str) -> list[int]:
    """Return the numbers in a text of the page."""
    return [int(word.replace(",", "")) for word in text.split() if word.replace(",", "").isdigit()]


def step(page: Page, name: str) -> Locator:
    """Go on to the next step of the composer, and return its form."""
    page.get_by_role("button", name="Next").click()
    form = page.get_by_role("region", name=name, exact=True)
    expect(form).to_be_visible()
    return form


def compose(page: Page) -> None:
    """Compose a campaign to the thousand, step by step, up to the check."""
    page.get_by_role("textbox", name="Name").fill("Spring sale")
    page.get_by_role("radio", name="One-way").check()

    form = step(page, "Audience")
    form.get_by_role("radio", name="People who match conditions").check()
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_role("combobox", name="Field").fill("attributes.plan")
    page.keyboard.press("Escape")
    form.get_by_role("textbox", name="Value").fill("pro")
    reach = page.get_by_role("region", name="Who gets it now")
    for row in ("In the audience 1000", "Get a message 990", "consent 10"):
        expect(reach.get_by_role("row", name=row)).to_be_visible()
    expect(reach.get_by_role("table", name="Some of them").get_by_role("row")).to_have_count(10)

    form = step(page, "Message")
    text = form.get_by_role("textbox", name="Text")
    text.fill("Hello {{ user.displayName")
    wrong = page.get_by_role("alert").filter(has_text="is not closed by")
    expect(wrong).to_be_visible()
    text.fill('Hello {{ user.displayName | default: "there" }}, come by!')
    expect(wrong).to_have_count(0)
    seen = page.get_by_role("region", name="What people see")
    for shown in ("Hello there, come by!", "Hello دينا حداد, come by!", "Wolfeschlegelsteinhausen"):
        expect(seen.get_by_text(shown).last).to_be_visible()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.reload()
    expect(text).to_have_value('Hello {{ user.displayName | default: "there" }}, come by!')

    form = step(page, "Time")
    form.get_by_role("textbox", name="People a minute").fill("4000")
    step(page, "Check and send")


def send_test(page: Page, name: str) -> None:
    test = page.get_by_role("region", name="Test")
    test.get_by_role("combobox", name="Send it to").fill(name)
    page.get_by_role("option", name=f"{name} (").click()
    page.keyboard.press("Escape")
    test.get_by_role("button", name="Send a test to 1 person").click()
    expect(test.get_by_role("status")).to_contain_text("sent by Chat")


def sums_seen(page: Page) -> Iterator[tuple[list[int], list[int]]]:
    """Yield each look: reached, waiting, not reached and all; then the rows with everybody last."""
    looks: list[Any] = page.evaluate("() => [...window.looks.values()]")
    for sums, rows in looks:
        yield numbers(sums), numbers(" ".join(rows))


@pytest.mark.crowd
def test_a_campaign_to_a_thousand_is_composed_sent_paused_resumed_and_adds_up(
    shop: OwnService, tmp_path: Path
) -> None:
    sam = shop.staff("Sam")
    page = sam.go("/campaigns/new")
    compose(page)
    expect(page.get_by_text("Ready for 990 people.")).to_be_visible()
    send_test(page, "Person 50")
    page.evaluate(WATCH_SUMS)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Send", exact=True).click()

    progress = page.get_by_role("region", name="Progress")
    expect(progress.get_by_role("row", name=re.compile("^Sent"))).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("The campaign holds. Nobody is dropped")).to_be_visible()
    expect(progress.get_by_role("row", name=re.compile("^Planned"))).to_be_visible()
    picture(page, "campaign")
    page.get_by_role("button", name="Resume").click()
    state = page.get_by_role("main").get_by_role("status").first
    expect(state).to_have_text("Completed")
    expect(progress).to_contain_text("990 reached + 0 waiting + 10 not reached = 1,000")

    looks = list(sums_seen(page))
    assert len(looks) > 2
    for (reached, waiting, unreached, everybody), rows in looks:
        assert reached + waiting + unreached == everybody == sum(rows[:-1]) == rows[-1]
        assert everybody in {0, EVERYBODY}
        assert unreached <= UNWILLING

    look_at_people(page, tmp_path / "results.csv")
    begin_anew_for_those_not_reached(page)


def look_at_people(page: Page, file: Path) -> None:
    """Come back to the page, search the table, explain a row, and read the download."""
    page.reload()
    expect(page.get_by_role("img", name=re.compile("^People a second: fastest"))).to_be_visible()
    people = page.get_by_role("region", name="People")
    rows = people.get_by_role("row").filter(has=page.get_by_role("button", name="Explain"))
    people.get_by_role("textbox", name="Search").fill("u0050")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Person 50")
    expect(rows).to_contain_text("Sent")
    people.get_by_role("textbox", name="Search").fill("Person 997")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Left out")
    people.get_by_role("textbox", name="Search").fill("")
    people.get_by_role("combobox", name="State").select_option(label="Left out")
    expect(rows).to_have_count(UNWILLING)
    expect(rows.first).to_contain_text("consent")

    people.get_by_role("button", name="Explain Person 1000", exact=True).click()
    why = page.get_by_role("dialog", name="Person 1000")
    expect(why).to_contain_text("Left out")
    check = why.get_by_role("listitem").filter(has_text="they have not agreed to messages")
    expect(check.get_by_label("does not pass")).to_be_visible()
    why.get_by_role("button", name="Close").click()

    with page.expect_download() as downloading:
        people.get_by_role("button", name="CSV").click()
    downloading.value.save_as(file)
    with file.open(encoding="utf-8", newline="") as lines:
        results = list(csv.DictReader(lines))
    assert downloading.value.suggested_filename == "Spring sale.csv"
    assert len({each["userId"] for each in results}) == len(results) == EVERYBODY
    skipped = {each["userId"] for each in results if each["state"] == "skipped"}
    assert skipped == {f"u{number:04}" for number in range(991, EVERYBODY + 1)}


def begin_anew_for_those_not_reached(page: Page) -> None:
    page.get_by_role("button", name="New campaign to the 10 not reached").click()
    ids = page.get_by_role("textbox", name="Ids")
    expect(ids).to_be_visible()
    assert set(ids.input_value().split()) == {f"u{number:04}" for number in range(991, 1001)}
    expect(page.get_by_role("row", name="Get a message 0")).to_be_visible()


def test_a_cancelled_campaign_says_how_many_were_handed_over(shop: OwnService) -> None:
    sam = shop.staff("Sam")
    campaign_id = f"slow-{shop.service_id}"
    job: dict[str, Value] = {
        "serviceId": shop.service_id,
        "createdBy": sam.uid,
        "createdAt": SERVER_TIME,
        "name": "Not like this",
        "kind": "oneWay",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": "Hello"},
        "throttle": {"perMinute": 600},
        "command": "start",
    }
    shop.pages.site.write([Set(paths.campaign(campaign_id), job)])
    page = sam.go(f"/campaigns/{campaign_id}")
    progress = page.get_by_role("region", name="Progress")
    expect(progress.get_by_role("row", name=re.compile("^Sent"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    dialog = page.get_by_role("dialog", name="Cancel this campaign?")
    handed_over, waiting = numbers(dialog.get_by_role("paragraph").inner_text().replace(".", ""))[
        :2
    ]
    assert 0 < handed_over < handed_over + waiting
    dialog.get_by_role("button", name="Cancel the campaign").click()

    expect(page.get_by_role("main").get_by_role("status").first).to_have_text("Cancelled")
    expect(progress).to_contain_text("+ 0 waiting +")
    reached, _, unreached, everybody = numbers(progress.get_by_role("paragraph").inner_text())
    assert (reached + unreached, everybody) == (EVERYBODY + OTHERS, EVERYBODY + OTHERS)
    assert reached >= handed_over
    expect(progress.get_by_role("row", name="Left out")).to_contain_text("cancelled")


def test_a_campaign_is_composed_sent_paused_resumed_and_cancelled_by_keys_alone(
    pages: Pages,
) -> None:
    service = own_service(pages, "Keys")
    service.add_people({"uid": f"p{number}", "displayName": f"P {number}"} for number in range(60))
    page = service.staff("Sam").page
    keys = page.keyboard
    expect(page.get_by_text("No open cases.")).to_be_visible()
    keys.press("Shift+C")
    expect(page.get_by_text("No campaigns yet.")).to_be_visible()
    keys.press("n")
    tab_to(page, page.get_by_role("textbox", name="Name"))
    keys.type("By keys, not by the mouse")
    command(page, "Go to the step “Message”")
    tab_to(page, page.get_by_role("textbox", name="Text"))
    keys.type("Hello")
    keys.press("Control+s")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    command(page, "Go to the step “Time”")
    tab_to(page, page.get_by_role("textbox", name="People a minute"))
    keys.type("60")
    command(page, "Go to the step “Check and send”")
    expect(page.get_by_text("Ready for 60 people.")).to_be_visible()
    command(page, "Send the campaign")
    expect(page.get_by_role("dialog").get_by_role("button", name="Send")).to_be_focused()
    keys.press("Enter")

    state = page.get_by_role("main").get_by_role("status").first
    progress = page.get_by_role("region", name="Progress")
    expect(progress.get_by_role("row", name=re.compile("^Sent"))).to_be_visible()
    keys.press("p")
    expect(state).to_have_text("Paused")
    keys.press("r")
    expect(state).to_have_text("Running")
    command(page, "Cancel the campaign")
    keep = page.get_by_role("dialog").get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(state).to_have_text("Cancelled")
    expect(progress.get_by_role("row", name="Left out")).to_contain_text("cancelled")
