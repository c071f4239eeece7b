"""An attack and its twin: what must be refused, and the nearest request that must pass.

Without the twin a denial proves little: a request that is malformed, or asks for what is not there,
is refused for the wrong reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import paths
from tests.rules.acting import Document
from tests.rules.attacks.stage import Stage
from tests.rules.forms_of_people import MESSAGE, message, queued

Act = Callable[[firestore.Client, Stage], object]
Write = Callable[[firestore.WriteBatch, firestore.Client, Stage], object]
Place = Callable[[Stage], str]
Content = Document | Callable[[Stage], Document]
Where = Callable[[Stage], tuple[str, str, Any]]


@dataclass(frozen=True)
class Attack:
    """`by` tries `attempt` and is refused; `twin_by`, the same unless said, does `twin` and passes.

    `before` is what the attacker does first, and may do.
    """

    name: str
    by: str
    attempt: Act
    twin: Act
    twin_by: str = ""
    before: Act | None = None


def get(place: Place) -> Act:
    return lambda client, stage: client.document(place(stage)).get()


def found(
    collection: Place, *where: Where, order: str | None = None, limit: int | None = None
) -> Act:
    """The documents of a collection, narrowed by conditions."""
    return lambda client, stage: narrowed(
        client.collection(collection(stage)), stage, where, order, limit
    ).get()


def found_by_id(collection: str, place: Place) -> Act:
    """A collection, narrowed to the one document that is there."""
    return lambda client, stage: (
        client.collection(collection)
        .where(filter=FieldFilter("__name__", "==", client.document(place(stage))))
        .get()
    )


def found_anywhere(name: str, *where: Where) -> Act:
    """The same over every collection of this name."""
    return lambda client, stage: narrowed(client.collection_group(name), stage, where).get()


def counted(collection: Place, *where: Where) -> Act:
    return lambda client, stage: (
        narrowed(client.collection(collection(stage)), stage, where).count().get()
    )


def narrowed(
    query: Any,
    stage: Stage,
    where: tuple[Where, ...],
    order: str | None = None,
    limit: int | None = None,
) -> Any:
    for condition in where:
        query = query.where(filter=FieldFilter(*condition(stage)))
    query = query.order_by(order) if order else query
    return query.limit(limit) if limit else query


def where(field: str, operator: str, value: Any) -> Where:
    """A condition; its value may be taken from the stage."""
    return lambda stage: (field, operator, value(stage) if callable(value) else value)


def writes(*parts: Write) -> Act:
    """All of these in one batch."""

    def commit(client: firestore.Client, stage: Stage) -> object:
        batch = client.batch()
        for part in parts:
            part(batch, client, stage)
        return batch.commit()

    return commit


def put(place: Place, content: Content) -> Write:
    return lambda batch, client, stage: batch.set(
        client.document(place(stage)), filled(content, stage)
    )


def merge(place: Place, content: Content) -> Write:
    return lambda batch, client, stage: batch.set(
        client.document(place(stage)), filled(content, stage), merge=True
    )


def change(place: Place, content: Content) -> Write:
    return lambda batch, client, stage: batch.update(
        client.document(place(stage)), filled(content, stage)
    )


def remove(place: Place) -> Write:
    return lambda batch, client, stage: batch.delete(client.document(place(stage)))


def filled(content: Content, stage: Stage) -> Document:
    return content(stage) if callable(content) else content


def posting(chat: Place, who: str, message_id: str = MESSAGE, **more: Any) -> tuple[Write, Write]:
    """The two writes of a post; `more` replaces fields of the message."""

    def said(stage: Stage) -> Document:
        return {**message(stage.uid(who)), **more}

    def job(stage: Stage) -> Document:
        return queued(chat(stage), message_id, said(stage)["senderId"])

    return (
        put(lambda stage: paths.message(chat(stage), message_id), said),
        put(lambda stage: paths.message_queue(chat(stage), message_id), job),
    )


def post(chat: Place, who: str, message_id: str = MESSAGE, **more: Any) -> Act:
    return writes(*posting(chat, who, message_id, **more))
