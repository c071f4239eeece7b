"""The table of callables: one row each, with its name, request model, service call and answer."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from callable_answers import (
    Answer,
    as_it_is,
    created_group,
    filed_report,
    opened_chat,
    the_chat,
    the_consent,
    the_job,
    the_joined,
)

from parley.app import App
from parley.domain.access import Caller
from parley.domain.campaign_requests import (
    ExplainRecipient,
    ExportCampaign,
    PreviewCampaign,
    RetryFailed,
)
from parley.domain.inbox_requests import CancelBulkJob, FindCases, UndoBulkJob, UpdateCases
from parley.domain.operations_requests import (
    CampaignsOf,
    GetHealth,
    ReconcileDrift,
    RedriveDeadLetters,
    SendTest,
)
from parley.domain.people.call_budgets import (
    writes_of_group,
    writes_of_import,
    writes_of_joining,
)
from parley.domain.people_requests import (
    BanUser,
    DevicesOf,
    ImportPeople,
    UnbanUser,
    UpdateConsent,
    UpdateService,
    UpdateServiceUser,
)
from parley.domain.requests import (
    AcceptInvite,
    AddMembers,
    CreateGroup,
    DeclineInvite,
    LeaveChat,
    OpenCaseChat,
    OpenDirectChat,
    RemoveMember,
    ReportMessage,
    ResolveReport,
    SetRole,
    UpdateCase,
    UpdateChat,
)
from schema import limits
from schema.base import Model, present

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Row(Generic[M, R]):
    """One callable: ``call`` runs the service, ``answer`` encodes what it returned."""

    name: str
    model: type[M]
    call: Callable[[App, Caller, M], Coroutine[Any, Any, R]]
    answer: Callable[[M, R], Answer]
    timeout_seconds: int = 60
    max_bytes: int = limits.ARGUMENT_BYTES
    reserves: Callable[[M], int] = lambda _: 0
    """The writes that are taken from the caller's budget before the call; for those of many."""
    is_metered: bool = True
    """Whether what it wrote counts in the process, too."""


TABLE: tuple[Row[Any, Any], ...] = (
    Row(
        "openDirectChat",
        OpenDirectChat,
        lambda app, caller, it: app.open_chats.open_direct(caller=caller, other_uid=it.user_id),
        opened_chat,
    ),
    Row(
        "openCaseChat",
        OpenCaseChat,
        lambda app, caller, it: app.open_chats.open_case(
            caller=caller, service_id=it.service_id, user_id=it.user_id
        ),
        opened_chat,
    ),
    Row(
        "createGroupChat",
        CreateGroup,
        lambda app, caller, it: app.open_chats.create_group(caller=caller, request=it),
        created_group,
        reserves=writes_of_group,
    ),
    Row(
        "addMembers",
        AddMembers,
        lambda app, caller, it: app.change_members.add(caller=caller, request=it),
        the_joined,
        reserves=writes_of_joining,
    ),
    Row(
        "acceptInvite",
        AcceptInvite,
        lambda app, caller, it: app.answer_invitations.accept(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "declineInvite",
        DeclineInvite,
        lambda app, caller, it: app.answer_invitations.decline(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "removeMember",
        RemoveMember,
        lambda app, caller, it: app.change_members.remove(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "setRole",
        SetRole,
        lambda app, caller, it: app.change_members.set_role(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "leaveChat",
        LeaveChat,
        lambda app, caller, it: app.change_members.leave(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "updateChat",
        UpdateChat,
        lambda app, caller, it: app.update_chats.update_chat(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "updateCase",
        UpdateCase,
        lambda app, caller, it: app.update_chats.update_case(caller=caller, request=it),
        the_chat,
    ),
    Row(
        "findCases",
        FindCases,
        lambda app, caller, it: app.find_cases.find(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "updateCases",
        UpdateCases,
        lambda app, caller, it: app.start_bulk_jobs.start(caller=caller, request=it),
        the_job,
    ),
    Row(
        "undoBulkJob",
        UndoBulkJob,
        lambda app, caller, it: app.start_bulk_jobs.undo(caller=caller, request=it),
        the_job,
    ),
    Row(
        "cancelBulkJob",
        CancelBulkJob,
        lambda app, caller, it: app.start_bulk_jobs.cancel(caller=caller, request=it),
        lambda it, _: {"jobId": it.job_id},
    ),
    Row(
        "updateService",
        UpdateService,
        lambda app, caller, it: app.update_services.update_service(caller=caller, request=it),
        lambda it, _: {"serviceId": it.service_id},
    ),
    Row(
        "updateServiceUser",
        UpdateServiceUser,
        lambda app, caller, it: app.update_services.update_user(caller=caller, request=it),
        lambda it, _: {"serviceId": it.service_id, "userId": it.user_id},
    ),
    Row(
        "updateConsent",
        UpdateConsent,
        lambda app, caller, it: app.consents.update(caller=caller, request=it),
        the_consent,
    ),
    Row(
        "importPeople",
        ImportPeople,
        lambda app, caller, it: app.import_people.run(caller=caller, request=it),
        lambda _, report: report.fields(),
        timeout_seconds=3_600,
        max_bytes=limits.LONG_ARGUMENT_BYTES,
        reserves=writes_of_import,
        is_metered=False,
    ),
    Row(
        "reportMessage",
        ReportMessage,
        lambda app, caller, it: app.reports.report(caller=caller, request=it),
        filed_report,
    ),
    Row(
        "resolveReport",
        ResolveReport,
        lambda app, caller, it: app.reports.resolve(caller=caller, request=it),
        lambda it, _: {"reportId": it.report_id},
    ),
    Row(
        "sendTest",
        SendTest,
        lambda app, caller, it: app.send_tests.send(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "campaignsOf",
        CampaignsOf,
        lambda app, caller, it: app.campaigns_of_person.find(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "devicesOf",
        DevicesOf,
        lambda app, caller, it: app.devices_of_person.find(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "getHealth",
        GetHealth,
        lambda app, caller, _: app.operations.health(caller=caller),
        as_it_is,
    ),
    Row(
        "redriveDeadLetters",
        RedriveDeadLetters,
        lambda app, caller, it: app.operations.redrive(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "reconcile",
        ReconcileDrift,
        lambda app, caller, it: app.operations.reconcile(caller=caller, request=it),
        as_it_is,
        timeout_seconds=540,
    ),
    Row(
        "banUser",
        BanUser,
        lambda app, caller, it: app.bans.ban(caller=caller, request=it),
        lambda it, _: {"userId": it.user_id},
    ),
    Row(
        "unbanUser",
        UnbanUser,
        lambda app, caller, it: app.bans.unban(caller=caller, request=it),
        lambda it, _: {"userId": it.user_id},
    ),
    Row(
        "previewCampaign",
        PreviewCampaign,
        lambda app, caller, it: app.preview_campaigns.preview(caller=caller, request=it),
        as_it_is,
        max_bytes=limits.LONG_ARGUMENT_BYTES,
    ),
    Row(
        "explainRecipient",
        ExplainRecipient,
        lambda app, caller, it: app.explain_recipients.explain(caller=caller, request=it),
        as_it_is,
    ),
    Row(
        "exportCampaign",
        ExportCampaign,
        lambda app, caller, it: app.export_results.export(caller=caller, request=it),
        lambda _, page: page.answer(),
    ),
    Row(
        "retryFailed",
        RetryFailed,
        lambda app, caller, it: app.retry_failed.retry(caller=caller, request=it),
        lambda _, retried: {"retried": retried.people, **present(waiting=retried.waiting or None)},
    ),
)
