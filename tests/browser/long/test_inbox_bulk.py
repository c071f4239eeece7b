"""A change of more cases than anybody would choose by hand."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.inbox import line_of, new_cases, new_service, view_of
from tests.browser.site import Pages

CASES = 520
JOB_MS = 300_000.0
"""A deadline for what hangs: for each commit the emulator goes through all that is listened to."""


def test_all_that_match_are_closed_by_a_job_with_progress_and_opened_again_by_undo(
    pages: Pages,
) -> None:
    service = new_service(pages, "Bulk")
    new_cases(pages, service, (f"Person {number}" for number in range(CASES)))
    page = pages.working("Sam", service=service).page
    expect(view_of(page, "Open")).to_contain_text(str(CASES))
    first = page.get_by_role("region", name="Cases").get_by_role("checkbox").first
    first.check(force=True)
    page.get_by_role("button", name=f"Select all {CASES}").click()
    bar = page.get_by_role("region", name="Change together")
    expect(bar.get_by_role("status")).to_have_text(f"All {CASES} that match")
    bar.get_by_role("button", name="Close").click()

    job = page.get_by_role("region", name="Change of many cases")
    expect(job.get_by_role("progressbar")).to_be_visible()
    done = f"Done: {CASES} of {CASES} changed"
    expect(job.get_by_role("status")).to_have_text(done, timeout=JOB_MS)
    expect(line_of(page, "Person")).to_have_count(0, timeout=JOB_MS)
    expect(view_of(page, "Closed")).to_contain_text(str(CASES))
    expect(view_of(page, "Open")).to_contain_text("0")

    job.get_by_role("button", name="Undo").click()
    expect(job.get_by_role("button", name="Undo")).to_have_count(0)
    expect(job.get_by_role("status")).to_have_text(done, timeout=JOB_MS)
    expect(line_of(page, "Person").first).to_be_visible(timeout=JOB_MS)
    expect(view_of(page, "Open")).to_contain_text(str(CASES))
    expect(view_of(page, "Closed")).to_contain_text("0")
