"""What an act costs, counted by the real store on the emulator: the budgets of the design."""

from __future__ import annotations

import asyncio

import pytest

from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.services.campaigns.progress import CampaignProgress
from parley.testing.clock import START, FixedClock
from schema import paths
from schema.campaign_ramp import StoredRamp
from tests.integration.costs.conftest import CountedWorld

PEOPLE = 1_000


async def test_a_direct_message_costs_three_writes_one_delete_and_four_reads(
    world: CountedWorld,
) -> None:
    chat_id = await world.direct_chat()
    for uid in ("ann", "bob"):
        await world.person(uid, f"{uid}-phone")
    await world.fan_out(chat_id, "m0", "ann")

    spent = await world.fan_out(chat_id, "m1", "ann")

    assert (spent.writes, spent.deletes, spent.reads) == (3, 1, 4)
    assert len(world.sender.sent) == 2


@pytest.mark.parametrize("size", [20, 100])
async def test_a_group_costs_a_write_and_a_read_for_each_member(
    world: CountedWorld, size: int
) -> None:
    members = [f"u{number:03d}" for number in range(size)]
    for uid in members:
        await world.person(uid, f"{uid}-phone")
    await world.people(*members)
    opened = await world.app.open_chats.create_group(
        caller=UserCaller(members[0]), request=CreateGroup(title="Hikers", user_ids=members[1:])
    )
    await world.fan_out(opened.chat_id, "m0", members[0])

    spent = await world.fan_out(opened.chat_id, "m1", members[0])

    assert spent.writes <= size + 1
    assert spent.deletes == 1
    assert spent.reads <= 3 + (size - 1)


async def test_above_a_hundred_members_writes_do_not_grow(world: CountedWorld) -> None:
    spent = []
    for size in (101, 300):
        request = CreateGroup(title="Town", user_ids=[f"t{n:03d}" for n in range(size - 1)])
        await world.people(*request.user_ids)
        opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
        spent.append(await world.fan_out(opened.chat_id, "m1", "ann"))

    assert [(one.writes, one.deletes) for one in spent] == [(1, 1), (1, 1)]


async def test_a_campaigns_recipient_costs_four_writes_at_first_contact_and_three_after(
    world: CountedWorld,
) -> None:
    await world.service(people=PEOPLE)

    first = await world.run_campaign("c1")
    second = await world.run_campaign("c2")

    assert first.writes / PEOPLE <= 4.05
    assert second.writes / PEOPLE <= 3.05
    assert first.reads / PEOPLE <= 4.05
    assert second.reads / PEOPLE <= 4.05
    assert first.deletes == second.deletes == 0
    assert len(world.sender.sent) == 2 * PEOPLE


async def test_a_ramp_costs_a_read_and_a_write_a_batch_at_most(world: CountedWorld) -> None:
    await world.service(people=PEOPLE)
    plain = await world.run_campaign("c1")
    batches = PEOPLE // 100

    again = await world.run_campaign("c2")
    world.app = world.new_process(campaign_ramp=100_000)
    ramped = await world.run_campaign("c3")

    assert 1 <= ramped.reads - again.reads <= batches
    assert 1 <= ramped.writes - again.writes <= batches
    (ramp,) = await world.store.get_many([paths.campaign_ramp()])
    assert ramp is not None
    assert StoredRamp.parse(ramp.fields).pace == 100_000
    assert plain.writes > again.writes, "the first campaign makes the chats"


async def test_the_progress_of_a_stalled_campaign_costs_no_write(
    world: CountedWorld,
) -> None:
    await world.service(people=150)
    await world.campaign("c1")
    await world.app.run_campaigns.run("c1")
    await world.app.campaign_progress.refresh_marked()

    before = world.store.counts
    for _ in range(5):
        world.app.campaign_progress.mark("c1")
        await world.app.campaign_progress.refresh_marked()

    assert (world.store.counts - before).writes == 0


async def test_progress_of_a_campaign_is_written_at_most_once_a_second(world: CountedWorld) -> None:
    await world.service(people=300)
    await world.campaign("c1")
    await world.app.run_campaigns.run("c1")
    before = world.store.counts
    # Time that goes on only while somebody waits.
    clock = FixedClock()
    progress = CampaignProgress(store=world.store, ready=world.app.ready_batches, clock=clock)

    async def tell() -> None:
        while True:
            progress.mark("c1")
            await asyncio.sleep(0)

    told = [asyncio.create_task(progress.run()), asyncio.create_task(tell())]
    await world.work("c1")
    async with asyncio.timeout(60):
        while await world.state_of("c1") != "completed":
            await asyncio.sleep(0)
    for task in told:
        task.cancel()
    await asyncio.gather(*told, return_exceptions=True)

    written = (world.store.counts - before).of("writes", "campaignStatus")
    assert 1 <= written <= (clock.now() - START).total_seconds() + 1
