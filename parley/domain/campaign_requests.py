"""Requests about campaigns, validated before anything is read. Each error names its field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from parley.domain.campaigns.samples import SAMPLES
from schema.base import DrawnId, Model, Uid


class PreviewCampaign(Model):
    """``previewCampaign``: a job as in ``campaignQueue``, and the people whose texts to show."""

    job: dict[str, Any]
    user_ids: Annotated[list[Uid], Field(max_length=SAMPLES)] | None = None


class ExplainRecipient(Model):
    """``explainRecipient``: a campaign and the person to explain."""

    campaign_id: DrawnId
    user_id: Uid


class RetryFailed(Model):
    """``retryFailed``: the campaign whose failed people get another attempt."""

    campaign_id: DrawnId


class ExportCampaign(Model):
    """``exportCampaign``: one page of a campaign's people; ``cursor`` is the page before's."""

    campaign_id: DrawnId
    cursor: Annotated[str, Field(max_length=2_000)] | None = None
