"""A notification in the words of FCM HTTP v1.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from __future__ import annotations

from typing import Any

from parley.domain.push import Notification


def encode(notification: Notification) -> dict[str, Any]:
    """The body of ``messages:send``.

    Android's ``tag`` and ``apns-collapse-id`` make a repeat replace itself; without a
    ``collapse_key``, FCM never drops a newer message for an older one while a device is offline.
    """
    device = notification.device
    target = "fid" if device.kind == "fid" else "token"
    return {
        "message": {
            target: device.token,
            "notification": {"title": notification.title, "body": notification.body},
            "data": dict(notification.data),
            "android": {
                "priority": "HIGH",
                "notification": {"tag": notification.tag},
            },
            "apns": {
                "headers": {"apns-collapse-id": notification.tag, "apns-priority": "10"},
                "payload": {"aps": {"thread-id": notification.thread}},
            },
            "webpush": {"notification": {"tag": notification.tag}},
        }
    }
