"""A person in a service whose emails tell of unread messages."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from parley.domain.access import UserCaller
from parley.store import SERVER_TIME
from parley.store.counting import Counts
from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld

AGREED = {"email": {"transactional": {"granted": True, "at": SERVER_TIME, "source": "app"}}}
WAIT = 60
NOTE = paths.digest("ann", "acme")
CASE = ids.case_chat_id("ann", "acme")


@dataclasses.dataclass
class Digests:
    """Ann's case at a service that tells of unread messages after an hour."""

    world: TwinWorld
    posted: int = 0

    async def open(self, **email: Any) -> None:
        settings = {"senders": ["hello@acme.example"], "digestAfterMinutes": WAIT, **email}
        await self.world.write(
            {
                paths.service("acme"): {"name": "Acme", "kind": "dashboard", "email": settings},
                paths.staff("acme", "sam"): {"role": "agent", "displayName": "Sam"},
            }
        )
        await self.person("ann", consents=AGREED)
        await self.world.app.service_names.refresh()
        await self.world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")

    async def person(self, uid: str, **fields: Any) -> None:
        record = {
            "uid": uid,
            "displayName": uid.title(),
            "email": f"{uid}@a.example",
            "consents": {},
            "createdAt": SERVER_TIME,
            **fields,
        }
        await self.world.write({paths.service_user("acme", uid): record})

    async def answer(self, chat_id: str = CASE, sender: str = "service:acme") -> Counts:
        """Post a message and fan it out; return what the fan-out cost."""
        self.posted += 1
        message_id = f"m{self.posted}"
        await self.world.post(chat_id, message_id, sender)
        before = self.world.store.counts
        await self.world.app.fan_out_messages.fan_out(chat_id, [message_id])
        return self.world.store.counts - before

    async def read(self, chat_id: str = CASE, uid: str = "ann") -> None:
        """Show everything in a chat to a person."""
        now = self.world.clock.now()
        row = self.world.at(paths.user_chat(uid, chat_id))
        await self.world.write(
            {
                paths.read_receipt(chat_id, uid): {"readTo": now, "readAt": now},
                paths.user_chat(uid, chat_id): row | {"readCount": row["messageCount"]},
            }
        )

    async def look(self, minutes: float = 0) -> Counts:
        """Let time pass and make one pass of upkeep's task; return what it cost."""
        self.world.clock.advance(minutes * 60)
        before = self.world.store.counts
        await send_due(self.world, self.world.clock.now())
        return self.world.store.counts - before

    def note(self) -> dict[str, Any] | None:
        return self.world.store.document(NOTE)

    def jobs(self) -> list[dict[str, Any]]:
        prefix = paths.email_notification("")
        return [self.world.at(path) for path in self.world.store.paths() if path.startswith(prefix)]


async def send_due(world: TwinWorld, now: datetime) -> int:
    (task,) = (task for task in world.app.upkeep().tasks if task.name == "digests")
    return await task.run(now)


async def group(digests: Digests, *members: str, title: str = "Hikers") -> str:
    """A group of Ann, Bob and others in the service."""
    uids = ["ann", "bob", *members]
    group = {
        "serviceId": "acme",
        "kind": "group",
        "createdBy": "bob",
        "createdAt": SERVER_TIME,
        "title": title,
        "memberIds": uids,
        "memberCount": len(uids),
    }
    chat_id = f"g{'-'.join(members).replace(':', '-')}"
    documents = {paths.chat(chat_id): group}
    for uid in uids:
        member = {"role": "member", "joinedAt": SERVER_TIME}
        documents[paths.chat_member(chat_id, uid)] = member
    await digests.world.write(documents)
    return chat_id
