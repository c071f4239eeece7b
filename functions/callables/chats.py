"""The callables that open chats. Each decodes, calls a service, encodes; all are idempotent."""

from __future__ import annotations

from typing import Any

from firebase_functions.https_fn import CallableRequest, on_call
from http_errors import answering_errors
from runtime import run

from callables.arguments import asked
from callables.caller import uid_of
from parley.domain.requests import CreateGroup, OpenCaseChat, OpenDirectChat
from parley.services.chats.open_chats import OpenedChat


@on_call()
@answering_errors
def openDirectChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``openDirectChat({userId})``: the one chat of the caller with another person."""
    uid = uid_of(request)
    wanted = asked(request, OpenDirectChat)
    return answer(run(lambda app: app.open_chats.open_direct(uid=uid, other_uid=wanted.user_id)))


@on_call()
@answering_errors
def openCaseChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``openCaseChat({serviceId, userId?})``: the one case chat of a person with a dashboard."""
    uid = uid_of(request)
    wanted = asked(request, OpenCaseChat)
    return answer(
        run(
            lambda app: app.open_chats.open_case(
                uid=uid, service_id=wanted.service_id, user_id=wanted.user_id
            )
        )
    )


@on_call()
@answering_errors
def createGroupChat(request: CallableRequest[Any]) -> dict[str, Any]:
    """``createGroupChat({title, userIds, ...})``; the same group again for a ``uniqueName``."""
    uid = uid_of(request)
    wanted = asked(request, CreateGroup)
    return answer(run(lambda app: app.open_chats.create_group(uid=uid, request=wanted)))


def answer(opened: OpenedChat) -> dict[str, Any]:
    """What the contract promises of all three."""
    return {"chatId": opened.chat_id, "created": opened.created}
