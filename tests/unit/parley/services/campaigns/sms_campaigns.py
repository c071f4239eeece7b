"""What tests of campaigns by SMS do and look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.store import SERVER_TIME
from schema import ids, paths
from tests.unit.parley.services.campaigns_seen import recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld


def phone(number: int) -> str:
    """A valid number in the United States."""
    return f"+1202555{number:04d}"


async def people(world: TwinWorld, *records: dict[str, Any], **service: Any) -> None:
    """A service with people ``p0``, ``p1``..., each with these fields and with consent to SMS.

    ``phone`` None leaves it out. Nobody has a device but those with ``device``.
    """
    await world.service()
    documents: dict[str, dict[str, Any]] = {
        paths.service("acme"): {"name": "Acme", "kind": "dashboard", **service}
    }
    for number, record in enumerate(records):
        uid = f"p{number}"
        granted = {"granted": True, "at": SERVER_TIME, "source": "app"}
        fields: dict[str, Any] = {
            "uid": uid,
            "displayName": f"Person {number}",
            "phone": phone(number),
            "attributes": {},
            "tags": [],
            "consents": {"sms": {"marketing": granted}},
            "createdAt": SERVER_TIME,
        } | record
        if fields.pop("device", False):
            await world.person(uid, f"token-{uid}")
        documents[paths.service_user("acme", uid)] = {
            name: value for name, value in fields.items() if value is not None
        }
    await world.write(documents)


async def send(world: TwinWorld, *channels: str, **job: Any) -> None:
    """Write a one-way campaign by these channels, and do all that workers do now."""
    wanted: dict[str, Any] = {"kind": "oneWay", "channels": list(channels or ("sms",))}
    await world.campaign(**(wanted | job))
    await world.app.run_campaigns.run("c1")
    await world.work()
    world.publisher.take()


async def later(world: TwinWorld, seconds: float, step: float = 1) -> None:
    """Let time pass with living workers."""
    left = seconds
    while left > 0:
        world.clock.advance(min(step, left))
        left -= step
        await world.app.due_batches.publish_due()
        await world.app.due_jobs.publish_due()
        await world.wake_campaigns()
        await world.work()
        world.publisher.take()


async def report(world: TwinWorld, uid: str, status: str, code: str | None = None) -> None:
    """What the provider reports of the person's last SMS."""
    path = paths.campaign_sms("c1", uid)
    attempt = world.at(path)["delivery"]["attempts"]
    sid = world.at(path)["delivery"]["info"]["messageSid"]
    info = {"messageSid": sid, "status": status}
    answer = Accepted(info) if code is None else Refused(code, "it failed", info)
    await world.app.sms_jobs.settle(ids.campaign_sms_job_id("c1", uid), answer, attempt)


def states(world: TwinWorld) -> dict[str, str]:
    """Each person's state, with the reason and the channel."""
    return {
        uid: " ".join(
            str(entry[name]) for name in ("state", "reason", "channel") if entry.get(name)
        )
        for uid, entry in recipients_of(world).items()
    }


def told(world: TwinWorld) -> dict[str, int]:
    """The counts of the campaign that are not 0."""
    return {state: count for state, count in status_of(world).counts.fields().items() if count}


def sent_to(world: TwinWorld) -> list[str]:
    """The numbers that got an SMS, in order: what the world saw."""
    return [one.request.to for one in world.sms.sent]


MINUTE = timedelta(minutes=1).total_seconds()
