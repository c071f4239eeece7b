"""``delivery``: the server's answer in a job's own document.

The format of Firebase's Trigger Email extension, so clients of that extension can read ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from schema.base import Document, MaybeDouble, Time
from schema.patches import Patch, patch

DeliveryState = Literal["PENDING", "PROCESSING", "SUCCESS", "ERROR", "RETRY"]

UNKNOWN_STATUS = "unknown"
"""``info.status`` while it is unknown whether the provider accepted the job."""


class DeliveryReason(StrEnum):
    """The first word of ``delivery.error``; a colon and a sentence for a person follow.

    A provider's refusal is ``providerError``, a colon and the provider's own code.
    """

    INVALID_JOB = "invalidJob"
    SERVICE_NOT_FOUND = "serviceNotFound"
    NOT_ALLOWED = "notAllowed"
    SOME_FAILED = "someFailed"
    GIVEN_UP = "givenUp"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    NOT_IN_SERVICE = "notInService"
    INVALID_USER = "invalidUser"
    NO_PHONE = "noPhone"
    INVALID_PHONE = "invalidPhone"
    NO_CONSENT = "noConsent"
    OPTED_OUT = "optedOut"
    NO_SENDER = "noSender"
    INVALID_SETTINGS = "invalidSettings"
    PERSON_LIMIT = "personLimit"
    PREFIX_LIMIT = "prefixLimit"
    SPEND_CAP = "spendCap"
    NO_RECIPIENTS = "noRecipients"
    PROVIDER_ERROR = "providerError"


class Delivery(Document):
    """The state of a job. Anyone who may create the job may turn ``ERROR`` into ``RETRY``.

    ``attempts`` counts calls of the provider. ``start_time``: when the job was started, last by a
    ``RETRY``. ``lease_expire_time``: when the job is next looked at, unless an answer comes first.
    ``error``: why the job failed, or, while it is ``PROCESSING``, why it waits for another attempt.
    ``info``: the provider's answer.
    """

    state: DeliveryState
    attempts: Annotated[int, Field(ge=0), MaybeDouble]
    start_time: Time
    end_time: Time | None = None
    lease_expire_time: Time | None = None
    error: str | None = None
    info: dict[str, Any] | None = None


def delivery_patch(delivery: Delivery) -> Patch:
    """Replace a job's whole ``delivery``."""
    return patch(delivery=delivery.fields())
