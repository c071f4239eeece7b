"""The triggers of ``parley.triggers`` as functions: decode the event, carry out the reaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from firebase_functions.firestore_fn import (
    Event,
    on_document_created,
    on_document_updated,
    on_document_written,
)
from runtime import run

from parley.triggers import TRIGGERS, Fields, Trigger

_DECORATORS: Mapping[str, Callable[..., Any]] = {
    "created": on_document_created,
    "updated": on_document_updated,
    "written": on_document_written,
}


def endpoint(trigger: Trigger) -> Callable[..., Any]:
    """Return the function that Firebase deploys for a trigger, under its ``__name__``."""

    def handle(event: Event[Any]) -> None:
        reaction = trigger.react(event.params, *before_and_after(trigger, event.data))
        if reaction is not None:
            run(lambda app: app.carry_out(reaction))

    handle.__name__ = handle.__qualname__ = trigger.name
    decorate = _DECORATORS[trigger.on]
    deployed: Callable[..., Any] = decorate(document=trigger.document)(handle)
    return deployed


def before_and_after(trigger: Trigger, data: Any) -> tuple[Fields | None, Fields | None]:
    """Return the fields before and after the write; a creation has only the document itself."""
    if trigger.on == "created":
        return None, _fields(data)
    return _fields(data.before), _fields(data.after)


def _fields(snapshot: Any) -> Fields | None:
    return None if snapshot is None else (snapshot.to_dict() or {})


ENDPOINTS: Mapping[str, Callable[..., Any]] = {
    trigger.name: endpoint(trigger) for trigger in TRIGGERS
}
