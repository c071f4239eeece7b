"""Somebody who writes to very many people at once stands in their lists, and rings few of them."""

from __future__ import annotations

from schema import limits, paths
from schema.users import UNNAMED
from tests.unit.parley.services.chats.floods_seen import muted_until
from tests.unit.parley.services.conftest import TwinWorld as World

MOST = limits.PERSON_POSTS_PER_MINUTE


async def write_to(world: World, author: str, other: str) -> str:
    """Open a direct chat and post in it, as the rules let everybody do."""
    chat_id = await world.direct_chat(author, other)
    await world.post(chat_id, "m1", author, "Your account is locked: call +44 20 7946 0000")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    return chat_id


async def test_a_first_message_to_hundreds_of_strangers_rings_as_many_as_a_minute_allows(
    world: World,
) -> None:
    people = [f"p{number:03d}" for number in range(MOST + 40)]
    for uid in people:
        await world.person(uid, uid)
        world.clock.advance(0.2)
        await write_to(world, "mal", uid)

    rung = [one.device.token for one in world.sender.sent]
    assert rung == people[:MOST]
    rows = [world.at(paths.user_chat(uid, f"mal:{uid}")) for uid in people]
    assert [row["messageCount"] for row in rows] == [1] * len(people)
    assert muted_until(world, f"mal:{people[-1]}", "mal") is not None


async def test_others_ring_meanwhile_and_the_author_after_a_minute(world: World) -> None:
    await world.person("vic", "vic")
    for number in range(MOST + 1):
        world.clock.advance(0.2)
        await write_to(world, "mal", f"p{number}")

    await write_to(world, "ann", "vic")
    assert [one.title for one in world.sender.sent_to("vic")] == [UNNAMED]
    world.clock.advance(61)
    await write_to(world, "mal", "vic")
    assert len(world.sender.sent_to("vic")) == 2
