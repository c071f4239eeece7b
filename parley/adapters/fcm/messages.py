"""Encode notifications for FCM HTTP v1.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from __future__ import annotations

from typing import Any

from parley.domain.delivery.push import Notification


def encode(notification: Notification) -> dict[str, Any]:
    """Return the body of ``messages:send``.

    Android's ``tag`` and ``apns-collapse-id`` make a repeat replace itself. Without a
    ``collapse_key``, FCM never drops an older message for a newer one while a device is offline.
    FCM has no field for Android's groups. From Android 8 on, the notification channel decides about
    the sound; the sound here is for older versions.
    """
    device = notification.device
    target = "fid" if device.kind == "fid" else "token"
    android: dict[str, Any] = {"tag": notification.tag}
    aps: dict[str, Any] = {"thread-id": notification.thread}
    web: dict[str, Any] = {"tag": notification.tag}
    if notification.sound is None:
        web["silent"] = True
    else:
        aps["sound"] = notification.sound
        # A sound in res/raw is named without its file extension.
        android["sound"] = notification.sound.rsplit(".", 1)[0]
    if notification.is_mutable:
        aps["mutable-content"] = 1
    return {
        "message": {
            target: device.token,
            "notification": {"title": notification.title, "body": notification.body},
            "data": dict(notification.data),
            "android": {"priority": "HIGH", "notification": android},
            "apns": {
                "headers": {
                    "apns-collapse-id": notification.tag,
                    "apns-priority": "10",
                    "apns-push-type": "alert",
                },
                "payload": {"aps": aps},
            },
            "webpush": {"headers": {"Urgency": "high"}, "notification": web},
        }
    }
