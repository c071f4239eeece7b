"""The SMS channel: how its jobs are read, retried and answered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from parley.domain.delivery.job_channels import Invalid, Job, JobChannel, parse_job
from parley.domain.delivery.jobs import DeliveryRules
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_provider import SmsProvider, classify_sms_error
from parley.domain.ports import JobPreparation
from schema.campaign_sms import CampaignSmsJob, LedgerPlace
from schema.sms import SmsJob

STAGES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "accepted": 1,
        "scheduled": 1,
        "queued": 2,
        "sending": 3,
        "sent": 4,
        "delivered": 5,
        "undelivered": 6,
        "failed": 6,
        "canceled": 6,
        "read": 6,
    }
)
"""Twilio's statuses of a message, which only move forward. Reports come by segment: a failure of
one replaces the success of another, and never the other way round."""

RULES: Final = DeliveryRules(repeats_after_lost_answer=False, stages=STAGES)

_PLACE = "campaign"
"""The field in which the job of a campaign's recipient names its place in the ledger."""


def parse_sms(fields: Mapping[str, Any]) -> Job[SmsJob] | Invalid:
    """Read an SMS job of either kind."""
    if LedgerPlace.parse_or_none(fields.get(_PLACE) or {}) is not None:
        found = parse_job(CampaignSmsJob, fields)
        return found if isinstance(found, Invalid) else Job(found.draft, found.expire_at)
    return parse_job(SmsJob, {name: value for name, value in fields.items() if name != _PLACE})


def sms_channel(
    provider: SmsProvider, preparation: JobPreparation[SmsJob, SmsRequest]
) -> JobChannel[SmsJob, SmsRequest]:
    """Return the channel that sends by this provider."""
    return JobChannel(
        name="sms",
        rules=RULES,
        parse=parse_sms,
        preparation=preparation,
        sender=provider.sender,
        classify=classify_sms_error,
        look_up=provider.look_up,
    )
