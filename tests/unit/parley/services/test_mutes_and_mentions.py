from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group


@pytest.fixture
async def hikers(group: Group) -> Group:
    """Bob and cat have a device each; Ann writes."""
    for uid in ("bob", "cat"):
        await group.world.person(uid, uid)
    return group


async def prefer(world: World, **wishes: Any) -> None:
    """What Bob writes beside his devices."""
    held = world.at(paths.push_tokens("bob"))
    await world.write({paths.push_tokens("bob"): held | wishes})


async def pushed(group: Group, message_id: str, *mentions: str) -> list[str]:
    """Ann writes; who is told."""
    group.world.sender.sent.clear()
    await group.world.post(group.id, message_id, "ann")
    if mentions:
        path = paths.message(group.id, message_id)
        await group.world.write({path: group.world.at(path) | {"mentions": list(mentions)}})
    await group.world.app.fan_out_messages.fan_out(group.id, [message_id])
    return sorted(one.device.token for one in group.world.sender.sent)


async def test_a_muted_chat_is_not_pushed_until_unmuted(
    hikers: Group,
) -> None:
    await prefer(hikers.world, muted={hikers.id: True, "elsewhere": True})
    assert await pushed(hikers, "m1") == ["cat"]
    hikers.world.clock.advance(365 * 24 * 3600)
    assert await pushed(hikers, "m2") == ["cat"]

    await prefer(hikers.world, muted={"elsewhere": True})

    assert await pushed(hikers, "m3") == ["bob", "cat"]


async def test_a_timed_mute_ends_without_a_write(hikers: Group) -> None:
    until = hikers.world.clock.now() + timedelta(hours=8)
    await prefer(hikers.world, muted={hikers.id: until})
    held = hikers.world.at(paths.push_tokens("bob"))

    hikers.world.clock.advance(8 * 3600 - 1)
    assert await pushed(hikers, "m1") == ["cat"]
    hikers.world.clock.advance(1)
    assert await pushed(hikers, "m2") == ["bob", "cat"]

    assert hikers.world.at(paths.push_tokens("bob")) == held


async def test_a_muted_chat_counts_and_is_listed_like_any_other(hikers: Group) -> None:
    await prefer(hikers.world, muted={hikers.id: True})

    await pushed(hikers, "m1")

    row = hikers.row("bob")
    assert row is not None
    assert row.last_message is not None
    assert (row.message_count, row.last_message.id) == (1, "m1")


@pytest.mark.parametrize(
    ("wishes", "heard"),
    [
        ({}, True),
        ({"mentions": "always"}, True),
        ({"mentions": "unlessMuted"}, True),
        ({"muted": True}, True),
        ({"muted": True, "mentions": "always"}, True),
        ({"muted": True, "mentions": "unlessMuted"}, False),
    ],
    ids=str,
)
async def test_a_mention_is_pushed_in_a_muted_chat_unless_the_person_opts_out(
    hikers: Group, wishes: dict[str, Any], heard: bool
) -> None:
    if "muted" in wishes:
        wishes = wishes | {"muted": {hikers.id: True}}
    await prefer(hikers.world, **wishes)

    assert await pushed(hikers, "m1", "bob") == (["bob", "cat"] if heard else ["cat"])


async def test_mentions_of_others_are_not_pushed_in_a_muted_chat(hikers: Group) -> None:
    await prefer(hikers.world, muted={hikers.id: True})

    assert await pushed(hikers, "m1", "cat", "ann") == ["cat"]


async def test_a_repeated_mention_obeys_the_same_setting(hikers: Group) -> None:
    """A worker died before its pushes; another one begins with the fence gone."""
    await prefer(hikers.world, muted={hikers.id: True}, mentions="unlessMuted")
    await pushed(hikers, "m1", "bob")
    await hikers.world.app.fan_out_messages.fan_out(hikers.id, ["m1"])

    assert hikers.world.sender.sent_to("bob") == []
