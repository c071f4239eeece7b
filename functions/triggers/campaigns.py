"""A campaign was written, or its command changed: the campaign worker is told to look at it."""

from __future__ import annotations

from typing import Any

from firebase_functions.core import Change
from firebase_functions.firestore_fn import Event, on_document_written
from runtime import run

from schema import paths
from schema.events import CampaignQueued


@on_document_written(document=paths.campaign("{campaignId}"))
def on_campaign_written(event: Event[Change[Any]]) -> None:
    """Publish the campaign's id; what is to be done the worker reads from the document."""
    if event.data.after is not None:
        payload = CampaignQueued(campaign_id=event.params["campaignId"])
        run(lambda app: app.publisher.publish([payload]))
