"""What clients change in place is followed, though its trigger was lost."""

from __future__ import annotations

import pytest

from parley.domain.age_windows import WEEK_SECONDS
from parley.errors import Conflict
from parley.services.upkeep.sweep_records import REACH_SECONDS
from parley.store import DELETE_FIELD, SERVER_TIME, Update
from parley.testing.faults import StoreCall
from schema import paths
from schema.events import MessageQueued, QueueName
from tests.unit.parley.services.conftest import TwinWorld as World

MINE = [QueueName.MESSAGE_QUEUE]
ANN = {"displayName": "Ann", "createdAt": SERVER_TIME}


async def deleted(world: World, chat_id: str) -> None:
    """What a client writes when it takes back a message."""
    change = {"body": DELETE_FIELD, "deletedAt": SERVER_TIME}
    await world.store.commit([Update(paths.message(chat_id, "m1"), change)])


@pytest.fixture
async def chat_id(world: World) -> str:
    """A chat whose rows show its one message."""
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann", "a secret")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    return chat_id


def preview(world: World, chat_id: str) -> str:
    shown: str = world.at(paths.user_chat("bob", chat_id))["lastMessage"]["preview"]
    return shown


async def test_somebody_whose_sign_up_went_unheard_is_known_within_the_minute(
    world: World,
) -> None:
    sweep = world.app.sweep(MINE)
    await world.write({paths.user("ann"): ANN})
    assert await sweep.sweep() == 0

    for _ in range(11):
        world.clock.advance(5)
        await sweep.sweep()

    assert world.at(paths.service_user("default", "ann"))["displayName"] == "Ann"


async def test_who_is_known_is_read_and_left_alone(world: World) -> None:
    await world.write({paths.user("ann"): ANN})
    await world.app.mirror_user.mirror("ann")
    world.clock.advance(20)
    before = world.store.counts

    assert await world.app.sweep(MINE).sweep() == 0
    assert (world.store.counts - before).writes == 0


async def test_one_who_cannot_be_mirrored_holds_up_no_other(world: World) -> None:
    await world.write({paths.user("ann"): {"displayName": 7, "createdAt": SERVER_TIME}})
    await world.write({paths.user("bob"): ANN, paths.user("cat"): ANN})

    def bob_is_contended(call: StoreCall) -> None:
        written = [write.path for write in call.writes or ()]
        if call.operation == "commit" and paths.service_user("default", "bob") in written:
            raise Conflict("told to")

    world.store.faults.append(bob_is_contended)
    world.clock.advance(20)

    assert await world.app.sweep(MINE).sweep() == 1
    assert world.at(paths.service_user("default", "cat"))["uid"] == "cat"

    world.store.faults.clear()
    world.clock.advance(150)
    assert await world.app.sweep(MINE).sweep() == 1
    assert world.at(paths.service_user("default", "bob"))["uid"] == "bob"


async def test_a_deleted_text_leaves_the_lists_though_the_trigger_was_lost(
    world: World, chat_id: str
) -> None:
    sweep = world.app.sweep(MINE)
    await sweep.sweep()
    await deleted(world, chat_id)

    for _ in range(20):
        world.clock.advance(5)
        await sweep.sweep()
    await world.work()

    assert "secret" not in preview(world, chat_id)


async def test_an_edit_is_put_back_by_the_message_that_was_edited(
    world: World, chat_id: str
) -> None:
    changed = {"body": "no secret", "editedAt": SERVER_TIME}
    await world.store.commit([Update(paths.message(chat_id, "m1"), changed)])
    world.clock.advance(60)

    assert await world.app.sweep(MINE).sweep() == 1
    assert world.publisher.published == [
        MessageQueued(chat_id=chat_id, message_id="m1", is_changed=True)
    ]
    await world.work()
    assert preview(world, chat_id) == "no secret"


async def test_a_change_is_met_a_few_times_and_then_never_again(world: World, chat_id: str) -> None:
    sweep = world.app.sweep(MINE)
    await deleted(world, chat_id)

    for _ in range(720):
        world.clock.advance(5)
        await sweep.sweep()

    assert 3 <= len(world.publisher.published) <= 6


async def test_a_worker_that_begins_does_not_read_the_edits_of_days(
    world: World, chat_id: str
) -> None:
    await deleted(world, chat_id)
    await world.write({paths.user("ann"): ANN})
    world.clock.advance(REACH_SECONDS + 1)

    assert await world.app.sweep(MINE).sweep() == 0
    after_an_outage = world.app.sweep(MINE, reach_seconds=WEEK_SECONDS)
    assert await after_an_outage.sweep() == 2


async def test_workers_of_campaigns_leave_records_alone(world: World, chat_id: str) -> None:
    await deleted(world, chat_id)
    world.clock.advance(60)

    assert await world.app.sweep([QueueName.CAMPAIGN_QUEUE]).sweep() == 0
