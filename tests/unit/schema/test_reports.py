from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema.reasons import ReportResolution
from schema.reports import Report, decider_patch, decision_patch, report_fields

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
REPORT = report_fields(
    service_id="default",
    chat_id="ann:bob",
    message_id="m1",
    message={"senderId": "bob", "body": "an insult", "createdAt": AT},
    before=[{"body": "a joke", "until": AT}],
    omitted=3,
    reporter_id="ann",
    reason="harassment",
    comment="Again",
    created_at=AT,
)


def test_a_report_is_open_and_names_its_sender_and_its_reporter() -> None:
    report = Report.parse(REPORT)

    assert report.fields() == REPORT
    assert (report.state, report.sender_id, report.reporter_id) == ("open", "bob", "ann")


def test_a_decision_is_part_of_the_report() -> None:
    decision = decision_patch(resolution=ReportResolution.DISMISSED, note="A joke among friends")

    report = Report.parse(REPORT | decision | decider_patch(by="eve", at=AT))

    assert (report.state, report.resolution, report.resolved_by) == ("resolved", "dismissed", "eve")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "boredom"},
        {"state": "lost"},
        {"comment": "x" * 1_001},
        {"note": ""},
        {"resolution": "shrugged"},
        {"reporterId": "service:acme"},
        {"message": {"body": "from nobody"}},
    ],
    ids=lambda wrong: ", ".join(wrong),
)
def test_a_report_has_only_listed_values(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Report.parse(REPORT | wrong)
