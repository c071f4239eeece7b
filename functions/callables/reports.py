"""The callables of reports: a member files one, staff decide on it."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from runtime import run

from callables.arguments import asked
from callables.caller import uid_of
from parley.domain.requests import ReportMessage, ResolveReport


@on_call()
@answering_errors
def reportMessage(request: CallableRequest[Any]) -> dict[str, Any]:
    """``reportMessage({chatId, messageId, reason, comment?})``, by whoever reads the message."""
    uid = uid_of(request)
    wanted = asked(request, ReportMessage)
    filed = run(lambda app: app.reports.report(uid=uid, request=wanted))
    return {"reportId": filed.report_id, "created": filed.created}


@on_call()
@answering_errors
def resolveReport(request: CallableRequest[Any]) -> dict[str, Any]:
    """``resolveReport({reportId, resolution, note?})``, by the staff of its service."""
    uid = uid_of(request)
    wanted = asked(request, ResolveReport)
    run(lambda app: app.reports.resolve(uid=uid, request=wanted))
    return {"reportId": wanted.report_id}
