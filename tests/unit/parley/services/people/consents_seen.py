"""A service that texts with a person, and what its ledger of consents says; for tests."""

from __future__ import annotations

from typing import Any

from parley.domain.access import UserCaller
from parley.domain.delivery.inbound_sms import InboundSms
from parley.domain.people_requests import UpdateConsent
from parley.store import SERVER_TIME
from schema import ids, paths
from schema.base import Purpose
from schema.consent_history import ConsentChange
from schema.messages import Message
from tests.unit.parley.services.conftest import TwinWorld
from tests.world import fire_triggers

CASE = ids.case_chat_id("ann", "acme")
DASHBOARD = ids.service_member("acme")
PHONE = "+12125550123"
SENDER = "+12025550199"


async def texting_world(world: TwinWorld, *, unknown: str | None = None) -> None:
    """The service ``acme`` with its sender, one agent, and a person who has a phone."""
    await world.service()
    sms = {"from": SENDER} | ({"unknownNumbers": unknown} if unknown else {})
    await world.write(
        {
            paths.service("acme"): {"name": "Acme", "kind": "dashboard", "sms": sms},
            paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"},
            paths.staff("acme", "viewer"): {"role": "viewer", "displayName": "Vi"},
        }
    )
    await person(world, "ann")


async def person(world: TwinWorld, uid: str, service_id: str = "acme", **changed: Any) -> None:
    """A person of a service, as an import or the mirror writes one."""
    record = {
        "uid": uid,
        "displayName": uid.title(),
        "phone": PHONE,
        "attributes": {},
        "tags": [],
        "consents": {},
        "createdAt": SERVER_TIME,
    }
    await world.write({paths.service_user(service_id, uid): record | changed})


def sms(body: str, sid: str = "SM1", **changed: Any) -> InboundSms:
    fields: dict[str, Any] = {"message_sid": sid, "from_": PHONE, "to": SENDER, "body": body}
    return InboundSms(**(fields | changed))


async def receive(world: TwinWorld, body: str, sid: str = "SM1", **changed: Any) -> None:
    await world.app.receive_sms.receive(sms(body, sid, **changed))


async def answer(
    world: TwinWorld,
    *,
    granted: bool,
    by: str = "ann",
    channel: str = "sms",
    purpose: Purpose = "marketing",
    service_id: str = "acme",
    user_id: str | None = None,
) -> str:
    request = UpdateConsent.model_validate(
        {
            "serviceId": service_id,
            "channel": channel,
            "purpose": purpose,
            "granted": granted,
            "userId": user_id,
        }
    )
    return await world.app.consents.update(caller=UserCaller(by), request=request)


def consent(
    world: TwinWorld,
    purpose: Purpose = "marketing",
    uid: str = "ann",
    channel: str = "sms",
    service_id: str = "acme",
) -> tuple[bool, str] | None:
    """The stored consent and its source, None if there is none."""
    stored = world.at(paths.service_user(service_id, uid))["consents"]
    entry = stored.get(channel, {}).get(purpose)
    return None if entry is None else (entry["granted"], entry["source"])


def history(world: TwinWorld, uid: str = "ann", service_id: str = "acme") -> list[ConsentChange]:
    prefix = f"{paths.consent_histories(service_id, uid)}/"
    found = [
        ConsentChange.parse(world.at(path))
        for path in world.store.paths()
        if path.startswith(prefix)
    ]
    return sorted(found, key=lambda one: (one.at, one.purpose))


def under(world: TwinWorld, prefix: str) -> list[str]:
    return sorted(path for path in world.store.paths() if path.startswith(f"{prefix}/"))


async def work(world: TwinWorld, repeats: int = 1) -> None:
    """Do what the trigger and the workers do about the outbox entries."""
    for path in under(world, paths.MESSAGE_QUEUE):
        await fire_triggers(world.app, path, None, world.at(path))
    await world.work(repeats)


def said(world: TwinWorld, chat_id: str = CASE) -> list[str | None]:
    """Return the texts of a chat, without system messages."""
    found = [Message.parse(world.at(path)) for path in under(world, paths.messages(chat_id))]
    return [message.body for message in found if message.event is None]
