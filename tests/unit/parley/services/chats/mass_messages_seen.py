"""A service with mass messages, and what came of them."""

from __future__ import annotations

from typing import Any

from parley.store import SERVER_TIME
from schema import ids, paths
from schema.mass_messages import MassDelivery
from tests.unit.parley.services.conftest import TwinWorld
from tests.world import fire_triggers

JOB = "m1"
PATH = paths.mass_message(JOB)


async def write_job(world: TwinWorld, uids: list[str], **changed: Any) -> None:
    """Write the job as a dashboard does, and fire its trigger."""
    job = {
        "serviceId": "acme",
        "createdBy": "staff1",
        "createdAt": SERVER_TIME,
        "kind": "mass",
        "userIds": uids,
        "message": {"body": "We open at {{ nine }}"},
    } | changed
    await world.write({PATH: job})
    await fire_triggers(world.app, PATH, None, world.at(PATH))


async def retry_job(world: TwinWorld) -> None:
    """Set the state to RETRY as staff do, and fire the trigger."""
    before = world.at(PATH)
    after = before | {"delivery": before["delivery"] | {"state": "RETRY"}}
    await world.write({PATH: after})
    await fire_triggers(world.app, PATH, before, after)


def delivery(world: TwinWorld) -> MassDelivery:
    """The job's answer, as clients parse it."""
    return MassDelivery.parse(world.at(PATH)["delivery"])


def info(world: TwinWorld) -> dict[str, Any]:
    """The stored results."""
    found = world.at(PATH)["delivery"]["info"]
    assert isinstance(found, dict)
    return found


def message_path(uid: str) -> str:
    """Where a person's message stands."""
    return paths.message(ids.case_chat_id(uid, "acme"), ids.mass_message_id(JOB, uid))


def messages(world: TwinWorld, uids: list[str]) -> list[str]:
    """The people who have the message."""
    return [uid for uid in uids if world.store.document(message_path(uid)) is not None]


def counted(world: TwinWorld, uids: list[str]) -> list[int]:
    """The messages that each person's chat, and their row, count."""
    chats = [ids.case_chat_id(uid, "acme") for uid in uids]
    counts = [world.at(paths.chat(chat))["messageCount"] for chat in chats]
    rows = [
        world.at(paths.user_chat(uid, chat))["messageCount"]
        for uid, chat in zip(uids, chats, strict=True)
    ]
    assert counts == rows
    return counts


def pushed(world: TwinWorld) -> list[str]:
    """The people who were pushed to, in order, each time they were."""
    return [one.device.uid for one in world.sender.sent]
