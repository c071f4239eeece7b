"""The callables that change what a chat, a case, a service or a person in it is said to be."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from runtime import run

from callables.arguments import asked
from callables.caller import uid_of
from parley.domain.requests import UpdateCase, UpdateChat, UpdateService, UpdateServiceUser


@on_call()
@answering_errors
def updateChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateChat({chatId, title?, topic?, attributes?})``."""
    uid = uid_of(request)
    wanted = asked(request, UpdateChat)
    run(lambda app: app.update_chats.update_chat(uid=uid, request=wanted))
    return {"chatId": wanted.chat_id}


@on_call()
@answering_errors
def updateCase(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateCase({chatId, state?, snoozedUntil?, assigneeId?})``; the time in ISO 8601."""
    uid = uid_of(request)
    wanted = asked(request, UpdateCase)
    run(lambda app: app.update_chats.update_case(uid=uid, request=wanted))
    return {"chatId": wanted.chat_id}


@on_call()
@answering_errors
def updateServiceUser(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateServiceUser({serviceId, userId, attributes?, tags?})``."""
    uid = uid_of(request)
    wanted = asked(request, UpdateServiceUser)
    run(lambda app: app.update_services.update_user(uid=uid, request=wanted))
    return {"serviceId": wanted.service_id, "userId": wanted.user_id}


@on_call()
@answering_errors
def updateService(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateService({serviceId, ...})``: what a service has chosen for itself."""
    uid = uid_of(request)
    wanted = asked(request, UpdateService)
    run(lambda app: app.update_services.update_service(uid=uid, request=wanted))
    return {"serviceId": wanted.service_id}
