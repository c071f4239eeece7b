"""Choose who of those who failed gets another attempt. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from schema import ids
from schema.ledger import Recipients
from schema.reasons import RecipientState
from schema.recipients import planned_again


def _only_channel(entry: Mapping[str, Any]) -> str | None:
    """Return the channel of somebody whose other one was used up before, None for anybody else."""
    channel = entry.get("channel")
    earlier = {attempt.get("channel") for attempt in entry.get("attempts", ())}
    return channel if channel is not None and earlier - {channel, None} else None


def failed_again(recipients: Recipients, now: datetime) -> dict[str, dict[str, object]]:
    """Return the new entries of everybody who failed for a cause that may be gone.

    A provider may have recovered; a template or a record may have been mended. Only a record whose
    id can be no uid stays as it is. Nobody whose message may have arrived is among them.
    """
    return {
        uid: planned_again(entry, now, channel=_only_channel(entry))
        for uid, entry in recipients.items()
        if entry["state"] == RecipientState.FAILED and ids.is_name(uid)
    }
