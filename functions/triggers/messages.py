"""A message was posted or changed: the queue is told, and nothing else happens here."""

from __future__ import annotations

from typing import Any

from firebase_functions.firestore_fn import Event, on_document_created, on_document_updated
from runtime import run

from schema import paths
from schema.events import MessageQueued


@on_document_created(document=f"{paths.MESSAGE_QUEUE}/{{queueId}}")
def on_message_queued(event: Event[Any]) -> None:
    """Publish ``messageQueue/{chatId}:{messageId}``. If this is lost, the sweep publishes it."""
    if event.data is not None:
        payload = message_queued(event.data.to_dict() or {})
        run(lambda app: app.publisher.publish([payload]))


@on_document_updated(document=paths.message("{chatId}", "{messageId}"))
def on_message_changed(event: Event[Any]) -> None:
    """A message was edited or deleted: the lists that show it follow. Only clients update one."""
    payload = MessageQueued(
        chat_id=event.params["chatId"], message_id=event.params["messageId"], is_changed=True
    )
    run(lambda app: app.publisher.publish([payload]))


def message_queued(fields: dict[str, object]) -> MessageQueued:
    """The payload for an outbox document, whose fields name what its id joins.

    Raises ``pydantic.ValidationError`` for a document that rules would have refused.
    """
    return MessageQueued.model_validate(
        {"chatId": fields.get("chatId"), "messageId": fields.get("messageId")}
    )
