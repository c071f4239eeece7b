"""However many invite a person, the next one reaches them; and their phone rings seldom."""

from __future__ import annotations

from parley.store import SERVER_TIME
from schema import limits, paths
from schema.invitations import Invitations
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import group_of, push_all, pushes

DAY = 86_400
HOUR = 3_600


def held(world: World) -> Invitations:
    return Invitations.parse(world.at(paths.invitations("vic")))


def rows(world: World) -> int:
    return sum(path.startswith("userChats/vic/") for path in world.store.paths())


async def invite(world: World, *inviters: str) -> list[Group]:
    """Have each make a group with vic, one after another."""
    groups = []
    for inviter in inviters:
        world.clock.advance(1)
        groups.append(await group_of(world, inviter, "vic"))
    await push_all(world)
    return groups


async def test_whom_one_has_blocked_take_no_place_from_others(strangers: World) -> None:
    crowd = [f"mal{number}" for number in range(12)]
    await strangers.write(
        {paths.user_block("vic", uid): {"createdAt": SERVER_TIME} for uid in crowd}
    )
    for _ in range(12):
        await invite(strangers, *crowd)
    assert (rows(strangers), pushes(strangers, "vic")) == (0, [])

    (group,) = await invite(strangers, "ann")

    assert group.row("vic") is not None
    assert len(pushes(strangers, "vic")) == 1
    hidden = held(strangers).hidden.values()
    assert len(hidden) == limits.PENDING_INVITATIONS
    assert max(sum(one.by == uid for one in hidden) for uid in crowd) <= limits.PENDING_FROM_ONE


async def test_a_full_list_takes_a_newcomer_in_place_of_those_who_have_most(
    strangers: World,
) -> None:
    first = (await invite(strangers, "eve"))[0]
    crowd = [f"mal{number}" for number in range(9)]
    theirs = [
        group for _ in range(limits.PENDING_FROM_ONE) for group in await invite(strangers, *crowd)
    ]
    theirs += await invite(strangers, *["zed"] * 9)
    assert rows(strangers) == limits.PENDING_INVITATIONS

    (group,) = await invite(strangers, "ann")

    assert (group.row("vic") is not None, first.row("vic") is not None) == (True, True)
    assert theirs[0].row("vic") is None, "the oldest of one who has ten"
    assert rows(strangers) == len(held(strangers).pending) == limits.PENDING_INVITATIONS
    await group.accept("vic")
    assert group.role("vic") == "member"


async def test_of_a_list_in_which_each_has_one_the_oldest_gives_way(strangers: World) -> None:
    groups = await invite(
        strangers, *(f"mal{number}" for number in range(limits.PENDING_INVITATIONS))
    )

    (group,) = await invite(strangers, "ann")

    assert [one.row("vic") is None for one in groups[:2]] == [True, False]
    assert group.row("vic") is not None
    # It can be written anew, as for anybody.
    await groups[0].add("mal0", "vic")
    assert groups[0].row("vic") is not None


async def test_one_inviter_takes_their_own_oldest_place(strangers: World) -> None:
    (other,) = await invite(strangers, "ann")
    groups = await invite(strangers, *["mal"] * (limits.PENDING_FROM_ONE + 3))

    standing = [group.row("vic") is not None for group in groups]
    assert standing == [False] * 3 + [True] * limits.PENDING_FROM_ONE
    assert other.row("vic") is not None


async def test_an_invitation_of_long_ago_gives_way_and_may_be_renewed(strangers: World) -> None:
    (old,) = await invite(strangers, "mal")
    strangers.clock.advance(DAY * limits.INVITATION_DAYS + 1)

    await old.add("mal", "vic")
    await push_all(strangers)
    assert len(old.told("invited")) == len(pushes(strangers, "vic")) == 2
    strangers.clock.advance(DAY * limits.INVITATION_DAYS + 1)
    (group,) = await invite(strangers, "ann")

    assert (old.row("vic"), list(held(strangers).pending)) == (None, [group.id])


async def test_a_member_keeps_the_row_whose_note_gives_way(strangers: World) -> None:
    """A campaign adds people whom an invitation waits for, and leaves its note behind."""
    (group,) = await invite(strangers, "mal")
    row = strangers.at(paths.user_chat("vic", group.id))
    left = {name: value for name, value in row.items() if not name.startswith("invited")}
    await strangers.write({paths.user_chat("vic", group.id): left})

    await invite(strangers, *["mal"] * limits.PENDING_FROM_ONE)

    assert group.id not in held(strangers).pending
    assert group.row("vic") is not None


async def test_ten_unanswered_inviters_ring_and_then_one_in_six_hours(strangers: World) -> None:
    await invite(strangers, *(f"mal{number}" for number in range(20)))
    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS

    for number in range(4):
        strangers.clock.advance(HOUR * limits.RINGING_PAUSE_HOURS)
        await invite(strangers, f"ann{number}", f"bob{number}")

    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS + 4


async def test_who_was_answered_is_in_nobodys_way(strangers: World) -> None:
    groups = await invite(strangers, *(f"mal{number}" for number in range(10)))
    await groups[3].decline("vic")

    await invite(strangers, "ann", "bob")

    assert len(pushes(strangers, "vic")) == 11
    assert {"ann", "bob"}.intersection(held(strangers).rang) == {"ann"}
    await invite(strangers, "mal3")
    assert len(pushes(strangers, "vic")) == 11, "who was declined rings no second time"


async def test_rings_of_long_ago_are_forgotten(strangers: World) -> None:
    groups = await invite(strangers, *(f"mal{number}" for number in range(10)))
    await groups[0].decline("vic")
    strangers.clock.advance(DAY * limits.INVITER_DAYS + 1)

    await invite(strangers, "ann")

    assert len(pushes(strangers, "vic")) == limits.RINGING_INVITERS + 1
    assert (list(held(strangers).rang), held(strangers).declined) == (["ann"], {})


async def test_what_is_kept_of_one_person_is_bounded(strangers: World) -> None:
    for number in range(limits.RINGS_KEPT + 30):
        (group,) = await invite(strangers, f"mal{number}")
        await group.decline("vic")

    assert len(pushes(strangers, "vic")) == limits.RINGS_KEPT + 30, "all of them were answered"
    assert len(held(strangers).rang) <= limits.RINGS_KEPT
    assert len(held(strangers).declined) <= limits.RINGS_KEPT + 1
