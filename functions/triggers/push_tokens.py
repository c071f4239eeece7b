"""A device was registered or removed: its token belongs to whoever registered it last."""

from __future__ import annotations

from typing import Any

from firebase_functions.core import Change
from firebase_functions.firestore_fn import Event, on_document_written
from runtime import run

from parley.domain.delivery.token_owners import is_registration, tokens_given_up
from schema import paths


@on_document_written(document=paths.push_tokens("{uid}"))
def on_push_tokens_written(event: Event[Change[Any]]) -> None:
    """Take the token from everybody else; a write of a mute costs nothing here."""
    uid = event.params["uid"]
    before, after = _fields(event.data.before), _fields(event.data.after)
    if is_registration(before, after):
        gone = tokens_given_up(before, after)
        run(lambda app: app.claim_push_tokens.claim(uid, given_up=gone))


def _fields(snapshot: Any) -> dict[str, Any]:
    """The document before or after the write; empty where there was none."""
    return (snapshot.to_dict() if snapshot is not None else None) or {}
