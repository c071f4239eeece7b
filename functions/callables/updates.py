"""The callables that change what a chat, a case, a service or a person in it is said to be."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from runtime import run

from callables.caller import uid_of
from parley.domain.requests import UpdateCase, UpdateChat, UpdateService, UpdateServiceUser


@on_call()
@answering_errors
def updateChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateChat({chatId, title?, topic?, attributes?})``."""
    uid = uid_of(request)
    asked = UpdateChat.model_validate(request.data)
    run(lambda app: app.update_chats.update_chat(uid=uid, request=asked))
    return {"chatId": asked.chat_id}


@on_call()
@answering_errors
def updateCase(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateCase({chatId, state?, snoozedUntil?, assigneeId?})``; the time in ISO 8601."""
    uid = uid_of(request)
    asked = UpdateCase.model_validate(request.data)
    run(lambda app: app.update_chats.update_case(uid=uid, request=asked))
    return {"chatId": asked.chat_id}


@on_call()
@answering_errors
def updateServiceUser(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateServiceUser({serviceId, userId, attributes?, tags?})``."""
    uid = uid_of(request)
    asked = UpdateServiceUser.model_validate(request.data)
    run(lambda app: app.update_services.update_user(uid=uid, request=asked))
    return {"serviceId": asked.service_id, "userId": asked.user_id}


@on_call()
@answering_errors
def updateService(request: CallableRequest[Any]) -> dict[str, Any]:
    """``updateService({serviceId, name?, webhook?, window?, retentionDays?, smsSender?})``."""
    uid = uid_of(request)
    asked = UpdateService.model_validate(request.data)
    run(lambda app: app.update_services.update_service(uid=uid, request=asked))
    return {"serviceId": asked.service_id}
