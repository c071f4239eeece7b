"""Queue payloads: the JSON of the Pub/Sub messages of each queue, with its version.

A payload names the work and holds no truth: workers read the tree. ``v`` rises when a worker of the
older version could misread it; a worker dead-letters a version that it does not know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from schema import ids, limits
from schema.base import Model


class QueueName(StrEnum):
    """The queues, by the names of their Pub/Sub topics."""

    CAMPAIGN_QUEUE = "campaign-queue"
    CAMPAIGN_BATCHES = "campaign-batches"
    CAMPAIGN_MESSAGE_QUEUE = "campaign-message-queue"
    MASS_MESSAGE_QUEUE = "mass-message-queue"
    MESSAGE_QUEUE = "message-queue"
    NON_CHAT_SMS_QUEUE = "non-chat-sms-queue"
    EMAIL_NOTIFICATIONS = "email-notifications"
    BULK_QUEUE = "bulk-queue"


class Payload(Model, ABC):
    """The base of every payload. Payloads of one ``lane`` are handled one after another."""

    queue: ClassVar[QueueName]
    v: Literal[1] = 1

    @property
    @abstractmethod
    def lane(self) -> str:
        """Return the key of work that must not run concurrently in one process."""

    @property
    def pace_seconds(self) -> float:
        """Return how long after the last such work of its lane this may begin; mostly 0."""
        return 0.0

    @property
    def silo(self) -> str | None:
        """Return the service whose owner may read this payload among the dead letters."""
        return None

    @property
    def turn(self) -> str:
        """Return whose turn this work takes: its service, "" where all share one line."""
        return ""

    @property
    def work(self) -> str:
        """Return the name of the work: the same for each message that asks for it."""
        return self.lane


class MessageQueued(Payload):
    """``messageQueue/{chatId}:{messageId}`` was written; the message must be fanned out.

    ``is_changed``: the message was edited or deleted instead, and lists must follow. ``edited_by``,
    ``edited_at``: who edited it and when, which is held against them as a post is.
    """

    queue: ClassVar[QueueName] = QueueName.MESSAGE_QUEUE
    chat_id: str = Field(min_length=1)
    message_id: str = Field(min_length=1)
    is_changed: bool | None = None
    edited_by: str | None = None
    edited_at: datetime | None = None

    @property
    def lane(self) -> str:
        return self.chat_id

    @property
    def pace_seconds(self) -> float:
        """Return the pace of changes, which may rewrite a hundred rows; posts have none."""
        return float(limits.CHANGED_ROWS_SECONDS) if self.is_changed else 0.0

    @property
    def work(self) -> str:
        return f"{self.chat_id}:{self.message_id}{'#changed' if self.is_changed else ''}"

    @property
    def silo(self) -> str | None:
        """Return the service of a case or broadcast chat. Other chats are private."""
        chat = ids.parse_chat_id(self.chat_id)
        return chat.service_id if chat.kind in ("case", "broadcast") else None

    @property
    def turn(self) -> str:
        """Return the service of a case or broadcast chat; other chats share one line."""
        return self.silo or ""


class CampaignQueued(Payload):
    """``campaignQueue/{campaignId}`` was written, or its campaign has stalled."""

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_QUEUE
    campaign_id: str = Field(min_length=1)
    service_id: str | None = None

    @property
    def lane(self) -> str:
        return self.campaign_id

    @property
    def silo(self) -> str | None:
        return self.service_id

    @property
    def turn(self) -> str:
        return self.service_id or ""


class CampaignBatchPayload(Payload):
    """The base of payloads about one batch of the ledger."""

    campaign_id: str = Field(min_length=1)
    batch_id: str = Field(min_length=1)
    service_id: str = Field(min_length=1)

    @property
    def lane(self) -> str:
        return self.batch_id

    @property
    def silo(self) -> str | None:
        return self.service_id

    @property
    def turn(self) -> str:
        return self.service_id


class CampaignBatchReady(CampaignBatchPayload):
    """A batch must be written into its chats.

    ``is_probe``: it was published again because the campaign stalled. When it arrives, all messages
    before it have arrived too, so batches that are still planned then were lost.
    """

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_BATCHES
    is_probe: bool | None = None


class CampaignBatchSent(CampaignBatchPayload):
    """A batch is written into its chats; its people must be notified.

    ``previews`` holds the rendered preview for each uid, so that notifying needs no read of the
    messages. Without it (the batch came again after it was sent) the messages are read.
    ``is_probe``: as for ``CampaignBatchReady``, for batches whose pushes are not settled.
    """

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_MESSAGE_QUEUE
    is_probe: bool | None = None
    previews: dict[str, str] | None = None


class JobQueued(Payload):
    """A job document was written to an inbox; ``job_id`` is its id."""

    job_id: str = Field(min_length=1)
    service_id: str | None = None

    @property
    def lane(self) -> str:
        return self.job_id

    @property
    def silo(self) -> str | None:
        return self.service_id

    @property
    def turn(self) -> str:
        return self.service_id or ""


class MassMessageQueued(JobQueued):
    """``campaignMessageQueue/{jobId}`` of kind ``mass``."""

    queue: ClassVar[QueueName] = QueueName.MASS_MESSAGE_QUEUE


class SmsQueued(JobQueued):
    """``nonChatSMSQueue/{jobId}``, or an SMS of a campaign's ledger."""

    queue: ClassVar[QueueName] = QueueName.NON_CHAT_SMS_QUEUE


class EmailQueued(JobQueued):
    """``emailNotifications/{jobId}``."""

    queue: ClassVar[QueueName] = QueueName.EMAIL_NOTIFICATIONS


class BulkQueued(Payload):
    """``services/{serviceId}/bulkJobs/{jobId}`` was written, or nobody works on it."""

    queue: ClassVar[QueueName] = QueueName.BULK_QUEUE

    service_id: str = Field(min_length=1)
    job_id: str = Field(min_length=1)

    @property
    def lane(self) -> str:
        return f"{self.service_id}/{self.job_id}"

    @property
    def silo(self) -> str | None:
        return self.service_id

    @property
    def turn(self) -> str:
        return self.service_id
