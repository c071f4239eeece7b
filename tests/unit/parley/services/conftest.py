"""The whole app on in-memory twins, and a small world to act in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest

from parley.bootstrap import App, wire
from parley.domain.ports import SERVER_TIME, Set
from parley.settings import Settings
from parley.testing.clock import FixedClock, SequentialIds
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_store import InMemoryStore
from schema import ids, paths


@dataclass
class World:
    """The app, its twins, and what clients and importers would have written."""

    app: App
    clock: FixedClock
    store: InMemoryStore
    publisher: InMemoryPublisher
    sender: RecordingPushSender

    async def write(self, documents: dict[str, dict[str, Any]]) -> None:
        """Put documents there as somebody else would have."""
        await self.store.commit([Set(path, fields) for path, fields in documents.items()])

    def at(self, path: str) -> dict[str, Any]:
        """A document that must be there."""
        fields = self.store.document(path)
        assert fields is not None, f"{path} is not there; there are {self.store.paths()}"
        return fields

    async def person(self, uid: str, *tokens: str) -> None:
        """Somebody with a profile and a device for each token."""
        await self.write(
            {
                paths.profile(uid): {"displayName": uid.title()},
                paths.push_tokens(uid): {
                    "devices": {
                        f"device-{token}": {
                            "token": token,
                            "kind": "fcmToken",
                            "platform": "ios",
                            "updatedAt": SERVER_TIME,
                        }
                        for token in tokens
                    }
                },
            }
        )

    async def post(self, chat_id: str, message_id: str, sender_id: str, body: str = "hi") -> None:
        """What a client's batch writes."""
        await self.write(
            {
                paths.message(chat_id, message_id): {
                    "senderId": sender_id,
                    "body": body,
                    "createdAt": SERVER_TIME,
                },
                paths.message_queue(chat_id, message_id): {
                    "chatId": chat_id,
                    "messageId": message_id,
                    "senderId": sender_id,
                    "createdAt": SERVER_TIME,
                    "shard": 3,
                },
            }
        )

    async def direct_chat(self, uid: str = "ann", other_uid: str = "bob") -> str:
        """A direct chat as a client creates it."""
        chat_id = ids.direct_chat_id(uid, other_uid)
        await self.write(
            {
                paths.chat(chat_id): {
                    "serviceId": "default",
                    "kind": "direct",
                    "createdBy": uid,
                    "createdAt": SERVER_TIME,
                },
                paths.chat_member(chat_id, uid): {"role": "member", "joinedAt": SERVER_TIME},
                paths.chat_member(chat_id, other_uid): {"role": "member", "joinedAt": SERVER_TIME},
            }
        )
        return chat_id

    async def service(self, service_id: str = "acme", people: int = 0) -> list[str]:
        """A service with people who each have a device; their uids."""
        uids = [f"p{number:04d}" for number in range(people)]
        documents: dict[str, dict[str, Any]] = {
            paths.service(service_id): {"name": "Acme", "kind": "dashboard"}
        }
        for number, uid in enumerate(uids):
            documents[paths.service_user(service_id, uid)] = {
                "uid": uid,
                "displayName": f"Person {number}",
                "attributes": {"plan": "pro" if number % 2 else "free"},
                "tags": [],
                "consents": {},
                "createdAt": SERVER_TIME,
            }
            documents[paths.push_tokens(uid)] = {
                "devices": {
                    "phone": {
                        "token": f"token-{uid}",
                        "kind": "fcmToken",
                        "platform": "android",
                        "updatedAt": SERVER_TIME,
                    }
                }
            }
        await self.write(documents)
        return uids

    async def campaign(self, campaign_id: str = "c1", **changed: Any) -> str:
        """A job as the dashboard writes it."""
        job: dict[str, Any] = {
            "serviceId": "acme",
            "createdBy": "staff1",
            "createdAt": SERVER_TIME,
            "name": "News",
            "kind": "individual",
            "channels": ["chat"],
            "purpose": "marketing",
            "audience": {"all": True},
            "message": {"body": 'Hello {{ user.displayName | default: "there" }}'},
            "command": "start",
        } | changed
        await self.write({paths.campaign(campaign_id): job})
        return campaign_id

    async def work(self, repeats: int = 1) -> None:
        """Handle everything published, each payload ``repeats`` times, until nothing is left."""
        done = 0
        while done < len(self.publisher.published):
            payload = self.publisher.published[done]
            done += 1
            for _ in range(repeats):
                await self.handle(payload)
        await self.app.campaign_progress.refresh_marked()

    async def handle(self, payload: Any) -> None:
        """What the workers do with one payload."""
        match type(payload).__name__:
            case "MessageQueued":
                await self.app.fan_out_messages.fan_out(payload.chat_id, [payload.message_id])
            case "CampaignQueued":
                await self.app.run_campaigns.run(payload.campaign_id)
            case "CampaignBatchReady":
                await self.app.send_campaign_batches.send(payload.campaign_id, payload.batch_id)
            case "CampaignBatchSent":
                await self.app.notify_campaign_batches.notify(
                    payload.campaign_id, payload.batch_id, payload.previews
                )
            case other:
                raise AssertionError(f"no worker for {other}")


@pytest.fixture
def world() -> World:
    clock = FixedClock()
    store = InMemoryStore(clock)
    publisher = InMemoryPublisher()
    sender = RecordingPushSender()
    app = wire(
        Settings(project_id="demo-parley"),
        clock=clock,
        new_ids=SequentialIds(),
        store=store,
        publisher=publisher,
        subscriber=InMemoryQueue(clock),
        sender=sender,
        randomness=random.Random(1),
    )
    return World(app, clock, store, publisher, sender)
