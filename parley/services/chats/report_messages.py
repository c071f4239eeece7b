"""Reports of messages: a member files one, staff of the chat's service decide on it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from parley.domain.access import (
    Caller,
    RefusalKind,
    Refused,
    can_read_chat,
    not_found,
    not_in_chat,
    require_staff,
    require_user,
    role_in,
)
from parley.domain.chats.message_versions import (
    NEWEST_READ,
    OLDEST_READ,
    Earlier,
    choose_versions,
    last_change,
)
from parley.domain.chats.reporting import file_report, report_path, resolve_report
from parley.domain.people.service_changes import ServiceChange
from parley.domain.ports import IdFactory
from parley.domain.requests import ReportMessage, ResolveReport
from parley.errors import StoreRejected
from parley.services.chats.load_invitations import LoadInvitations
from parley.store import (
    Count,
    OrderBy,
    Query,
    Snapshot,
    Store,
    Where,
    Write,
)
from parley.store.commit_loop import commit_with_retry, create_once
from schema import ids, limits, paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import version_fields
from schema.reasons import CallableReason

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report, and whether this call created it."""

    report_id: str
    created: bool


class Reports:
    """``reportMessage`` and ``resolveReport``. Idempotent, one commit each."""

    def __init__(self, *, store: Store, new_ids: IdFactory, invitations: LoadInvitations) -> None:
        self._store = store
        self._ids = new_ids
        self._invitations = invitations
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By reporter, so that many calls at once count one after another."""

    async def report(self, *, caller: Caller, request: ReportMessage) -> FiledReport:
        """File one report per person and version of a message; the first one stays as it is."""
        uid = require_user(caller)
        async with self._lanes.setdefault(uid, asyncio.Lock()):
            return await self._report(caller, uid, request)

    async def _report(self, caller: Caller, uid: str, request: ReportMessage) -> FiledReport:
        unedited = report_path(request, uid, None)
        report, chat, member, message = await self._store.get_many(
            [
                unedited,
                paths.chat(request.chat_id),
                paths.chat_member(request.chat_id, uid),
                paths.message(request.chat_id, request.message_id),
            ]
        )
        path = report_path(request, uid, message)
        if path != unedited:
            (report,) = await self._store.get_many([path])
        report_id = paths.last_segment(path)
        if report is not None:
            return FiledReport(report_id, created=False)
        reads_from = None if member is None else Member.parse(member.fields).reads_from
        if chat is None:
            raise _unreadable(request)
        stored = Chat.parse(chat.fields)
        if member is None and not await self._is_staff_of(chat.id, stored, caller):
            reads_from = await self._invited_from(stored, uid, request)
        if message is None or not _is_shown(reads_from, message):
            raise not_found(
                CallableReason.UNKNOWN_MESSAGE,
                f"messageId: there is no message {request.message_id!r} in this chat",
            )
        await self._check_limit(stored.service_id, uid)
        earlier = await self._earlier(request, message)
        writes = file_report(stored.service_id, message, request, uid, earlier)
        return FiledReport(report_id, await create_once(self._store, writes))

    async def resolve(self, *, caller: Caller, request: ResolveReport) -> None:
        """Decide on a report; a later decision replaces it, and the audit log keeps both."""
        change_id = self._ids.new_id()
        path = paths.report(request.report_id)

        async def decide() -> list[Write]:
            (report,) = await self._store.get_many([path])
            if report is None:
                raise _unknown(request.report_id)
            service_id = str(report.fields["serviceId"])
            change = ServiceChange(
                change_id, service_id, caller.id, "reportResolved", request.report_id
            )
            staff, applied = await self._store.get_many(
                [paths.staff(service_id, caller.id), change.audit_path]
            )
            if role_in(caller, service_id, staff) is None:
                # Do not reveal to strangers that the report exists.
                raise _unknown(request.report_id)
            require_staff(caller, service_id, staff, field="reportId")
            return [] if applied is not None else resolve_report(report, request, change)

        await commit_with_retry(self._store, decide, what=path)

    async def _earlier(self, request: ReportMessage, message: Snapshot) -> Earlier:
        """Return what an edited message said before, without what was deleted long ago.

        The trigger that keeps versions may be late or lost. The newest version is then read from
        the store's own past, which reaches back an hour, or longer with point-in-time recovery.
        """
        changed_at = last_change(message.fields)
        if changed_at is None:
            return Earlier()
        kept = paths.message_versions(request.chat_id, request.message_id)
        versions = (await self._versions(kept, NEWEST_READ, newest=True))[::-1]
        unread = 0
        if len(versions) == NEWEST_READ:
            first = versions[0]["until"]
            oldest = await self._versions(kept, OLDEST_READ)
            versions = [one for one in oldest if one["until"] < first] + versions
            count = (await self._store.aggregate(Query(kept), {"all": Count()}))["all"]
            unread = max(0, int(count) - len(versions))
        if not versions or versions[-1].get("until") != changed_at:
            past = await self._past(message.path, changed_at - TICK)
            if past is not None:
                versions.append(version_fields(past.fields, until=changed_at))
        return choose_versions(message.fields.get("createdAt"), versions, unread=unread)

    async def _versions(
        self, collection: str, limit: int, *, newest: bool = False
    ) -> list[Mapping[str, Any]]:
        """Return the first versions in order of time, or the last ones, backwards."""
        query = Query(collection, order_by=(OrderBy("until", descending=newest),), limit=limit)
        return [one.fields async for page in self._store.stream(query) for one in page]

    async def _past(self, path: str, at: datetime) -> Snapshot | None:
        try:
            (past,) = await self._store.get_many([path], read_time=at)
        except StoreRejected:
            return None
        return past

    async def _is_staff_of(self, chat_id: str, chat: Chat, caller: Caller) -> bool:
        """Return whether the caller may read the chat as staff, as the rules decide it."""
        staff, dashboard = await self._store.get_many(
            [
                paths.staff(chat.service_id, caller.id),
                paths.chat_member(chat_id, ids.service_member(chat.service_id)),
            ]
        )
        role = role_in(caller, chat.service_id, staff)
        return can_read_chat(chat.kind, role, has_dashboard=dashboard is not None)

    async def _invited_from(self, chat: Chat, uid: str, request: ReportMessage) -> datetime | None:
        """Return since when an invited person reads the group's messages; refuse all others."""
        invitation = await self._invitations.standing(uid, request.chat_id, chat)
        if invitation is None:
            raise _unreadable(request)
        return invitation.reads_from

    async def _check_limit(self, service_id: str, uid: str) -> None:
        """Refuse more open reports than staff can be expected to read from one person."""
        open_reports = Query(
            paths.REPORTS,
            where=(
                Where("serviceId", "==", service_id),
                Where("reporterId", "==", uid),
                Where("state", "==", "open"),
            ),
            limit=limits.OPEN_REPORTS,
        )
        count = (await self._store.aggregate(open_reports, {"open": Count()}))["open"]
        if count >= limits.OPEN_REPORTS:
            raise Refused(
                RefusalKind.EXHAUSTED,
                CallableReason.TOO_MANY_REPORTS,
                f"{limits.OPEN_REPORTS} reports of yours are open (limit: {limits.OPEN_REPORTS})",
                "wait until staff have decided on some",
            )


def _is_shown(reads_from: datetime | None, message: Snapshot) -> bool:
    """Return whether a message is one of those that somebody reads; without a time, all are."""
    said_at = message.fields.get("createdAt")
    return reads_from is None or (isinstance(said_at, datetime) and said_at >= reads_from)


def _unreadable(request: ReportMessage) -> Refused:
    return not_in_chat(request.chat_id, "report what you can read")


def _unknown(report_id: str) -> Refused:
    return not_found(
        CallableReason.UNKNOWN_REPORT,
        f"reportId: there is no report {report_id!r} in a service whose staff you are",
    )
