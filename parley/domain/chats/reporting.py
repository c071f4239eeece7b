"""The writes of filing a report and deciding on it. Pure."""

from __future__ import annotations

from parley.domain.access import RefusalKind, Refused
from parley.domain.chats.message_versions import Earlier, last_edit
from parley.domain.people.service_changes import ServiceChange, change_document
from parley.domain.requests import ReportMessage, ResolveReport
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Write
from schema import ids, paths
from schema.reasons import CallableReason
from schema.reports import decider_patch, decision_patch, report_fields

NOTHING_EARLIER = Earlier()


def file_report(
    service_id: str,
    message: Snapshot,
    request: ReportMessage,
    reporter: str,
    earlier: Earlier = NOTHING_EARLIER,
) -> list[Write]:
    """Return the report of a message, with a copy of the message for the staff.

    The copy holds the stored fields, so even a malformed message can be reported. ``earlier``: what
    the message said before its edits.
    """
    sender = message.fields["senderId"]
    if sender == ids.SYSTEM_SENDER:
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.SYSTEM_MESSAGE,
            "messageId: the system wrote this message",
            "report one that a person wrote",
        )
    if reporter in (sender, message.fields.get("staffId")):
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.OWN_MESSAGE,
            "messageId: you wrote this message yourself",
            "delete it instead",
        )
    fields = report_fields(
        service_id=service_id,
        chat_id=request.chat_id,
        message_id=request.message_id,
        message=message.fields,
        before=[dict(version) for version in earlier.versions],
        omitted=earlier.omitted,
        reporter_id=reporter,
        reason=request.reason,
        comment=request.comment,
        created_at=SERVER_TIME,
    )
    return [Set(report_path(request, reporter, message), fields, MUST_NOT_EXIST)]


def report_path(request: ReportMessage, reporter: str, message: Snapshot | None) -> str:
    """Return the report of a message as it stands: an edit makes another one."""
    edited_at = None if message is None else last_edit(message.fields)
    return paths.report(ids.report_id(request.chat_id, request.message_id, reporter, edited_at))


def resolve_report(report: Snapshot, request: ResolveReport, change: ServiceChange) -> list[Write]:
    """Return the decision and its audit entry; no writes if it repeats the current decision."""
    return change_document(
        report,
        decision_patch(resolution=request.resolution, note=request.note),
        change,
        unaudited=decider_patch(by=change.by, at=SERVER_TIME),
    )
