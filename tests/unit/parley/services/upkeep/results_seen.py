"""What tests of results do: people read and answer, and a process collects that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley.services.campaigns.record_results import RecordResults
from parley.services.upkeep.collect_results import CollectResults
from parley.store import SERVER_TIME
from parley.store.counting import Counts
from schema import ids, paths
from schema.events import MessageQueued
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld as World


def collector(world: World) -> CollectResults:
    """A process that collects results."""
    app = world.app
    return CollectResults(
        store=world.store,
        record=RecordResults(store=world.store, kinds=app.kinds, clock=world.clock),
        sms=app.campaign_sms,
        progress=app.campaign_progress,
        kinds=app.kinds,
    )


async def collect(world: World, results: CollectResults, seconds: float = 20) -> Counts:
    """Let time pass, make one pass; what it cost."""
    world.clock.advance(seconds)
    before = world.store.counts
    await results.collect(world.clock.now())
    return world.store.counts - before


async def finished(world: World, people: int = 3, **job: Any) -> CollectResults:
    """A campaign that everybody has, and a collector that knows it."""
    await world.service(people=people)
    await world.campaign(**job)
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert status_of(world).state == "completed"
    results = collector(world)
    await collect(world, results, 1)
    return results


def chat_of(uid: str) -> str:
    return ids.case_chat_id(uid, "acme")


async def receipt(
    world: World, uid: str, *, read: bool = True, received: bool = True, campaign: str = "c1"
) -> None:
    """What the app writes when it has shown or received the campaign's message."""
    message = world.at(paths.message(chat_of(uid), ids.campaign_message_id(campaign, uid)))
    fields: dict[str, Any] = {
        "readTo": message["createdAt"] - timedelta(days=0 if read else 900),
        "readAt": SERVER_TIME,
    }
    if received:
        fields["deliveredTo"] = message["createdAt"]
    await world.write({paths.read_receipt(chat_of(uid), uid): fields})


async def answer(world: World, uid: str, message_id: str = "hello", repeats: int = 1) -> None:
    """A message of the person, and the fan-out's job as often as it comes."""
    await world.post(chat_of(uid), message_id, uid)
    for _ in range(repeats):
        await world.handle(MessageQueued(chat_id=chat_of(uid), message_id=message_id))


def told(world: World) -> dict[str, int]:
    """The counts of the campaign that are not 0."""
    return {state: count for state, count in status_of(world).counts.fields().items() if count}
