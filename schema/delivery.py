"""``delivery``: what the server answers in a job's own document.

The format of Firebase's Trigger Email extension, so that clients which know that one know ours.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from schema.base import Document, MaybeDouble, Time

DeliveryState = Literal["PENDING", "PROCESSING", "SUCCESS", "ERROR", "RETRY"]


class Delivery(Document):
    """Where a job stands. Whoever may create it may turn ``ERROR`` into ``RETRY``.

    ``lease_expire_time``: until when a worker has the job. ``info``: the provider's answer.
    """

    state: DeliveryState
    attempts: Annotated[int, Field(ge=0), MaybeDouble]
    start_time: Time
    end_time: Time | None = None
    lease_expire_time: Time | None = None
    error: str | None = None
    info: dict[str, Any] | None = None
