"""What tests of campaigns do and look at."""

from __future__ import annotations

from typing import Any

from schema import paths
from schema.batches import Batch
from schema.campaign_status import CampaignStatus
from schema.events import CampaignBatchReady
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.conftest import TwinWorld
from workers.handlers import HANDLERS

WHY = "StoreRejected: INVALID_ARGUMENT: no"


def status_of(world: TwinWorld, campaign_id: str = "c1") -> CampaignStatus:
    """A campaign's status, which must be as the contract has it."""
    return CampaignStatus.parse(world.at(paths.campaign_status(campaign_id)))


def batches_of(world: TwinWorld, campaign_id: str = "c1") -> dict[str, Batch]:
    """Its ledger, by batch id."""
    prefix = f"{paths.campaign_batches(campaign_id)}/"
    return {
        paths.last_segment(path): Batch.parse(world.at(path))
        for path in world.store.paths()
        if path.startswith(prefix)
    }


def recipients_of(world: TwinWorld, campaign_id: str = "c1") -> dict[str, dict[str, Any]]:
    """Everybody in its ledger; fails if somebody stands in two batches."""
    found: dict[str, dict[str, Any]] = {}
    for batch in batches_of(world, campaign_id).values():
        assert not found.keys() & batch.recipients.keys()
        found |= {uid: held.fields() for uid, held in batch.recipients.items()}
    return found


def message_counts(world: TwinWorld) -> dict[str, int]:
    """Messages of campaigns by person, as their case chats count them."""
    return {
        path.split("/")[1].partition(":")[0]: world.at(path)["messageCount"]
        for path in world.store.paths()
        if path.startswith("chats/") and path.count("/") == 1
    }


def assert_sums(world: TwinWorld, campaign_id: str = "c1") -> None:
    """Everybody of the audience is in exactly one state, and the status says so."""
    status = status_of(world, campaign_id)
    recipients = recipients_of(world, campaign_id)
    assert status.counts.total == status.audience_count == len(recipients)
    states = [held["state"] for held in recipients.values()]
    assert status.counts.fields() == {
        state: states.count(state) for state in status.counts.fields()
    }


async def parked(world: TwinWorld, payload: Any, why: str = WHY) -> None:
    """What the runner does with a payload before it writes the dead letter."""
    handler = HANDLERS[payload.queue](world.app)
    await handler.give_up(payload, code=DeadLetterCode.PERMANENT, error=why)


async def planned(world: TwinWorld, people: int = 250) -> list[CampaignBatchReady]:
    await world.service(people=people)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    return [one for one in world.publisher.take() if isinstance(one, CampaignBatchReady)]
