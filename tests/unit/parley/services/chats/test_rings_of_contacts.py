"""Who is added rings for people whom they have answered; for others, once in a while."""

from __future__ import annotations

import asyncio

import pytest

from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.strangers import (
    group_of,
    mals_group,
    push_all,
    pushes,
    talk,
)

WEEK = 86_400 * limits.INVITER_DAYS


async def add_to_groups(world: World, count: int) -> None:
    """Have mal add vic to so many groups, far from one another in time."""
    for number in range(count):
        group = await mals_group(world, title=f"Draw {number}")
        world.clock.advance(limits.GROUPS_RUNG_SECONDS + 1)
        joined = await group.add("mal", "vic")
        assert joined.added == ["vic"]
        await push_all(world)


@pytest.mark.parametrize("said", ["nothing", "by mal alone"])
async def test_one_who_opened_a_direct_chat_rings_once_in_a_week(
    strangers: World, said: str
) -> None:
    chat_id = await strangers.direct_chat("mal", "vic")
    if said == "by mal alone":
        for number in range(2):
            await strangers.post(chat_id, f"m{number}", "mal")
            await strangers.app.fan_out_messages.fan_out(chat_id, [f"m{number}"])
    before = len(pushes(strangers, "vic"))

    await add_to_groups(strangers, 8)
    assert len(pushes(strangers, "vic")) == before + 1
    strangers.clock.advance(WEEK)
    await add_to_groups(strangers, 8)

    assert len(pushes(strangers, "vic")) == before + 2
    assert "mutual" not in strangers.at(paths.chat(chat_id))


@pytest.mark.parametrize("order", [("mal", "vic"), ("vic", "mal")])
async def test_whom_one_has_answered_rings_each_time(
    strangers: World, order: tuple[str, str]
) -> None:
    chat_id = await talk(strangers, *order)
    before = len(pushes(strangers, "vic"))

    await add_to_groups(strangers, 8)

    assert len(pushes(strangers, "vic")) == before + 8
    assert "rang" not in strangers.at(paths.chat(chat_id))


async def test_an_answer_among_messages_that_are_fanned_out_at_once_counts(
    strangers: World,
) -> None:
    chat_id = await strangers.direct_chat("mal", "vic")
    for number, sender in enumerate(("mal", "vic", "mal")):
        await strangers.post(chat_id, f"m{number}", sender)
    await strangers.app.fan_out_together.fan_out([(chat_id, ["m0", "m1", "m2"])])

    assert strangers.at(paths.chat(chat_id))["mutual"] is True


async def test_who_wrote_first_and_got_no_answer_has_answered_all_the_same(
    strangers: World,
) -> None:
    chat_id = await strangers.direct_chat("mal", "vic")
    await strangers.post(chat_id, "m1", "vic")
    await strangers.app.fan_out_messages.fan_out(chat_id, ["m1"])

    await add_to_groups(strangers, 3)

    assert len(pushes(strangers, "vic")) == 3


@pytest.mark.parametrize("choice", ["contacts", "everyone"])
async def test_additions_of_one_moment_ring_a_stranger_once(strangers: World, choice: str) -> None:
    await strangers.people("vic", adds=choice)
    if choice == "contacts":
        await strangers.direct_chat("mal", "vic")
    groups = [await mals_group(strangers, title=f"Draw {number}") for number in range(4)]
    strangers.clock.advance(limits.GROUPS_RUNG_SECONDS + 1)

    await asyncio.gather(*(group.add("mal", "vic") for group in groups))
    await push_all(strangers)

    assert [group.role("vic") for group in groups] == ["member"] * 4
    assert len(pushes(strangers, "vic")) == 1


async def test_a_stranger_rings_once_whom_a_person_lets_add_them(strangers: World) -> None:
    await strangers.people("vic", adds="everyone")

    await add_to_groups(strangers, 8)
    assert len(pushes(strangers, "vic")) == 1
    await talk(strangers, "mal", "vic")
    before = len(pushes(strangers, "vic"))
    await add_to_groups(strangers, 2)

    assert len(pushes(strangers, "vic")) == before + 2


async def test_strangers_who_add_ring_within_the_bounds_of_those_who_invite(
    strangers: World,
) -> None:
    await strangers.people("vic", adds="everyone")
    for number in range(20):
        group = await group_of(strangers, f"mal{number}")
        await group.add(f"mal{number}", "vic")
    await push_all(strangers)

    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS


async def test_a_group_that_is_made_with_somebody_takes_no_ring(strangers: World) -> None:
    """It tells nobody that they were added, so their first ring is still to come."""
    chat_id = await strangers.direct_chat("mal", "vic")
    await mals_group(strangers, "vic")
    assert "rang" not in strangers.at(paths.chat(chat_id))

    await add_to_groups(strangers, 1)

    assert len(pushes(strangers, "vic")) == 1
