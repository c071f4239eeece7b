"""Mass messages that cannot run, or are given up: the answer names the field and the way out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schema import paths
from tests.unit.parley.services.chats.mass_messages_seen import (
    JOB,
    PATH,
    delivery,
    messages,
    pushed,
    retry_job,
    write_job,
)
from tests.unit.parley.services.conftest import TwinWorld


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"userIds": ["a:b"]}, "invalidJob: userIds[0] must be a user id"),
        ({"userIds": ["a"] * 501}, "invalidJob: userIds must have at most 500 entries and has 501"),
        ({"userIds": "a"}, "invalidJob: userIds must be a list and is 'a'"),
        (
            {"message": {"body": "x" * 10_001}},
            "invalidJob: message.body must be 1 to 10000 characters long and is 10001",
        ),
        ({"message": {"body": " "}}, "invalidJob: message.body must have a visible character"),
        ({"message": {}}, "invalidJob: message.body is missing"),
        ({"message": {"body": "Hi", "title": "x"}}, "invalidJob: message.title is not a field"),
        ({"kind": "other"}, "invalidJob: kind should be 'mass' and is 'other'"),
        ({"serviceId": 7}, "invalidJob: serviceId must be a text and is 7"),
        ({"createdAt": "now"}, "invalidJob: createdAt must be a timestamp and is 'now'"),
        ({"purpose": "marketing"}, "invalidJob: purpose is not a field that may stand here"),
        ({"serviceId": "nowhere"}, "serviceNotFound: serviceId: there is no service 'nowhere'"),
        (
            {"createdBy": "somebody"},
            "notAllowed: createdBy: only an owner, admin or agent of 'acme' sends mass messages, "
            "and 'somebody' is not on its staff",
        ),
        ({"createdBy": "viewer1"}, "notAllowed: createdBy: only an owner, admin or agent"),
        ({"delivery": {"state": "odd"}}, "invalidJob: delivery cannot be read"),
        ({"delivery": "done"}, "invalidJob: delivery cannot be read"),
    ],
)
async def test_a_job_that_cannot_run_ends_with_a_reason(
    changed: dict[str, Any], error: str, world: TwinWorld
) -> None:
    uids = await world.service(people=1)
    await world.write({paths.staff("acme", "viewer1"): {"role": "viewer", "displayName": "V"}})
    await write_job(world, uids, **changed)
    await world.work(repeats=2)

    answer = delivery(world)
    assert (answer.state, answer.attempts) == ("ERROR", 0)
    assert answer.error is not None
    assert answer.error.startswith(error)
    assert messages(world, uids) == []
    assert pushed(world) == []


async def test_a_dead_letter_ends_the_job(world: TwinWorld) -> None:
    uids = await world.service(people=1)
    await write_job(world, uids)
    await world.app.post_mass_messages.give_up(JOB, "it failed 20 times")
    await world.app.post_mass_messages.give_up(JOB, "once more")

    assert delivery(world).error == (
        "givenUp: it failed 20 times; set delivery.state to RETRY to send to the people who have "
        "no message"
    )
    await retry_job(world)
    await world.work()
    assert delivery(world).state == "SUCCESS"
    await world.app.post_mass_messages.give_up(JOB, "too late")
    assert delivery(world).state == "SUCCESS"


async def test_attempts_that_never_end_a_job_are_given_up(world: TwinWorld) -> None:
    uids = await world.service(people=1)
    await write_job(world, uids)
    now = world.clock.now()
    stuck = {
        "state": "PROCESSING",
        "attempts": 150,
        "startTime": now - timedelta(hours=2),
        "leaseExpireTime": now,
    }
    await world.write({PATH: world.at(PATH) | {"delivery": stuck}})
    await world.work()
    assert delivery(world).state == "ERROR"
    assert str(delivery(world).error).startswith("givenUp: 150 attempts since")
