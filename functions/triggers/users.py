"""A user changed: every service that knows the person follows ``users/{uid}``."""

from __future__ import annotations

from typing import Any

from firebase_functions.core import Change
from firebase_functions.firestore_fn import Event, on_document_written
from runtime import run

from schema import paths


@on_document_written(document=paths.user("{uid}"))
def on_user_written(event: Event[Change[Any]]) -> None:
    """Mirror the contact fields into ``services/*/users/{uid}``, from the record as it stands."""
    uid = event.params["uid"]
    run(lambda app: app.mirror_user.mirror(uid))
