"""Ordinary messages fanned out by hand, on Google's client libraries as their pages show them.

A streaming pull with the library's own threads; for each message one `get_all`, one batch of
writes, and one `send_each`. It does what an ordinary message needs (chat, both rows, the outbox
entry, receipts, devices, names, pushes) and leaves out what Parley adds: no fence, no order, no
limits, no folding, no repeats, no groups of any size.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import Any

import firebase_admin
from firebase_admin import credentials, messaging
from google.auth.credentials import AnonymousCredentials
from google.cloud import firestore
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.types import FlowControl

from parley.queues import QUEUES
from schema.events import QueueName

_IN_FLIGHT = 1_000


class _NoCredential(credentials.Base):  # type: ignore[misc]  # firebase-admin has no types
    """For a stand-in, which needs no token."""

    def get_credential(self) -> Any:
        untyped: Any = AnonymousCredentials
        return untyped()


class MessagesByHand:
    """Fans out the messages of the queue."""

    def __init__(self, project: str) -> None:
        untyped: Any = AnonymousCredentials
        self._db: Any = firestore.Client(project=project, credentials=untyped())
        self._names: dict[str, str] = {}

    def receive(self, received: Any) -> None:
        """Fan out one message, push it, and acknowledge."""
        payload = json.loads(received.data)
        self.fan_out(payload["chatId"], payload["messageId"])
        received.ack()

    def fan_out(self, chat_id: str, message_id: str) -> None:
        db = self._db
        chat_ref = db.document(f"chats/{chat_id}")
        message_ref = db.document(f"chatMessages/{chat_id}/messages/{message_id}")
        found = {one.reference.path: one for one in db.get_all([chat_ref, message_ref])}
        chat = found[chat_ref.path].to_dict()
        message = found[message_ref.path].to_dict()
        members = chat.get("memberIds") or chat_id.split(":")
        last = {
            "id": message_id,
            "senderId": message["senderId"],
            "preview": message["body"][:140],
            "createdAt": message["createdAt"],
        }
        batch = db.batch()
        batch.update(
            chat_ref,
            {
                "lastMessage": last,
                "messageCount": firestore.Increment(1),
                "memberIds": members,
                "memberCount": len(members),
            },
        )
        for uid in members:
            mine = uid == message["senderId"]
            row = {
                "serviceId": chat["serviceId"],
                "kind": chat["kind"],
                "otherUid": next(one for one in members if one != uid),
                "lastMessage": last,
                "updatedAt": message["createdAt"],
                "messageCount": firestore.Increment(0 if mine else 1),
                "readCount": firestore.Increment(0),
            }
            batch.set(db.document(f"userChats/{uid}/chats/{chat_id}"), row, merge=True)
        batch.delete(db.document(f"messageQueue/{chat_id}:{message_id}"))
        batch.commit()
        others = [uid for uid in members if uid != message["senderId"]]
        self._push(chat_id, message_id, message, others)

    def _push(self, chat_id: str, message_id: str, message: dict[str, Any], to: list[str]) -> None:
        db = self._db
        receipts = [db.document(f"chatReadReceipts/{chat_id}/members/{uid}") for uid in to]
        devices = [db.document(f"userPushTokens/{uid}") for uid in to]
        found = {one.reference.path: one for one in db.get_all([*receipts, *devices])}
        notifications = []
        for receipt, held in zip(receipts, devices, strict=True):
            read = found[receipt.path].to_dict() or {}
            if "readTo" in read and read["readTo"] >= message["createdAt"]:
                continue
            for device in (found[held.path].to_dict() or {}).get("devices", {}).values():
                notifications.append(self._notification(chat_id, message_id, message, device))
        if notifications:
            messaging.send_each(notifications)

    def _notification(
        self, chat_id: str, message_id: str, message: dict[str, Any], device: dict[str, Any]
    ) -> messaging.Message:
        sender = message["senderId"]
        return messaging.Message(
            token=device["token"],
            notification=messaging.Notification(self._name(sender), message["body"][:140]),
            data={"type": "message", "chatId": chat_id, "messageId": message_id},
            android=messaging.AndroidConfig(
                priority="high",
                notification=messaging.AndroidNotification(tag=message_id, sound="default"),
            ),
            apns=messaging.APNSConfig(
                headers={"apns-collapse-id": message_id, "apns-priority": "10"},
                payload=messaging.APNSPayload(messaging.Aps(sound="default", thread_id=chat_id)),
            ),
        )

    def _name(self, uid: str) -> str:
        if uid not in self._names:
            profile = self._db.document(f"profiles/{uid}").get().to_dict() or {}
            self._names[uid] = profile.get("displayName", uid)
        return self._names[uid]


def main() -> None:
    """Work until SIGTERM."""
    project = os.environ["GOOGLE_CLOUD_PROJECT"]
    service: Any = vars(messaging)["_MessagingService"]
    service.FCM_URL = f"{os.environ['PARLEY_FCM_URL']}/v1/projects/{{0}}/messages:send"
    firebase_admin.initialize_app(_NoCredential(), {"projectId": project})
    rival = MessagesByHand(project)
    untyped: Any = SubscriberClient
    subscriber = untyped()
    name = subscriber.subscription_path(project, QUEUES[QueueName.MESSAGE_QUEUE].subscription)
    flow = FlowControl(max_messages=_IN_FLIGHT)
    pulling = subscriber.subscribe(name, callback=rival.receive, flow_control=flow)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    pulling.cancel()


if __name__ == "__main__":
    main()
