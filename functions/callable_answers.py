"""What callables answer: the results of services as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schema.base import Model

if TYPE_CHECKING:
    from parley.domain.people_requests import UpdateConsent
    from parley.domain.requests import (
        AcceptInvite,
        AddMembers,
        DeclineInvite,
        LeaveChat,
        RemoveMember,
        SetRole,
        UpdateCase,
        UpdateChat,
    )
    from parley.services.chats.change_members import Joined
    from parley.services.chats.open_chats import CreatedGroup, OpenedChat
    from parley.services.chats.report_messages import FiledReport

    InChat = (
        AcceptInvite | DeclineInvite | RemoveMember | SetRole | LeaveChat | UpdateChat | UpdateCase
    )

Answer = dict[str, Any]


def the_chat(request: InChat, _result: None) -> Answer:
    """Answer with the id of the changed chat."""
    return {"chatId": request.chat_id}


def opened_chat(_request: Model, opened: OpenedChat) -> Answer:
    """Answer with the chat, and whether this call created it."""
    return {"chatId": opened.chat_id, "created": opened.created}


def created_group(_request: Model, group: CreatedGroup) -> Answer:
    """Answer with the group, whether this call created it, and who is in it or invited."""
    opened = {"chatId": group.chat_id, "created": group.created}
    return opened | {"added": list(group.joined.added), "invited": list(group.joined.invited)}


def the_joined(request: AddMembers, joined: Joined) -> Answer:
    """Answer with the group, and who of the named people is in it or invited."""
    return {
        "chatId": request.chat_id,
        "added": list(joined.added),
        "invited": list(joined.invited),
    }


def the_consent(request: UpdateConsent, uid: str) -> Answer:
    """Answer with the consent as it stands now, and whose it is."""
    return {
        "serviceId": request.service_id,
        "userId": uid,
        "channel": request.channel,
        "purpose": request.purpose,
        "granted": request.granted,
    }


def filed_report(_request: Model, filed: FiledReport) -> Answer:
    """Answer with the report, and whether this call created it."""
    return {"reportId": filed.report_id, "created": filed.created}


def the_job(_request: Model, job_id: str) -> Answer:
    """Answer with the id of a bulk job."""
    return {"jobId": job_id}


def as_it_is(_request: Model, answer: Answer) -> Answer:
    """Answer with what the service returned."""
    return answer
