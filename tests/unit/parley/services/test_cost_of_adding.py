"""What adding, inviting and answering cost, counted by the store; ban and budget come on top."""

from __future__ import annotations

import pytest

from parley.domain.access import UserCaller
from parley.domain.reading import ListMessages
from parley.store.counting import Counts
from schema import limits
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group
from tests.unit.parley.services.strangers import bring_strangers, mals_group, talk


@pytest.fixture
async def group(world: World) -> Group:
    """Mal's group of himself; flo has talked with him, and vic is a stranger."""
    await bring_strangers(world)
    await talk(world, "mal", "flo")
    return await mals_group(world)


async def cost_of_adding(group: Group, uid: str) -> Counts:
    before = group.world.store.counts
    await group.add("mal", uid)
    return group.world.store.counts - before


async def test_a_contact_costs_two_reads_more_than_a_blind_addition_and_no_write(
    group: Group,
) -> None:
    spent = await cost_of_adding(group, "flo")

    # A blind one reads the chat, as whom one acts (three documents), and whether they are there.
    assert spent.reads == 5 + 2, spent.by_collection
    # Chat, message and its outbox entry, audit, member, and a row for each of the two.
    assert (spent.writes, spent.deletes) == (7, 0)
    again = await cost_of_adding(group, "flo")
    assert (again.reads, again.writes) == (2, 0), "a repeat finds them in the chat"


async def test_a_contact_who_never_answered_costs_a_write_more_once_in_a_while(
    group: Group,
) -> None:
    await group.world.direct_chat("mal", "vic")
    spent = await cost_of_adding(group, "vic")

    assert (spent.reads, spent.writes) == (5 + 2, 7 + 1), spent.by_collection
    other = await mals_group(group.world)
    spent = await cost_of_adding(other, "vic")
    # Neither the note nor what would push.
    assert (spent.reads, spent.writes) == (5 + 2, 6), spent.by_collection


async def test_a_stranger_whom_somebody_lets_add_them_costs_as_one_who_is_invited(
    group: Group,
) -> None:
    await group.world.people("vic", adds="everyone")
    spent = await cost_of_adding(group, "vic")

    assert (spent.reads, spent.writes) == (5 + 3, 7 + 1), spent.by_collection


async def test_an_invitation_that_takes_a_place_costs_a_read_and_a_deletion_more(
    group: Group,
) -> None:
    for _ in range(limits.PENDING_FROM_ONE):
        await mals_group(group.world, "vic")

    spent = await cost_of_adding(group, "vic")

    assert spent.reads == 5 + 3 + 1, spent.by_collection
    # No push of one who has rung.
    assert (spent.writes, spent.deletes) == (6, 1)


async def test_an_invited_reader_costs_two_documents_more_than_staff(group: Group) -> None:
    await group.add("mal", "vic")
    before = group.world.store.counts
    request = ListMessages(chat_id=group.id)
    await group.world.app.read_chats.messages(caller=UserCaller("vic"), request=request)
    spent = group.world.store.counts - before

    # Chat and member; staff and dashboard; the row; the inviter's member and past.
    assert spent.reads - spent.of("reads", "chatMessages/messages") == 7


async def test_an_invitation_costs_no_write_more_than_a_member(group: Group) -> None:
    spent = await cost_of_adding(group, "vic")

    assert spent.reads == 5 + 3, spent.by_collection
    assert (spent.writes, spent.deletes) == (7, 0)


async def test_a_group_that_lost_somebody_costs_a_read_more(group: Group) -> None:
    await group.add("mal", "flo")
    await group.leave("flo")
    await group.world.direct_chat("mal", "vic")

    spent = await cost_of_adding(group, "vic")

    assert spent.of("reads", "chats/past") == 1
    assert spent.reads == 5 + 3


async def test_answers_cost_few_documents(group: Group) -> None:
    await group.add("mal", "vic", "ned")
    before = group.world.store.counts
    await group.accept("vic")
    accepted = group.world.store.counts - before
    await group.decline("ned")
    declined = group.world.store.counts - before

    # The chat; one's row, member and past; the inviter's member and past.
    assert accepted.reads == 6
    # Chat, message, audit, member, row, what waits, and the row of the other member.
    assert (accepted.writes, accepted.deletes) == (7, 0)
    assert declined.reads - accepted.reads == 2
    assert (declined.writes - accepted.writes, declined.deletes) == (4, 1)
