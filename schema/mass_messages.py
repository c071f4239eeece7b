"""``campaignMessageQueue/{jobId}``: one message from a dashboard into many case chats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schema import limits
from schema.base import ClosedDocument, NewBody, ServiceId, Time, Uid
from schema.delivery import Delivery


class MassMessage(ClosedDocument):
    """The message to post into each chat."""

    body: NewBody


class MassMessageJob(ClosedDocument):
    """The job that staff write; ``delivery`` is the server's answer."""

    service_id: ServiceId
    created_by: Uid
    created_at: Time
    kind: Literal["mass"]
    user_ids: Annotated[list[Uid], Field(max_length=limits.MASS_MESSAGE_USER_IDS)]
    message: MassMessage
    delivery: Delivery | None = None
