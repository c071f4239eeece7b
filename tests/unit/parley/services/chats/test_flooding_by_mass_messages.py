"""Many mass messages to one person ring as little as many messages of anybody else."""

from __future__ import annotations

from typing import Any

from parley.store import SERVER_TIME
from schema import ids, limits, paths
from schema.mass_messages import MassDelivery
from tests.unit.parley.services.conftest import TwinWorld
from tests.world import fire_triggers


async def write_to(world: TwinWorld, job_id: str, *uids: str) -> None:
    path = paths.mass_message(job_id)
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "kind": "mass",
        "userIds": list(uids),
        "message": {"body": f"Do not miss {job_id}"},
    }
    await world.write({path: job})
    await fire_triggers(world.app, path, None, world.at(path))
    await world.work()


def rung(world: TwinWorld, uid: str) -> list[dict[str, Any]]:
    return [dict(one.data) for one in world.sender.sent_to(f"token-{uid}")]


async def test_the_fourth_mass_message_in_ten_seconds_waits_for_one_summary(
    world: TwinWorld,
) -> None:
    await world.service(people=2)
    for number in range(12):
        await write_to(world, f"m{number}", "p0000")
    await write_to(world, "other", "p0001")

    assert len(rung(world, "p0000")) == limits.PUSHES_IN_A_WINDOW
    assert len(rung(world, "p0001")) == 1, "of somebody else there was one"
    world.clock.advance(limits.PUSH_WINDOW_SECONDS)
    await world.app.summaries.send_due()

    *_, summary = rung(world, "p0000")
    assert (len(rung(world, "p0000")), summary["type"], summary["count"]) == (4, "messages", "9")
    chat_id = ids.case_chat_id("p0000", "acme")
    messages = f"{paths.messages(chat_id)}/"
    assert sum(path.startswith(messages) for path in world.store.paths()) == 12
    for number in range(12):
        answer = MassDelivery.parse(world.at(paths.mass_message(f"m{number}"))["delivery"])
        assert answer.state == "SUCCESS"
