"""Reports of messages: members file them, staff of the chat's service decide on them."""

from __future__ import annotations

from dataclasses import dataclass

from parley.domain.access import Refused
from parley.domain.chats.chat import AGENTS
from parley.domain.chats.reporting import filed, resolved
from parley.domain.people.service_changes import ServiceChange
from parley.domain.ports import IdFactory
from parley.domain.requests import ReportMessage, ResolveReport
from parley.services.decided_commits import commit_decided, commit_first
from parley.store import Count, Query, Snapshot, Store, Where, Write
from schema import ids, limits, paths
from schema.chats import Chat
from schema.reasons import CallableReason
from schema.services import Staff


@dataclass(frozen=True, slots=True)
class FiledReport:
    """The report, and whether this call made it."""

    report_id: str
    created: bool


class Reports:
    """``reportMessage`` and ``resolveReport``. Each is idempotent and one commit."""

    def __init__(self, *, store: Store, new_ids: IdFactory) -> None:
        self._store = store
        self._ids = new_ids

    async def report(self, *, uid: str, request: ReportMessage) -> FiledReport:
        """One report of one person on one message; the first stands, whatever follows it."""
        report_id = ids.report_id(request.chat_id, request.message_id, uid)
        report, chat, member, message = await self._store.get_many(
            [
                paths.report(report_id),
                paths.chat(request.chat_id),
                paths.chat_member(request.chat_id, uid),
                paths.message(request.chat_id, request.message_id),
            ]
        )
        if report is not None:
            return FiledReport(report_id, created=False)
        if chat is None or not (member is not None or await self._is_staff_of(chat, uid)):
            raise Refused(
                "permission-denied",
                CallableReason.NOT_A_MEMBER,
                f"chatId: you are in no chat {request.chat_id!r}",
                "report what you can read",
            )
        if message is None:
            raise Refused(
                "not-found",
                CallableReason.UNKNOWN_MESSAGE,
                f"messageId: there is no message {request.message_id!r} in this chat",
            )
        service_id = Chat.parse(chat.fields).service_id
        writes = filed(service_id, message, request, uid)
        await self._check_open(service_id, uid)
        return FiledReport(report_id, await commit_first(self._store, writes))

    async def resolve(self, *, uid: str, request: ResolveReport) -> None:
        """Staff decide; a later decision takes the place of an earlier, the audit keeps both."""
        change_id = self._ids.new_id()
        path = paths.report(request.report_id)

        async def decide() -> list[Write]:
            (report,) = await self._store.get_many([path])
            if report is None:
                raise _unknown(request.report_id)
            service_id = str(report.fields["serviceId"])
            change = ServiceChange(change_id, service_id, uid, "reportResolved", request.report_id)
            staff, done = await self._store.get_many(
                [paths.staff(service_id, uid), change.audit_path]
            )
            self._check_decides(staff, request.report_id, service_id)
            return [] if done is not None else resolved(report, request, change)

        await commit_decided(self._store, decide, what=path)

    async def _is_staff_of(self, chat: Snapshot, uid: str) -> bool:
        """Whether somebody reads the chat as its staff, as the rules have it."""
        held = Chat.parse(chat.fields)
        staff, dashboard = await self._store.get_many(
            [
                paths.staff(held.service_id, uid),
                paths.chat_member(chat.id, ids.service_member(held.service_id)),
            ]
        )
        is_theirs = held.kind in ("case", "broadcast") or dashboard is not None
        return staff is not None and is_theirs

    async def _check_open(self, service_id: str, uid: str) -> None:
        """Whoever reports everything is heard no more until staff have caught up."""
        theirs = Query(
            paths.REPORTS,
            where=(
                Where("serviceId", "==", service_id),
                Where("reporterId", "==", uid),
                Where("state", "==", "open"),
            ),
            limit=limits.OPEN_REPORTS,
        )
        count = (await self._store.aggregate(theirs, {"open": Count()}))["open"]
        if count >= limits.OPEN_REPORTS:
            raise Refused(
                "resource-exhausted",
                CallableReason.TOO_MANY_REPORTS,
                f"{limits.OPEN_REPORTS} reports of yours are open (limit: {limits.OPEN_REPORTS})",
                "wait until staff have decided on some",
            )

    def _check_decides(self, staff: Snapshot | None, report_id: str, service_id: str) -> None:
        """A stranger is not told that the report exists."""
        if staff is None:
            raise _unknown(report_id)
        if Staff.parse(staff.fields).role not in AGENTS:
            raise Refused(
                "permission-denied",
                CallableReason.NOT_STAFF,
                f"reportId: owners, admins and agents of service {service_id!r} decide on it",
            )


def _unknown(report_id: str) -> Refused:
    return Refused(
        "not-found",
        CallableReason.UNKNOWN_REPORT,
        f"reportId: there is no report {report_id!r} in a service whose staff you are",
    )
