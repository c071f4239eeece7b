"""Choose who of those who failed gets another attempt. Pure."""

from __future__ import annotations

from datetime import datetime

from schema import ids
from schema.ledger import Recipients
from schema.reasons import RecipientState
from schema.recipients import only_channel, planned_again


def failed_again(recipients: Recipients, now: datetime) -> dict[str, dict[str, object]]:
    """Return the new entries of everybody who failed for a cause that may be gone.

    A provider may have recovered; a template or a record may have been mended. Only a record whose
    id can be no uid stays as it is. Nobody whose message may have arrived is among them.
    """
    return {
        uid: planned_again(entry, now, channel=only_channel(entry))
        for uid, entry in recipients.items()
        if entry["state"] == RecipientState.FAILED and ids.is_name(uid)
    }
