"""``campaignStatus/{campaignId}/sms/{uid}``: the SMS job of one recipient of a campaign.

And ``campaignStatus/{campaignId}/numbers/{id}``: which recipient of the campaign has a number.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schema.base import ClosedDocument, Document, MaybeDouble, Uid, present
from schema.sms import SmsJob, sms_job_fields


class LedgerPlace(ClosedDocument):
    """Where the result of a campaign's SMS belongs: the batch, and the recipient's attempt."""

    batch_id: str
    attempt: Annotated[int, Field(ge=1), MaybeDouble]


class CampaignSmsJob(SmsJob):
    """An ``SmsJob`` that the server writes for a recipient, in the commit of their batch."""

    campaign: LedgerPlace


class NumberHolder(Document):
    """The recipient who gets the SMS for a number; others with the same number get none.

    ``is_proven``: the number is surely theirs.
    """

    uid: Uid
    is_proven: bool = False


def campaign_sms_fields(
    *,
    service_id: str,
    created_by: str,
    created_at: Any,
    uid: str,
    body: str,
    purpose: str,
    batch_id: str,
    attempt: int,
    expire_at: Any = None,
    delivery: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a new ``CampaignSmsJob``.

    ``delivery`` is given to a job that is written once more, so that the numbers of its calls go
    on and a late report on an earlier one is recognized.
    """
    job = sms_job_fields(
        service_id=service_id,
        created_by=created_by,
        created_at=created_at,
        uid=uid,
        body=body,
        purpose=purpose,
    )
    named = {"batchId": batch_id, "attempt": attempt}
    return {**job, "campaign": named, **present(expire_at=expire_at, delivery=delivery)}


def number_holder_fields(uid: str, *, is_proven: bool) -> dict[str, Any]:
    """Return a ``NumberHolder``."""
    return {"uid": uid} | present(is_proven=is_proven or None)
