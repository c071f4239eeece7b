"""The callables that change who is in a group. All are idempotent and answer ``{chatId}``."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from runtime import run

from callables.arguments import asked
from callables.caller import uid_of
from parley.domain.requests import AddMembers, LeaveChat, RemoveMember, SetRole


@on_call()
@answering_errors
def addMembers(request: CallableRequest[Any]) -> dict[str, Any]:
    """``addMembers({chatId, userIds})``, by an owner or admin of the group."""
    uid = uid_of(request)
    wanted = asked(request, AddMembers)
    run(lambda app: app.change_members.add(uid=uid, request=wanted))
    return {"chatId": wanted.chat_id}


@on_call()
@answering_errors
def removeMember(request: CallableRequest[Any]) -> dict[str, Any]:
    """``removeMember({chatId, userId})``, by somebody of a higher role."""
    uid = uid_of(request)
    wanted = asked(request, RemoveMember)
    run(lambda app: app.change_members.remove(uid=uid, request=wanted))
    return {"chatId": wanted.chat_id}


@on_call()
@answering_errors
def setRole(request: CallableRequest[Any]) -> dict[str, Any]:
    """``setRole({chatId, userId, role})``, by somebody of a higher role, or to step down."""
    uid = uid_of(request)
    wanted = asked(request, SetRole)
    run(lambda app: app.change_members.set_role(uid=uid, request=wanted))
    return {"chatId": wanted.chat_id}


@on_call()
@answering_errors
def leaveChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``leaveChat({chatId})``; the last owner passes ownership on."""
    uid = uid_of(request)
    wanted = asked(request, LeaveChat)
    run(lambda app: app.change_members.leave(uid=uid, chat_id=wanted.chat_id))
    return {"chatId": wanted.chat_id}
