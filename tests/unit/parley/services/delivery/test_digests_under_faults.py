from __future__ import annotations

import pytest

from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall, lost_answer
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.unread import CASE, NOTE, WAIT, Digests


@pytest.fixture
async def digests(world: TwinWorld) -> Digests:
    opened = Digests(world)
    await opened.open()
    return opened


async def test_a_lost_answer_queues_one_email(digests: Digests) -> None:
    await digests.answer()
    digests.world.store.faults.append(lost_answer())
    await digests.look(WAIT)
    assert len(digests.jobs()) == 1


async def test_another_process_notes_nobody_twice(digests: Digests) -> None:
    await digests.answer()
    noted = digests.note()
    digests.world.app = digests.world.new_process()
    await digests.world.app.service_names.refresh()
    digests.world.clock.advance(60)
    cost = await digests.answer()
    assert digests.note() == noted
    assert cost.of("writes", "digestQueue") == 0


async def test_a_service_without_digests_pays_nothing(world: TwinWorld) -> None:
    plain = Digests(world)
    await plain.open(digestAfterMinutes=None)
    await plain.answer()
    cost = await plain.answer()
    assert cost.of("reads", "digestQueue") == cost.of("writes", "digestQueue") == 0
    assert cost.of("reads", "services/users") == 0


async def test_what_digests_cost(digests: Digests) -> None:
    first, second = await digests.answer(), await digests.answer()
    assert first.of("reads", "digestQueue") == first.of("reads", "services/users") == 1
    assert first.of("writes", "digestQueue") == 1
    assert second.of("reads", "digestQueue") == second.of("reads", "services/users") == 0
    assert second.of("writes", "digestQueue") == 0
    idle = await digests.look(WAIT - 1)
    assert (idle.reads, idle.writes, idle.deletes) == (1, 0, 0)
    told = await digests.look(1)
    assert (told.reads, told.writes, told.deletes) == (9, 2, 0), "one of them looks who is due"


async def test_what_it_costs_that_a_person_reads_in_time(digests: Digests) -> None:
    await digests.answer()
    digests.world.clock.advance(60)
    await digests.read()
    read = await digests.look(WAIT)
    assert (read.reads, read.writes, read.deletes) == (9, 0, 1), "one of them looks who is due"


async def test_a_mass_message_is_told_of(digests: Digests) -> None:
    await digests.world.write(
        {
            paths.mass_message("mass1"): {
                "serviceId": "acme",
                "createdBy": "sam",
                "createdAt": SERVER_TIME,
                "kind": "mass",
                "userIds": ["ann"],
                "message": {"body": "Closed on Monday"},
            }
        }
    )
    await digests.world.app.post_mass_messages.post("mass1")
    await digests.look(WAIT)
    assert len(digests.jobs()) == 1


async def test_a_broken_note_holds_up_nobody(digests: Digests) -> None:
    await digests.answer()
    broken = paths.digest("bob", "acme")
    await digests.world.write({broken: {"dueAt": digests.world.clock.now()}})
    await digests.look(WAIT)
    assert len(digests.jobs()) == 1
    assert digests.world.store.document(broken) is None


async def test_a_message_that_comes_while_a_note_is_deleted_is_noted(digests: Digests) -> None:
    await digests.answer()
    digests.world.clock.advance(60)
    await digests.read()
    digests.world.clock.advance(WAIT * 60)
    other = digests.world.new_process()
    await other.service_names.refresh()
    posted = digests.world.clock.now()

    async def write(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "before" and call.touches(NOTE):
            digests.world.store.faults.remove(write)
            await digests.world.post(CASE, "late", "service:acme")
            await other.fan_out_messages.fan_out(CASE, ["late"])

    digests.world.store.faults.append(write)
    await digests.look()
    note = digests.note()
    assert note is not None
    assert note["since"] == posted
    await digests.look(WAIT)
    assert len(digests.jobs()) == 1
