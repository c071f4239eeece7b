"""A kind of campaign is added by a value alone: here one into broadcast chats."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest

from parley.bootstrap import wire
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import KINDS, MessageText, MessageWriter, Person, SharedChat
from parley.settings import Settings
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Increment, Set, Update, UpdatedAt, Write
from parley.testing.clock import SequentialIds
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from schema import ids, paths
from schema.campaigns import CampaignChannel, CampaignKind
from schema.events import CampaignBatchReady
from schema.reasons import RecipientState
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld

CHAT: Final[frozenset[CampaignChannel]] = frozenset({"chat"})


class BroadcastWriter:
    """Writes a message and a chat of two fields."""

    state: Final = RecipientState.SENT
    size: Final = 1_000

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        return []

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        return []

    def write(self, person: Person, text: MessageText) -> list[Write]:
        kind, campaign = self._campaign.kind, self._campaign
        chat_id = kind.chat_id(campaign.id, campaign.service_id, person.uid)
        message = {
            "senderId": ids.service_member(campaign.service_id),
            "campaignId": campaign.id,
            "createdAt": SERVER_TIME,
            "body": f"{text.body} [{person.user.fields.get('locale') if person.user else None}]",
        }
        path = paths.chat(chat_id)
        return [
            Set(path, {"kind": "broadcast", "messageCount": 1}, MUST_NOT_EXIST)
            if person.chat is None
            else Update(path, {"messageCount": Increment(1)}, UpdatedAt(person.chat.update_time)),
            Set(paths.message(chat_id, kind.message_id(campaign.id, person.uid)), message),
        ]


class BroadcastKind:
    """A test's own kind, under the name of one that this version does not have."""

    name: Final[CampaignKind] = "oneWay"
    channels = CHAT
    is_sequential: Final = False
    person_fields: Final[tuple[str, ...]] = ("locale",)
    chat_fields: Final[tuple[str, ...]] = ("messageCount",)

    def __init__(self, pushed_channels: frozenset[CampaignChannel] = CHAT) -> None:
        self.pushed_channels = pushed_channels

    def shared_chat_id(self, campaign: Campaign) -> None:
        return None

    def chat_id(self, campaign_id: str, service_id: str, uid: str) -> str:
        return ids.broadcast_chat_id(uid, service_id)

    def message_id(self, campaign_id: str, uid: str) -> str:
        return f"{campaign_id}-for-{uid}"

    def writers(
        self, campaign: Campaign, service_name: str
    ) -> Mapping[CampaignChannel, MessageWriter]:
        return {"chat": BroadcastWriter(campaign)}


def world_with(kind: BroadcastKind) -> TwinWorld:
    world = TwinWorld()
    world.app = wire(
        Settings(project_id="demo-parley"),
        clock=world.clock,
        new_ids=SequentialIds(),
        store=world.store,
        publisher=world.publisher,
        subscriber=InMemoryQueue(world.clock),
        sender=world.sender,
        sms=InMemorySms(world.clock).provider(),
        files=InMemoryFiles(),
        randomness=random.Random(1),
        kinds={**KINDS, kind.name: kind},
    )
    return world


@pytest.fixture
def world() -> TwinWorld:
    return world_with(BroadcastKind())


async def run(world: TwinWorld, campaign_id: str = "c1", repeats: int = 1, **job: Any) -> None:
    await world.campaign(campaign_id, **({"kind": "oneWay"} | job))
    await world.app.run_campaigns.run(campaign_id)
    await world.work(repeats)


@pytest.mark.parametrize("repeats", [1, 3])
async def test_another_kind_is_sent_notified_and_completed_end_to_end(
    world: TwinWorld, repeats: int
) -> None:
    uids = await world.service(people=150)

    await run(world, repeats=repeats)

    status = status_of(world)
    assert (status.kind, status.state, status.counts.sent) == ("oneWay", "completed", 150)
    assert_sums(world)
    assert {batch.state for batch in batches_of(world).values()} == {"done"}
    assert {batch.kind for batch in batches_of(world).values()} == {"oneWay"}
    assert {one["push"] for one in recipients_of(world).values()} == {"handedOver"}
    message = world.at(paths.message("p0007:broadcast:acme", "c1-for-p0007"))
    assert message["body"] == "Hello Person 7 [None]"
    assert len(world.sender.sent) == len(uids)
    data = {one.data["chatId"]: one.data for one in world.sender.sent}["p0007:broadcast:acme"]
    assert (data["messageId"], data["kind"]) == ("c1-for-p0007", "broadcast")
    assert not any(":service:" in path for path in world.store.paths())


async def test_a_second_campaign_goes_into_the_chats_of_the_first(world: TwinWorld) -> None:
    await world.service(people=3)

    await run(world, "c1")
    await run(world, "c2")

    assert world.at(paths.chat("p0001:broadcast:acme"))["messageCount"] == 2
    assert status_of(world, "c2").counts.sent == 3


async def test_missing_previews_are_read_from_the_kind_s_own_messages(world: TwinWorld) -> None:
    await world.service(people=2)
    await world.campaign(kind="oneWay")
    await world.app.run_campaigns.run("c1")
    (batch,) = world.publisher.take()
    assert isinstance(batch, CampaignBatchReady)
    await world.handle(batch)

    await world.app.notify_campaign_batches.notify("c1", batch.batch_id, None)

    bodies = {one.body for one in world.sender.sent}
    assert bodies == {"Hello Person 0 [None]", "Hello Person 1 [None]"}


async def test_a_channel_without_pushes_completes_without_them() -> None:
    world = world_with(BroadcastKind(pushed_channels=frozenset()))
    await world.service(people=2)

    await run(world)

    assert world.sender.sent == []
    assert {batch.state for batch in batches_of(world).values()} == {"done"}
    assert all("push" not in one for one in recipients_of(world).values())


async def test_a_channel_that_the_kind_lacks_is_refused(world: TwinWorld) -> None:
    await world.service(people=1)

    await run(world, channels=["chat", "sms"])

    error = status_of(world).error
    assert error is not None
    assert error.code == "notSupported"
    assert error.message.startswith("channels: sms is not carried out by this version")


async def test_kinds_run_side_by_side(world: TwinWorld) -> None:
    await world.service(people=1)

    await run(world, kind="individual")

    assert world.at(paths.chat("p0000:service:acme"))["messageCount"] == 1
