from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import ReportMessage, ResolveReport
from parley.errors import Conflict
from parley.testing.faults import failing, lost_answer
from schema import ids, paths
from schema.audit import AuditEntry
from schema.reports import Report
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World

REPORT = ids.report_id("ann:bob", "m1", "ann", None)


@pytest.fixture
async def reported(world: World) -> World:
    """Ann has reported what Bob wrote to her. Both services have staff of each role."""
    await world.service()
    await world.write(
        {
            paths.staff(service_id, f"{service_id}-{role}"): {"role": role, "displayName": role}
            for service_id in ("default", "acme")
            for role in ("owner", "admin", "agent", "viewer")
        }
    )
    await world.direct_chat()
    await world.post("ann:bob", "m1", "bob", "an insult")
    request = ReportMessage.model_validate(
        {"chatId": "ann:bob", "messageId": "m1", "reason": "harassment"}
    )
    await world.app.reports.report(caller=UserCaller("ann"), request=request)
    return world


async def resolve(world: World, uid: str = "default-agent", **more: Any) -> None:
    asked = {"reportId": REPORT, "resolution": "upheld", **more}
    await world.app.reports.resolve(
        caller=UserCaller(uid), request=ResolveReport.model_validate(asked)
    )


def report_of(world: World) -> Report:
    return Report.parse(world.at(paths.report(REPORT)))


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_staff_decide_and_the_audit_names_them(reported: World) -> None:
    commits = Commits(reported.store)

    await resolve(reported, note="Warned him")

    assert commits.count == 1
    held = report_of(reported)
    assert (held.state, held.resolution, held.note) == ("resolved", "upheld", "Warned him")
    assert (held.resolved_by, held.resolved_at) == ("default-agent", reported.clock.now())
    assert held.message.body == "an insult"
    (entry,) = audits(reported)
    assert (entry.action, entry.by, entry.target) == (
        "reportResolved",
        "default-agent",
        REPORT,
    )
    assert entry.before == {"state": "open"}
    assert entry.after == {"state": "resolved", "resolution": "upheld", "note": "Warned him"}


def audits(world: World) -> list[AuditEntry]:
    prefix = paths.service_audit("default", "")
    found = [
        AuditEntry.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)
    ]
    return sorted(found, key=lambda entry: entry.at)


@pytest.mark.parametrize("fault", [None, "lost answer", "conflict"])
async def test_a_repeated_decision_writes_nothing(reported: World, fault: str | None) -> None:
    if fault is not None:
        reported.store.faults.append(
            lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
        )

    await resolve(reported)
    before = reported.at(paths.report(REPORT))
    await resolve(reported, "default-owner")

    assert reported.at(paths.report(REPORT)) == before
    assert len(audits(reported)) == 1


async def test_a_later_decision_replaces_an_earlier_and_the_audit_keeps_both(
    reported: World,
) -> None:
    await resolve(reported, note="Warned him")
    reported.clock.advance(1)

    await resolve(reported, "default-owner", resolution="dismissed")

    held = report_of(reported)
    assert (held.resolution, held.note, held.resolved_by) == ("dismissed", None, "default-owner")
    assert [entry.after["resolution"] for entry in audits(reported)] == ["upheld", "dismissed"]


@pytest.mark.parametrize(
    ("uid", "reason"),
    [
        ("default-viewer", "notStaff"),
        ("ann", "unknownReport"),
        ("bob", "unknownReport"),
        ("acme-owner", "unknownReport"),
    ],
)
async def test_only_staff_except_viewers_decide(reported: World, uid: str, reason: str) -> None:

    assert await refusal(resolve(reported, uid)) == reason
    assert await refusal(resolve(reported, "default-owner", reportId="0" * 32)) == "unknownReport"
    assert report_of(reported).state == "open"


@pytest.mark.parametrize(
    "wrong",
    [{"resolution": "shrugged"}, {"reportId": "r1"}, {"note": "x" * 1_001}, {"state": "open"}],
    ids=lambda wrong: ", ".join(wrong),
)
def test_an_invalid_decision_is_refused(wrong: dict[str, Any]) -> None:
    asked = {"reportId": ids.report_id("c", "m", "u", None), "resolution": "upheld"}
    assert ResolveReport.model_validate(asked).note is None
    with pytest.raises(ValidationError):
        ResolveReport.model_validate(asked | wrong)
