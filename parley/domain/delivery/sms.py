"""What the SMS channel sends, and how its jobs are named. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schema import paths

LOCAL_SENDER = "+12025550100"
"""What a service without settings sends from on the local stack."""


@dataclass(frozen=True, slots=True)
class SmsRequest:
    """One SMS as it is handed to the provider.

    ``to`` is in E.164. Exactly one of ``messaging_service_sid`` and ``sender`` is set.
    ``expire_at``: the provider drops the message if it was not sent by then.
    """

    to: str
    body: str
    messaging_service_sid: str | None = None
    sender: str | None = None
    expire_at: datetime | None = None


def sms_job_path(job_id: str) -> str:
    """Return the document of an SMS job by the id that callbacks name.

    ``{campaignId}:{uid}`` is the SMS of one recipient of a campaign. Ids of other jobs hold no
    colon, since clients draw them without one.
    """
    campaign_id, colon, uid = job_id.partition(":")
    return paths.campaign_sms(campaign_id, uid) if colon else paths.non_chat_sms(job_id)


def sms_job_id(path: str) -> str:
    """Return the id of the SMS job at a path; the inverse of ``sms_job_path``."""
    parts = path.split("/")
    return f"{parts[1]}:{parts[3]}" if len(parts) == 4 else parts[1]
