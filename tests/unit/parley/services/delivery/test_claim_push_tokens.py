"""A phone is pushed to for the person who registered it last, and for nobody else."""

from __future__ import annotations

import pytest

from parley.errors import Conflict
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import limits, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.phones import Phones


@pytest.fixture
def phones(world: World) -> Phones:
    return Phones(world)


async def test_a_phone_belongs_to_its_last_registration(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    await phones.register("ann", "tablet", "A")
    await phones.deliver_all()

    await phones.register("bob", "install1", "T")
    await phones.deliver_all()

    assert phones.held("ann") == {"tablet": "A"}
    assert phones.held("bob") == {"install1": "T"}
    assert phones.owner("T") == "bob"


async def test_a_phone_follows_two_people_who_take_turns(phones: Phones) -> None:
    for uid in ("ann", "bob", "ann", "bob", "ann"):
        await phones.register(uid, "install1", "T")
        await phones.deliver_all()

        other = "bob" if uid == "ann" else "ann"
        assert (phones.held(uid), phones.held(other)) == ({"install1": "T"}, {})


async def test_a_late_event_undoes_nothing(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    (late,) = phones.events
    phones.events.clear()
    await phones.register("bob", "install1", "T")
    await phones.deliver_all()

    await phones.deliver(late)
    await phones.deliver(late)

    assert (phones.held("ann"), phones.held("bob")) == ({}, {"install1": "T"})


async def test_a_token_is_taken_only_from_other_people(
    phones: Phones,
) -> None:
    await phones.register("ann", "before-reinstalling", "T")
    await phones.register("ann", "after-it", "T")
    await phones.deliver_all()
    assert phones.held("ann") == {"before-reinstalling": "T", "after-it": "T"}

    await phones.register("bob", "install1", "T")
    await phones.deliver_all()
    assert (phones.held("ann"), phones.held("bob")) == ({}, {"install1": "T"})


async def test_the_earlier_holder_keeps_mutes_and_other_devices(phones: Phones) -> None:
    await phones.mute("ann", "ann:cat")
    for number in range(limits.DEVICES):
        await phones.register("ann", f"phone{number}", f"T{number}")
    await phones.deliver_all()

    for number in range(5):
        await phones.register("bob", f"phone{number}", f"T{number}")
    await phones.deliver_all()

    assert list(phones.held("ann")) == [f"phone{n}" for n in range(5, limits.DEVICES)]
    assert phones.world.at(paths.push_tokens("ann"))["muted"] == {"ann:cat": True}


async def test_a_given_up_token_has_no_owner_and_can_be_registered_again(
    phones: Phones,
) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.unregister("ann", "install1")
    await phones.deliver_all()
    assert phones.owner("T") is None

    await phones.register("bob", "install1", "T")
    await phones.deliver_all()
    assert phones.owner("T") == "bob"


async def test_a_renewed_token_leaves_no_owner_of_the_old_one(phones: Phones) -> None:
    await phones.register("ann", "install1", "old")
    await phones.deliver_all()
    await phones.register("ann", "install1", "new")
    await phones.deliver_all()

    assert (phones.owner("old"), phones.owner("new")) == (None, "ann")


async def test_a_token_of_the_last_user_returns_to_nobody(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.register("bob", "install1", "T")
    await phones.unregister("bob", "install1")

    await phones.deliver_all()

    assert phones.held("ann") == phones.held("bob") == {}
    assert phones.owner("T") is None


@pytest.mark.parametrize("fault", ["lost answer", "conflict"])
async def test_a_failed_claim_is_retried(phones: Phones, fault: str) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.register("bob", "install1", "T")
    phones.world.store.faults.append(
        lost_answer() if fault == "lost answer" else failing(Conflict("told to"))
    )

    await phones.deliver_all()

    assert (phones.held("ann"), phones.held("bob")) == ({}, {"install1": "T"})


async def test_a_registration_during_a_claim_wins(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.unregister("ann", "install1")
    await phones.register("bob", "install1", "T")
    bobs = phones.events.pop()
    is_back = False

    async def ann_is_back(call: StoreCall) -> None:
        nonlocal is_back
        passes_on = call.operation == "commit" and call.touches(paths.push_token_owner("T"))
        if passes_on and call.moment == "before" and not is_back:
            is_back = True
            await phones.register("ann", "install1", "T")
            await phones.deliver(phones.events.pop())

    phones.world.store.faults.append(ann_is_back)
    await phones.deliver(bobs)

    assert is_back
    assert (phones.held("ann"), phones.held("bob")) == ({"install1": "T"}, {})
    assert phones.owner("T") == "ann"


async def test_an_unreadable_document_blocks_nobody(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.world.write({paths.push_tokens("ann"): {"devices": {"install1": "T"}}})

    await phones.register("bob", "install1", "T")
    await phones.deliver_all()
    await phones.world.app.claim_push_tokens.claim("ann")

    assert phones.owner("T") == "bob"


async def test_a_mute_is_not_a_registration(phones: Phones) -> None:
    await phones.register("ann", "install1", "T")
    await phones.deliver_all()
    await phones.mute("ann", "ann:bob")

    before = phones.world.store.counts
    await phones.deliver_all()

    assert phones.world.store.counts == before


async def test_a_registration_costs_what_the_budget_allows(phones: Phones) -> None:
    async def spent(uid: str) -> tuple[int, int, int]:
        await phones.register(uid, "install1", "T")
        before = phones.world.store.counts
        await phones.deliver_all()
        counts = phones.world.store.counts - before
        return counts.reads, counts.writes, counts.deletes

    assert await spent("ann") == (4, 1, 0), "a new token: looked at, noted, looked at again"
    assert await spent("ann") == (2, 0, 0), "each later start of the app"
    assert await spent("bob") == (6, 2, 0), "passed on from one to the other"


async def test_registering_without_a_pause_is_followed_some_times_a_minute(
    phones: Phones,
) -> None:
    world = phones.world
    reads = world.store.counts.reads
    for number in range(3 * limits.TOKEN_CLAIMS_PER_MINUTE):
        await world.write(
            {
                paths.push_tokens("ann"): {
                    "devices": {
                        "install1": {
                            "token": f"T{number}",
                            "kind": "fcmToken",
                            "platform": "ios",
                            "updatedAt": world.clock.now(),
                        }
                    }
                }
            }
        )
        await world.app.paced_claims.claim("ann")
    followed = limits.TOKEN_CLAIMS_PER_MINUTE
    assert phones.owner(f"T{followed - 1}") == "ann"
    assert phones.owner(f"T{followed}") is None
    assert world.store.counts.reads - reads <= 4 * followed

    # Others are followed meanwhile, and so is the person once the minute is over.
    await phones.register("bob", "install1", "B")
    await phones.deliver_all()
    assert phones.owner("B") == "bob"
    world.clock.advance(65)
    await phones.register("ann", "install1", "last")
    await phones.deliver_all()
    assert phones.owner("last") == "ann"
