"""Queue payloads: what a Pub/Sub message of each queue carries, as JSON, with its version.

A payload names the work and holds no truth: what is to be done is read from the tree. ``v`` rises
when a worker of the older version could misread it; a worker parks a version it does not know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from schema import ids
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


class Payload(Model, ABC):
    """The base of every payload. ``lane``: payloads of one lane are handled one after another."""

    queue: ClassVar[QueueName]
    v: Literal[1] = 1

    @property
    @abstractmethod
    def lane(self) -> str:
        """The key of the work that must not run beside itself in one process."""

    @property
    def silo(self) -> str | None:
        """The service whose owner may see this payload among the dead letters."""
        return None


class MessageQueued(Payload):
    """``messageQueue/{chatId}:{messageId}`` stands and is to be fanned out.

    ``is_changed``: the message was edited or deleted instead, and the lists are to follow.
    """

    queue: ClassVar[QueueName] = QueueName.MESSAGE_QUEUE
    chat_id: str = Field(min_length=1)
    message_id: str = Field(min_length=1)
    is_changed: bool | None = None

    @property
    def lane(self) -> str:
        return self.chat_id

    @property
    def silo(self) -> str | None:
        """Of a case or broadcast chat; what people say among themselves is no owner's to see."""
        chat = ids.parse_chat_id(self.chat_id)
        return chat.service_id if chat.kind in ("case", "broadcast") else None


class CampaignQueued(Payload):
    """``campaignQueue/{campaignId}`` was written, or its campaign stands still."""

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_QUEUE
    campaign_id: str = Field(min_length=1)

    @property
    def lane(self) -> str:
        return self.campaign_id


class CampaignBatchPayload(Payload):
    """Something is to be done for one batch of the ledger."""

    campaign_id: str = Field(min_length=1)
    batch_id: str = Field(min_length=1)
    service_id: str = Field(min_length=1)

    @property
    def lane(self) -> str:
        return self.batch_id

    @property
    def silo(self) -> str | None:
        return self.service_id


class CampaignBatchReady(CampaignBatchPayload):
    """A batch of the ledger is to be written into its chats.

    ``is_probe``: it was put on the queue because nothing moved. When it arrives, what stood before
    it has arrived too, so batches that are still planned then were lost.
    """

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_BATCHES
    is_probe: bool | None = None


class CampaignBatchSent(CampaignBatchPayload):
    """A batch stands in its chats; its people are to be notified.

    ``previews`` holds the rendered preview for each uid, so that notifying needs no read of the
    messages. Without it (the batch came again after it was sent) the messages are read.
    ``is_probe``: as for ``CampaignBatchReady``, for batches whose pushes are not settled.
    """

    queue: ClassVar[QueueName] = QueueName.CAMPAIGN_MESSAGE_QUEUE
    is_probe: bool | None = None
    previews: dict[str, str] | None = None


class JobQueued(Payload):
    """A job document of an inbox was written; ``job_id`` is the document's id."""

    job_id: str = Field(min_length=1)
    service_id: str | None = None

    @property
    def lane(self) -> str:
        return self.job_id

    @property
    def silo(self) -> str | None:
        return self.service_id


class MassMessageQueued(JobQueued):
    """``campaignMessageQueue/{jobId}`` of kind ``mass``."""

    queue: ClassVar[QueueName] = QueueName.MASS_MESSAGE_QUEUE


class SmsQueued(JobQueued):
    """``nonChatSMSQueue/{jobId}``, or an SMS straight from a campaign's ledger."""

    queue: ClassVar[QueueName] = QueueName.NON_CHAT_SMS_QUEUE


class EmailQueued(JobQueued):
    """``emailNotifications/{jobId}``."""

    queue: ClassVar[QueueName] = QueueName.EMAIL_NOTIFICATIONS
