"""An ordinary message whose queue message is parked."""

from __future__ import annotations

from schema import paths
from schema.events import QueueName
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.campaigns_seen import parked
from tests.unit.parley.services.conftest import TwinWorld as World
from workers.handlers import HANDLERS


async def test_a_given_up_outbox_entry_stays_until_it_is_redriven(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    await world.post(chat_id, "m2", "ann")
    upkeep = world.app.upkeep()
    world.clock.advance(15)
    assert await upkeep.run_once() == 2
    permanent, exhausted = sorted(world.publisher.take(), key=lambda one: one.message_id)  # type: ignore[attr-defined]

    handler = HANDLERS[QueueName.MESSAGE_QUEUE](world.app)
    await handler.give_up(permanent, code=DeadLetterCode.PERMANENT, error="no")
    await handler.give_up(exhausted, code=DeadLetterCode.EXHAUSTED, error="not yet")
    world.clock.advance(25)
    assert await upkeep.run_once() == 1
    assert world.publisher.take() == [exhausted], "what failed too often may work by now"

    await world.handle(permanent)
    assert world.store.document(paths.message_queue(chat_id, "m1")) is None
    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1


async def test_giving_up_pushes_leaves_no_outbox_entry(
    world: World,
) -> None:
    chat_id = await world.direct_chat()
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(15)
    await world.app.upkeep().run_once()
    (payload,) = world.publisher.take()
    await world.handle(payload)
    before = world.store.paths()

    await parked(world, payload)

    assert world.store.paths() == before
