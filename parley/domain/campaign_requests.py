"""Requests about campaigns, validated before anything is read. Each error names its field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, Strict

from parley.domain.campaigns.samples import MOST_SAMPLES, SAMPLES
from schema.base import DrawnId, Lax, MaybeDouble, Model, Uid
from schema.reasons import RecipientState


class PreviewCampaign(Model):
    """``previewCampaign``: a job as in ``campaignQueue``, and the people whose texts to show.

    Without ``user_ids`` the server picks ``sample_count`` people.
    """

    job: dict[str, Any]
    user_ids: Annotated[list[Uid], Field(max_length=SAMPLES)] | None = None
    sample_count: Annotated[int, Strict(), Field(ge=1, le=MOST_SAMPLES), MaybeDouble] = SAMPLES


class ExplainRecipient(Model):
    """``explainRecipient``: a campaign and the person to explain."""

    campaign_id: DrawnId
    user_id: Uid


class RetryFailed(Model):
    """``retryFailed``: the campaign whose failed people get another attempt."""

    campaign_id: DrawnId


class ExportCampaign(Model):
    """``exportCampaign``: one page of a campaign's people; ``cursor`` is the page before's.

    With ``state`` those alone who are in it.
    """

    campaign_id: DrawnId
    state: Annotated[RecipientState, Lax] | None = None
    cursor: Annotated[str, Field(max_length=2_000)] | None = None
