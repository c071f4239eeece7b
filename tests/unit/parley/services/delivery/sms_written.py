"""A service with SMS jobs, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parley.store import SERVER_TIME
from schema import paths
from schema.sms import SmsDelivery
from tests.unit.parley.services.conftest import TwinWorld
from tests.world import fire_triggers

JOB = "j1"
PATH = paths.non_chat_sms(JOB)
ANN, ANNS_PHONE = "ann", "+12025550123"
NOBODYS_PHONE = "+13105550199"


async def service(world: TwinWorld, **sms: Any) -> None:
    """A service with an agent, and these settings for SMS; none of them leaves out ``sms``."""
    settings = {"sms": sms} if sms else {}
    await world.write(
        {
            paths.service("acme"): {"name": "Acme", "kind": "dashboard", **settings},
            paths.staff("acme", "agent1"): {"role": "agent", "displayName": "Sam"},
        }
    )


async def person(world: TwinWorld, uid: str = ANN, phone: Any = ANNS_PHONE, **fields: Any) -> None:
    """Somebody whom the service knows; ``phone`` is left out if it is None."""
    record = {
        "uid": uid,
        "displayName": uid.title(),
        "attributes": {},
        "tags": [],
        "consents": {},
        "createdAt": SERVER_TIME,
    }
    if phone is not None:
        record["phone"] = phone
    await world.write({paths.service_user("acme", uid): record | fields})


def job_fields(world: TwinWorld, **changed: Any) -> dict[str, Any]:
    """A job as a dashboard writes it; None leaves a field out."""
    job: dict[str, Any] = {
        "serviceId": "acme",
        "createdBy": "agent1",
        "createdAt": world.clock.now(),
        "to": {"userId": ANN},
        "body": "Your code is 1234",
        "purpose": "transactional",
    } | changed
    return {name: value for name, value in job.items() if value is not None}


async def write_sms(world: TwinWorld, path: str = PATH, **changed: Any) -> None:
    """Write a job as a dashboard does, and fire its trigger."""
    await world.write({path: job_fields(world, **changed)})
    await fire_triggers(world.app, path, None, world.at(path))


async def send_sms(world: TwinWorld, path: str = PATH, **changed: Any) -> SmsDelivery:
    """Write a job, do what the workers do now, and return the answer."""
    await write_sms(world, path, **changed)
    await work(world)
    return delivery(world, path)


async def work(world: TwinWorld) -> None:
    """Handle what was published, once."""
    for payload in world.publisher.take():
        await world.handle(payload)


async def press_retry(world: TwinWorld, path: str = PATH) -> None:
    """Set the state to RETRY as staff do, and fire the trigger."""
    before = world.at(path)
    after = before | {"delivery": before["delivery"] | {"state": "RETRY"}}
    await world.write({path: after})
    await fire_triggers(world.app, path, before, after)
    await work(world)


async def pass_time(world: TwinWorld, seconds: float) -> None:
    """Let time pass, second by second, with what falls due in memory."""
    for _ in range(int(seconds)):
        world.clock.advance(1)
        await world.app.due_jobs.publish_due()
        await work(world)


def delivery(world: TwinWorld, path: str = PATH) -> SmsDelivery:
    """The job's answer, as clients parse it."""
    return SmsDelivery.parse(world.at(path)["delivery"])


def error(world: TwinWorld, path: str = PATH) -> str:
    """The answer's error; the job must have failed."""
    found = delivery(world, path)
    assert found.state == "ERROR", found
    assert found.error is not None
    return found.error


def counted(world: TwinWorld, uid: str = ANN) -> int:
    """How many SMS the person's record counts."""
    sent = world.at(paths.service_user("acme", uid)).get("smsSent") or {"count": 0}
    assert isinstance(sent["count"], int)
    return sent["count"]


def sent_at(world: TwinWorld) -> list[datetime]:
    """When the provider got each SMS that it took, in order."""
    return [one.attempt.started_at for one in world.sms.sent]
