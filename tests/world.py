"""A small world to act in: documents as clients, importers and the dashboard write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.app import App
from parley.store import SERVER_TIME, Set, Store
from parley.triggers import reactions_to
from schema import ids, paths


async def fire_triggers(
    app: App, path: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> None:
    """Do what the deployed triggers do about one written document."""
    for reaction in reactions_to(path, before, after):
        await app.carry_out(reaction)


class World:
    """Writes what others would have written, past the rules, into any store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def write(self, documents: dict[str, dict[str, Any]]) -> None:
        """Put documents there as somebody else would have."""
        await self._store.commit([Set(path, fields) for path, fields in documents.items()])

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

    async def people(self, *uids: str, adds: str = "everyone") -> None:
        """People with a name, and who may add them to groups."""
        documents: dict[str, dict[str, Any]] = {}
        for uid in uids:
            documents[paths.profile(uid)] = {"displayName": uid.title()}
            documents[paths.user(uid)] = {
                "displayName": uid.title(),
                "createdAt": SERVER_TIME,
                "whoMayAddMe": adds,
            }
        await self.write(documents)

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
            paths.service(service_id): {"name": "Acme", "kind": "dashboard"},
            paths.staff(service_id, "staff1"): {"role": "owner", "displayName": "Sam"},
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
