"""Posts that come fast, and what stands of a mute in the tree."""

from __future__ import annotations

from datetime import datetime

from schema import paths
from schema.memberships import Member
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


def muted_until(world: World, chat_id: str, uid: str) -> datetime | None:
    return Member.parse(world.at(paths.chat_member(chat_id, uid))).muted_until


def lines(world: World, chat_id: str) -> list[tuple[str | None, str | None]]:
    """Of whom and until when, of every line that tells of a mute."""
    return [(target, value) for _, target, value in Group(world, chat_id).told("muted")]


async def posts(
    world: World, chat_id: str, sender: str, count: int, *, apart: float = 0.0, of: str = "m"
) -> list[str]:
    names = [f"{of}{number:03d}" for number in range(count)]
    for number, name in enumerate(names):
        if number:
            world.clock.advance(apart)
        await world.post(chat_id, name, sender)
    return names


async def by_one_each(world: World, chat_id: str, names: list[str]) -> None:
    """As by workers that share the posts of the chat."""
    processes = [world.new_process(), world.new_process()]
    for number, name in enumerate(names):
        await processes[number % 2].fan_out_messages.fan_out(chat_id, [name])
