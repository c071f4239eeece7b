"""What staff write while the connection is gone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.inbox import answer, ask, open_case, said
from tests.browser.site import Pages
from tests.browser.test_two_chat import bubble


def test_an_answer_written_offline_goes_out_once_when_the_connection_is_back(
    pages: Pages,
) -> None:
    mia, sam = pages.chatting("Mia"), pages.working("Sam")
    hers = ask(mia, "Are you open?")
    page = open_case(sam, "Mia")
    expect(said(page, "Are you open?")).to_be_visible()

    page.context.set_offline(True)
    expect(page.get_by_role("status").get_by_text("No connection.")).to_be_visible()
    expect(page.get_by_text("What you write is sent when it is back.")).to_be_visible()
    answer(page, "Until six.")
    expect(said(page, "Until six.")).to_contain_text("sending")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="That did not work").first).to_be_visible()
    expect(bubble(hers, "Until six.")).to_have_count(0)

    page.context.set_offline(False)
    expect(bubble(hers, "Until six.")).to_be_visible()
    expect(page.get_by_text("No connection.")).to_have_count(0)
    expect(said(page, "Until six.").get_by_label("read by Mia")).to_be_visible()
    expect(bubble(hers, "Until six.")).to_have_count(1)
