"""Handlers: the table of queues, and what each queue's messages make the services do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from parley.app import App
from parley.domain.chats.post_paces import Edit
from parley.domain.delivery.sms import sms_job_path
from parley.services.chats.fan_out_messages import Begun
from schema.events import (
    BulkQueued,
    CampaignBatchReady,
    CampaignBatchSent,
    CampaignQueued,
    EmailQueued,
    MassMessageQueued,
    MessageQueued,
    QueueName,
    SmsQueued,
)
from schema.reasons import DeadLetterCode
from workers.runtime.handler import GoAlone, IsFirst, Outcome, Unfinished


class AppHandler:
    """A handler that calls the app's services."""

    def __init__(self, app: App) -> None:
        self._app = app


class CampaignQueueHandler(AppHandler):
    """Validate and plan a campaign, and publish its batches.

    All messages of a call name the same campaign, so one run serves them all.
    """

    queue = QueueName.CAMPAIGN_QUEUE

    async def handle(self, payloads: Sequence[CampaignQueued], *, is_first: IsFirst) -> None:
        await self._app.run_campaigns.run(payloads[0].campaign_id)

    async def give_up(self, payload: CampaignQueued, *, code: DeadLetterCode, error: str) -> None:
        await self._app.give_up_campaigns.campaign(payload.campaign_id, error)


class CampaignBatchesHandler(AppHandler):
    """Write one campaign batch into its chats. All messages of a call name the same batch."""

    queue = QueueName.CAMPAIGN_BATCHES

    async def handle(self, payloads: Sequence[CampaignBatchReady], *, is_first: IsFirst) -> None:
        await self._app.ramped_batches.send(
            payloads[0], is_probe=any(payload.is_probe for payload in payloads)
        )

    async def give_up(
        self, payload: CampaignBatchReady, *, code: DeadLetterCode, error: str
    ) -> None:
        await self._app.give_up_campaigns.batch(payload.campaign_id, payload.batch_id, error)


class CampaignMessageQueueHandler(AppHandler):
    """Push one committed campaign batch. All messages of a call name the same batch."""

    queue = QueueName.CAMPAIGN_MESSAGE_QUEUE

    async def handle(
        self, payloads: Sequence[CampaignBatchSent], *, is_first: IsFirst
    ) -> Unfinished | None:
        previews = next((p.previews for p in payloads if p.previews is not None), None)
        late = await self._app.late_batches.notify(
            payloads[0].campaign_id, payloads[0].batch_id, previews
        )
        if any(payload.is_probe for payload in payloads):
            if late is not None:
                await late.wait()
                late = None
            await self._app.ready_batches.publish_unnotified(
                payloads[0].campaign_id, payloads[0].service_id
            )
        return late

    async def give_up(
        self, payload: CampaignBatchSent, *, code: DeadLetterCode, error: str
    ) -> None:
        await self._app.give_up_campaigns.pushes(payload.campaign_id, payload.batch_id)


class MassMessageQueueHandler(AppHandler):
    """Post one mass message. All messages of a call name the same job."""

    queue = QueueName.MASS_MESSAGE_QUEUE

    async def handle(self, payloads: Sequence[MassMessageQueued], *, is_first: IsFirst) -> None:
        await self._app.post_mass_messages.post(payloads[0].job_id)

    async def give_up(
        self, payload: MassMessageQueued, *, code: DeadLetterCode, error: str
    ) -> None:
        await self._app.post_mass_messages.give_up(payload.job_id, error)


