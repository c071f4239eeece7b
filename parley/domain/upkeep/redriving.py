"""Decide whether a dead letter can go back on its queue, and say what to do about it. Pure."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import ValidationError

from schema.dead_letters import DeadLetter
from schema.events import (
    BulkQueued,
    CampaignBatchReady,
    CampaignBatchSent,
    CampaignQueued,
    EmailQueued,
    MassMessageQueued,
    MessageQueued,
    Payload,
    QueueName,
    SmsQueued,
)
from schema.explain import explain
from schema.reasons import DeadLetterCode

_PAYLOADS: Final[dict[str, type[Payload]]] = {
    str(one.queue): one
    for one in (
        CampaignQueued,
        CampaignBatchReady,
        CampaignBatchSent,
        MassMessageQueued,
        MessageQueued,
        SmsQueued,
        EmailQueued,
        BulkQueued,
    )
}

_WAYS_OUT: Final = {
    DeadLetterCode.MALFORMED: "it is not a payload of this queue. Find out what published it, "
    "publish a correct one, and delete the letter (`parley dlq delete ID`)",
    DeadLetterCode.UNKNOWN_VERSION: "start workers of a version that knows this payload, and "
    "redrive it",
    DeadLetterCode.PERMANENT: "correct what the error names, and redrive it",
    DeadLetterCode.EXHAUSTED: "repair what the error names, and redrive it",
    DeadLetterCode.POISON: "its worker ended each time. Read that worker's log, deploy a repair, "
    "and redrive it",
}

_CAMPAIGN_QUEUES: Final = frozenset(
    {QueueName.CAMPAIGN_QUEUE, QueueName.CAMPAIGN_BATCHES, QueueName.CAMPAIGN_MESSAGE_QUEUE}
)


class NotRedrivable(Exception):
    """The payload cannot be published; the message says why and what to do."""


def payload_of(letter: DeadLetter) -> Payload:
    """Return the payload to publish again; raise ``NotRedrivable`` if it is none of the queue's."""
    kind = _PAYLOADS.get(letter.queue)
    if kind is None:
        names = ", ".join(_PAYLOADS)
        raise NotRedrivable(f"queue: {letter.queue!r} is not a queue of this version ({names})")
    if not isinstance(letter.payload, dict):
        raise NotRedrivable(
            f"payload: it is no JSON object, so it cannot be redriven: {way_out(letter)}"
        )
    try:
        # As a worker parses it.
        return kind.model_validate_json(json.dumps(letter.payload), extra="ignore")
    except (ValidationError, TypeError, ValueError) as error:
        why = explain(error) if isinstance(error, ValidationError) else str(error)
        raise NotRedrivable(f"payload: {why}. {way_out(letter)}") from error


def way_out(letter: DeadLetter) -> str:
    """Return what a person can do about a letter."""
    way = _WAYS_OUT[letter.error.code]
    campaign_id = campaign_of(letter.payload) if letter.queue in _CAMPAIGN_QUEUES else None
    if campaign_id is None or letter.error.code is DeadLetterCode.MALFORMED:
        return way
    return (
        f"{way}. The people who waited for it have failed; "
        f"`parley campaign retry-failed {campaign_id}` sends to them again"
    )


def campaign_of(payload: Any) -> str | None:
    """Return the campaign that a payload is about, None if it names none."""
    campaign_id = payload.get("campaignId") if isinstance(payload, dict) else None
    return campaign_id if isinstance(campaign_id, str) else None
