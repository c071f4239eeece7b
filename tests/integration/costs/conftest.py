"""The services on the real store, which counts; queues and pushes are twins, which cost nothing."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from parley.adapters.firestore.store import FirestoreStore
from parley.adapters.system import RandomIds, SystemClock
from parley.app import App
from parley.bootstrap import wire
from parley.settings import Settings
from parley.store.counting import Counts
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from schema import paths
from schema.events import CampaignBatchReady, CampaignBatchSent
from tests.world import World

COMMIT_SECONDS = 90.0
"""A commit waits its turn: some tests write ten thousand members at once, on a busy machine."""


class CountedWorld(World):
    """A world in which every act can be counted."""

    def __init__(self, store: FirestoreStore, project_id: str) -> None:
        super().__init__(store)
        self.store = store
        self.publisher = InMemoryPublisher()
        self.sender = RecordingPushSender()
        self._project_id = project_id
        self.app = self.new_process()

    def new_process(self, *, campaign_ramp: int | None = None) -> App:
        """An app as after a start: it remembers nothing."""
        clock = SystemClock()
        return wire(
            Settings(project_id=self._project_id, campaign_ramp=campaign_ramp),
            clock=clock,
            new_ids=RandomIds(),
            store=self.store,
            publisher=self.publisher,
            subscriber=InMemoryQueue(clock),
            sender=self.sender,
            accounts=InMemoryAccounts(),
            sms=InMemorySms(clock).provider(),
            files=InMemoryFiles(),
            randomness=random.Random(1),
        )

    async def fan_out(self, chat_id: str, message_id: str, sender: str) -> Counts:
        """Post and fan out; what the fan-out cost."""
        await self.post(chat_id, message_id, sender)
        return await self.cost_of_fan_out(chat_id, message_id)

    async def cost_of_fan_out(self, chat_id: str, message_id: str) -> Counts:
        """Fan out a posted message; what that cost, without bans and new blocks.

        Both are read once in two seconds.
        """
        await self.app.bans.banned_lately()
        await self.app.blocked_authors.who_block(["nobody"], ())
        before = self.store.counts
        await self.app.fan_out_messages.fan_out(chat_id, [message_id])
        return self.store.counts - before

    async def run_campaign(self, campaign_id: str) -> Counts:
        """A campaign to everybody, from its first status to the last push; what it cost."""
        await self.campaign(campaign_id)
        before = self.store.counts
        await self.app.run_campaigns.run(campaign_id)
        await self.work(campaign_id)
        await self.app.campaign_progress.refresh_marked()
        return self.store.counts - before

    async def state_of(self, campaign_id: str) -> str:
        """How far a campaign is, as the dashboard sees it."""
        (status,) = await self.store.get_many([paths.campaign_status(campaign_id)])
        assert status is not None
        return str(status.fields["state"])

    async def work(self, campaign_id: str) -> None:
        """Send and notify all published batches."""
        done = 0
        while done < len(self.publisher.published):
            match self.publisher.published[done]:
                case CampaignBatchReady() as ready:
                    await self.app.ramped_batches.send(ready, is_probe=False)
                case CampaignBatchSent() as sent:
                    await self.app.notify_campaign_batches.notify(
                        campaign_id, sent.batch_id, sent.previews
                    )
            done += 1
        self.publisher.published.clear()


@pytest.fixture
async def world(firestore_emulator: str, project_id: str) -> AsyncIterator[CountedWorld]:
    async with FirestoreStore.connect(
        project_id, emulator_host=firestore_emulator, commit_seconds=COMMIT_SECONDS
    ) as store:
        yield CountedWorld(store, project_id)