class MessageQueueHandler(AppHandler):
    """Fan out and push one chat's messages: new ones in one commit, changes in another."""

    queue = QueueName.MESSAGE_QUEUE

    async def handle(
        self, payloads: Sequence[MessageQueued], *, is_first: IsFirst
    ) -> Unfinished | None:
        chat_id = payloads[0].chat_id
        posted = [payload.message_id for payload in payloads if not payload.is_changed]
        changed = [payload.message_id for payload in payloads if payload.is_changed]
        edits = [
            Edit(payload.message_id, payload.edited_by, payload.edited_at)
            for payload in payloads
            if payload.edited_by is not None and payload.edited_at is not None
        ]
        folded = None
        if posted:
            folded = await self._app.fan_out_messages.fan_out(chat_id, posted, is_first=is_first)
        if changed:
            await self._app.fan_out_messages.follow_changes(chat_id, changed, edits)
        return folded

    def joins(self, payloads: Sequence[MessageQueued]) -> bool:
        """Return whether these are posts of a chat that may be fanned out beside others."""
        if any(payload.is_changed for payload in payloads):
            return False
        return self._app.fan_out_together.takes(payloads[0].chat_id)

    async def handle_together(
        self, calls: Sequence[Sequence[MessageQueued]], are_first: Sequence[IsFirst]
    ) -> list[Outcome]:
        """Fan out the posts of many chats in one pass; what is unusual goes on alone."""
        chats = [
            (payloads[0].chat_id, [payload.message_id for payload in payloads])
            for payloads in calls
        ]
        fates = await self._app.fan_out_together.fan_out(chats)
        return [
            self._alone(chat, is_first, fate) if isinstance(fate, Begun) else fate
            for chat, is_first, fate in zip(chats, are_first, fates, strict=True)
        ]

    def _alone(self, chat: tuple[str, Sequence[str]], is_first: IsFirst, begun: Begun) -> GoAlone:
        fan_out = self._app.fan_out_messages.fan_out
        return GoAlone(partial(fan_out, *chat, is_first=is_first, begun=begun))

    async def give_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        """Mark the outbox entry of a new message; nothing waits for a change."""
        if not payload.is_changed:
            await self._app.give_up_messages.message(payload.chat_id, payload.message_id, code)


class NonChatSmsQueueHandler(AppHandler):
    """Deliver one SMS. All messages of a call name the same job."""

    queue = QueueName.NON_CHAT_SMS_QUEUE

    async def handle(self, payloads: Sequence[SmsQueued], *, is_first: IsFirst) -> None:
        job = payloads[0]
        await self._app.sms_jobs.deliver(sms_job_path(job.job_id), job.service_id)
        self._app.campaign_sms.note(job.job_id)

    async def give_up(self, payload: SmsQueued, *, code: DeadLetterCode, error: str) -> None:
        await self._app.sms_jobs.give_up(payload.job_id, error)
        self._app.campaign_sms.note(payload.job_id)


class EmailNotificationsHandler(AppHandler):
    """Deliver one email. All messages of a call name the same job."""

    queue = QueueName.EMAIL_NOTIFICATIONS

    async def handle(self, payloads: Sequence[EmailQueued], *, is_first: IsFirst) -> None:
        job = payloads[0]
        await self._app.email_jobs.deliver(job.job_id, job.service_id)

    async def give_up(self, payload: EmailQueued, *, code: DeadLetterCode, error: str) -> None:
        await self._app.email_jobs.give_up(payload.job_id, error)


class BulkQueueHandler(AppHandler):
    """Work on one bulk job. All messages of a call name the same job."""

    queue = QueueName.BULK_QUEUE

    async def handle(self, payloads: Sequence[BulkQueued], *, is_first: IsFirst) -> None:
        await self._app.run_bulk_jobs.run(payloads[0].service_id, payloads[0].job_id)

    async def give_up(self, payload: BulkQueued, *, code: DeadLetterCode, error: str) -> None:
        await self._app.run_bulk_jobs.give_up(payload.service_id, payload.job_id, error)


HANDLERS: dict[QueueName, Callable[[App], Any]] = {
    QueueName.CAMPAIGN_QUEUE: CampaignQueueHandler,
    QueueName.CAMPAIGN_BATCHES: CampaignBatchesHandler,
    QueueName.CAMPAIGN_MESSAGE_QUEUE: CampaignMessageQueueHandler,
    QueueName.MASS_MESSAGE_QUEUE: MassMessageQueueHandler,
    QueueName.MESSAGE_QUEUE: MessageQueueHandler,
    QueueName.EMAIL_NOTIFICATIONS: EmailNotificationsHandler,
    QueueName.NON_CHAT_SMS_QUEUE: NonChatSmsQueueHandler,
    QueueName.BULK_QUEUE: BulkQueueHandler,
}
"""Every queue that this version has a worker for. To add a queue, add its handler here."""
