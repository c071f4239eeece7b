"""What may be reported, and what staff make of it. Pure."""

from __future__ import annotations

from parley.domain.access import Refused
from parley.domain.people.service_changes import ServiceChange, changed
from parley.domain.requests import ReportMessage, ResolveReport
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Write
from schema import ids, paths
from schema.reasons import CallableReason
from schema.reports import decided_fields, decision_fields, report_fields


def filed(service_id: str, message: Snapshot, request: ReportMessage, reporter: str) -> list[Write]:
    """The report of a message that its reporter reads, with the copy that staff will see.

    The copy is taken as it is stored: whatever a message holds, it can be reported.
    """
    sender = message.fields["senderId"]
    if sender == ids.SYSTEM_SENDER:
        raise Refused(
            "failed-precondition",
            CallableReason.SYSTEM_MESSAGE,
            "messageId: the system wrote this message",
            "report one that a person wrote",
        )
    if reporter in (sender, message.fields.get("staffId")):
        raise Refused(
            "failed-precondition",
            CallableReason.OWN_MESSAGE,
            "messageId: you wrote this message yourself",
            "delete it instead",
        )
    fields = report_fields(
        service_id=service_id,
        chat_id=request.chat_id,
        message_id=request.message_id,
        message=message.fields,
        reporter_id=reporter,
        reason=request.reason,
        comment=request.comment,
        created_at=SERVER_TIME,
    )
    report_id = ids.report_id(request.chat_id, request.message_id, reporter)
    return [Set(paths.report(report_id), fields, MUST_NOT_EXIST)]


def resolved(report: Snapshot, request: ResolveReport, change: ServiceChange) -> list[Write]:
    """The decision on a report, and its audit; no writes where it was decided so already."""
    return changed(
        report,
        decision_fields(resolution=request.resolution, note=request.note),
        change,
        along=decided_fields(by=change.by, at=SERVER_TIME),
    )
