"""Begin the batches of campaigns within the ramp of the project."""

from __future__ import annotations

from parley.domain.ports import Publisher
from parley.services.campaigns.ramp_slots import RampSlots
from parley.services.campaigns.send_batches import SendCampaignBatches
from schema.events import CampaignBatchReady


class RampedBatches:
    """Sends batches in their turns; at once if ``slots`` is None."""

    def __init__(
        self, *, batches: SendCampaignBatches, slots: RampSlots | None, publisher: Publisher
    ) -> None:
        self._batches = batches
        self._slots = slots
        self._publisher = publisher

    async def send(self, ready: CampaignBatchReady, *, is_probe: bool) -> None:
        """Wait for the turn of a batch, then send it.

        The wait comes before anything is read, so a campaign that is paused meanwhile begins
        nothing. A batch whose turn would not come within its time goes to the end of its queue.
        """
        if self._slots is None:
            await self._send(ready, is_probe=is_probe)
            return
        slot = await self._slots.take()
        if slot is None:
            again = ready.model_copy(update={"is_probe": is_probe or None})
            await self._publisher.publish([again])
            return
        # If it fails, some of it may be written: its room stays used.
        people = await self._send(ready, is_probe=is_probe)
        self._slots.give_back(slot, people=people)

    async def _send(self, ready: CampaignBatchReady, *, is_probe: bool) -> int:
        return await self._batches.send(ready.campaign_id, ready.batch_id, is_probe=is_probe)
