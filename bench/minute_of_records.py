"""A minute of what clients write about themselves: their name, their devices, whom they block."""

from __future__ import annotations

from typing import Final

from bench.minute_world import ATTACKER, COMMITS_PER_SECOND, UNPACED, Minute, SmallWorld
from parley.store import SERVER_TIME, Update
from schema import limits, paths
from schema.patches import patch

_SERVICES: Final = 30
_BLOCKS_A_SECOND: Final = 340
"""Blocks in commits of 500, as fast as the emulator takes them."""
_BLOCKS_SWEPT: Final = 500
_NOTICED_SECONDS: Final = 5
"""How long triggers and the hold take at most, as tests/e2e/test_holds.py sees it."""
_REGISTERED: Final = 2 * limits.TOKEN_CLAIMS_PER_MINUTE
"""Registrations that are played; the others of a minute cost their own write alone."""


async def played_records() -> list[Minute]:
    """Return a minute of each record that a client may write again and again."""
    return [await _names(), await _devices(), await _blocks()]


async def _blocks() -> Minute:
    """Write blocks in commits of 500, until they are held; then try on.

    The events of all that came through are handled, and the sweep follows a pass of the others.
    """
    world = SmallWorld()
    uid = ATTACKER.uid
    written = _BLOCKS_A_SECOND * _NOTICED_SECONDS
    others = [f"u{number:04d}" for number in range(written)]
    for first in range(0, written, 400):
        some = others[first : first + 400]
        await world.write(
            {paths.user_block(uid, each): {"createdAt": SERVER_TIME} for each in some}
        )

    async def follow() -> None:
        for each in others:
            await world.app.follow_blocks.follow(uid, each)
        await world.app.follow_blocks.follow_all((uid, each) for each in others[-_BLOCKS_SWEPT:])

    counts = await world.counted(follow())
    refused = (60 - _NOTICED_SECONDS) * COMMITS_PER_SECOND
    return Minute(
        "own blocks, 500 a commit",
        times=written + refused,
        writes=written + counts.writes,
        reads=counts.reads + refused + written // 500,
        held_by=f"held for a minute above {limits.BLOCKS_FOLLOWED_A_MINUTE} a minute",
    )


async def _names() -> Minute:
    """Change one's name without a pause, as somebody who is in 30 services beside the default."""
    world = SmallWorld()
    uid = ATTACKER.uid
    services = ["default", *(f"service{number}" for number in range(_SERVICES))]
    record = {"uid": uid, "displayName": "Mal", "attributes": {}, "tags": [], "consents": {}}
    user = {"displayName": "Mal", "createdAt": SERVER_TIME, "serviceIds": services}
    await world.write({paths.user(uid): user})
    for service_id in services:
        known = record | {"createdAt": SERVER_TIME}
        await world.write({paths.service_user(service_id, uid): known})

    async def change(name: str) -> None:
        named = patch(display_name=name)
        await world.store.commit([Update(paths.user(uid), named)])
        await world.app.mirror_user.mirror(uid)

    carried = await world.counted(change("Mal 1"))
    noted = await world.counted(change("Mal 2"))
    too_soon = await world.counted(change("Mal 3"))
    rounds = 60 // limits.MIRROR_SECONDS
    rest = UNPACED - 2 * rounds
    kinds = ((carried, rounds), (noted, rounds), (too_soon, rest))
    return Minute(
        f"name changes, in {_SERVICES + 1} services",
        times=UNPACED,
        writes=sum(count.writes * times for count, times in kinds),
        reads=sum(count.reads * times for count, times in kinds),
        held_by=f"carried into services once in {limits.MIRROR_SECONDS} s",
    )


async def _devices() -> Minute:
    """Register a device under a new token without a pause."""
    world = SmallWorld()
    uid = ATTACKER.uid

    async def register(token: str) -> None:
        device = {
            "token": token,
            "kind": "fcmToken",
            "platform": "ios",
            "updatedAt": SERVER_TIME,
        }
        await world.write({paths.push_tokens(uid): {"devices": {"d": device}}})
        await world.app.paced_claims.claim(uid)

    async def play() -> None:
        for number in range(_REGISTERED):
            await register(f"token {number}")

    counts = await world.counted(play())
    most = limits.TOKEN_CLAIMS_PER_MINUTE
    return Minute(
        "a device under a new token each time",
        times=UNPACED,
        writes=counts.writes + counts.deletes + UNPACED - _REGISTERED,
        reads=counts.reads,
        held_by=f"followed {most} times a minute",
    )
