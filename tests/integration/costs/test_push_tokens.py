"""What it costs to register a device, and to pass a phone on, counted by the real store."""

from __future__ import annotations

from parley.store import SERVER_TIME
from parley.store.counting import Counts
from schema import paths
from tests.integration.costs.conftest import CountedWorld


async def registered(world: CountedWorld, uid: str) -> Counts:
    """Register the one phone; what the trigger's work cost."""
    device = {"token": "T", "kind": "fcmToken", "platform": "ios", "updatedAt": SERVER_TIME}
    await world.write({paths.push_tokens(uid): {"devices": {"install1": device}}})
    before = world.store.counts
    await world.app.claim_push_tokens.claim(uid)
    return world.store.counts - before


def as_numbers(spent: Counts) -> tuple[int, int, int]:
    return spent.reads, spent.writes, spent.deletes


async def test_registering_costs_two_reads_and_changing_hands_two_writes(
    world: CountedWorld,
) -> None:
    assert as_numbers(await registered(world, "ann")) == (4, 1, 0), "a new token"
    assert as_numbers(await registered(world, "ann")) == (2, 0, 0), "a later start"
    assert as_numbers(await registered(world, "bob")) == (6, 2, 0), "passed on"

    anns, owner = await world.store.get_many(
        [paths.push_tokens("ann"), paths.push_token_owner("T")]
    )
    assert anns is not None
    assert anns.fields["devices"] == {}
    assert owner is not None
    assert owner.fields == {"uid": "bob"}


async def test_a_message_to_a_shared_phone_costs_the_same(
    world: CountedWorld,
) -> None:
    chat_id = await world.direct_chat()
    for uid in ("ann", "bob"):
        await world.person(uid, "T")
    await world.fan_out(chat_id, "m0", "ann")

    spent = await world.fan_out(chat_id, "m1", "ann")

    assert as_numbers(spent) == (4, 3, 1)
