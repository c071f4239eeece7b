"""The checks of FCM before it accepts a message: shape, target, size, platform options."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from emulator.fcm.errors import bad_request, fcm_error

TARGETS = ("token", "fid", "topic", "condition")
MESSAGE_FIELDS = {
    *TARGETS,
    "name",
    "data",
    "notification",
    "android",
    "webpush",
    "apns",
    "fcm_options",
    "fcmOptions",
}
_ANDROID = {
    "title",
    "body",
    "icon",
    "color",
    "sound",
    "tag",
    "image",
    "ticker",
    "sticky",
    "visibility",
    "proxy",
    *("click_action", "body_loc_key", "body_loc_args", "title_loc_key", "title_loc_args"),
    *("channel_id", "event_time", "local_only", "notification_priority", "notification_count"),
    *("default_sound", "default_vibrate_timings", "default_light_settings", "vibrate_timings"),
    *("light_settings", "bypass_proxy_notification"),
}
ANDROID_NOTIFICATION = _ANDROID | {to_camel(name) for name in _ANDROID}
"""Groups have no such option."""
PAYLOAD_BYTES = 4096
COLLAPSE_ID_BYTES = 64
RESERVED_KEYS = {"from", "message_type"}
RESERVED_PREFIXES = ("google.", "gcm.notification.")
DURATION = re.compile(r"\d+(\.\d{1,9})?s")
TOPIC = re.compile(r"[a-zA-Z0-9\-_.~%]+")
INVALID_TOKEN = "The registration token is not a valid FCM registration token"


def check(body: Any) -> tuple[str, str]:
    """Return the target's kind and value; raise the `Refusal` that FCM would answer."""
    if not isinstance(body, dict):
        raise bad_request("", "Invalid JSON payload received. Unexpected token.")
    known(body, {"message", "validate_only", "validateOnly"}, "")
    message = body.get("message")
    if not isinstance(message, dict):
        raise bad_request("message", "Invalid value at 'message': a message is required.")
    known(message, MESSAGE_FIELDS, "message")
    for field in ("notification", "android", "webpush", "apns"):
        if not isinstance(message.get(field, {}), dict):
            raise bad_request(f"message.{field}", f"Invalid value at 'message.{field}' (MESSAGE)")
    strings(message.get("data", {}), "message.data")
    texts(message.get("notification", {}), "message.notification")
    check_reserved(message.get("data", {}))
    kind, value = check_target(message)
    check_android(message.get("android", {}))
    check_apns(message.get("apns", {}))
    strings(message.get("webpush", {}).get("headers", {}), "message.webpush.headers")
    check_size(message)
    check_registration(kind, value)
    return kind, value


def known(value: Mapping[str, Any], fields: set[str], path: str) -> None:
    for name in value:
        if name not in fields:
            at = f" at '{path}'" if path else ""
            raise bad_request(
                path,
                f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.',
            )


def strings(value: Any, path: str) -> None:
    """Check a map of strings to strings; FCM names the entry by its position, not by its key."""
    if not isinstance(value, dict):
        raise bad_request(path, f"Invalid value at '{path}' (MAP)")
    for place, entry in enumerate(value.values()):
        if not isinstance(entry, str):
            at = f"{path}[{place}].value"
            raise bad_request(at, f"Invalid value at '{at}' (TYPE_STRING), {entry}")


def texts(notification: Mapping[str, Any], path: str) -> None:
    known(notification, {"title", "body", "image"}, path)
    for name, value in notification.items():
        if not isinstance(value, str):
            at = f"{path}.{name}"
            raise bad_request(at, f"Invalid value at '{at}' (TYPE_STRING), {value}")


def check_reserved(data: Mapping[str, str]) -> None:
    for key in data:
        if key in RESERVED_KEYS or key.startswith(RESERVED_PREFIXES):
            raise fcm_error(400, message=f"Invalid data payload key: {key}")


def check_target(message: Mapping[str, Any]) -> tuple[str, str]:
    given = [kind for kind in TARGETS if message.get(kind) is not None]
    if not given:
        raise fcm_error(400, message="Recipient of the message is not set.")
    if len(given) > 1:
        raise bad_request(
            "message",
            "Invalid value at 'message' (oneof), oneof field 'target' is already set. "
            f"Cannot set '{given[1]}'",
        )
    kind = given[0]
    value = message[kind]
    if not isinstance(value, str):
        at = f"message.{kind}"
        raise bad_request(at, f"Invalid value at '{at}' (TYPE_STRING), {value}")
    if kind == "topic" and not TOPIC.fullmatch(value.removeprefix("/topics/")):
        raise fcm_error(400, message="Malformed topic name")
    return kind, value


def check_registration(kind: str, value: str) -> None:
    """Apply the stand-in's convention for tokens: `dead...` and `foreign...`."""
    if kind not in ("token", "fid"):
        return
    if not value or len(value) > PAYLOAD_BYTES or re.search(r"\s", value):
        raise fcm_error(400, message=INVALID_TOKEN)
    if value.startswith("dead"):
        raise fcm_error(404)
    if value.startswith("foreign"):
        raise fcm_error(403)


def check_android(android: Mapping[str, Any]) -> None:
    ttl = android.get("ttl")
    if ttl is not None and not (isinstance(ttl, str) and DURATION.fullmatch(ttl)):
        at = "message.android.ttl"
        raise bad_request(at, f"Invalid value at '{at}' (type.googleapis.com/Duration), {ttl}")
    priority = android.get("priority")
    if priority is not None and str(priority).upper() not in ("NORMAL", "HIGH"):
        at = "message.android.priority"
        raise bad_request(at, f"Invalid value at '{at}' (AndroidMessagePriority), {priority}")
    strings(android.get("data", {}), "message.android.data")
    path = "message.android.notification"
    notification = android.get("notification", {})
    if not isinstance(notification, dict):
        raise bad_request(path, f"Invalid value at '{path}' (MESSAGE)")
    known(notification, ANDROID_NOTIFICATION, path)


def check_apns(apns: Mapping[str, Any]) -> None:
    headers = apns.get("headers", {})
    strings(headers, "message.apns.headers")
    if not isinstance(apns.get("payload", {}), dict):
        raise bad_request(
            "message.apns.payload", "Invalid value at 'message.apns.payload' (OBJECT)"
        )
    if len(headers.get("apns-collapse-id", "").encode()) > COLLAPSE_ID_BYTES:
        raise fcm_error(400, message="apns-collapse-id must not be longer than 64 bytes")


def check_size(message: Mapping[str, Any]) -> None:
    parts = [*message.get("data", {}).items(), *message.get("notification", {}).items()]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in parts)
    if size > PAYLOAD_BYTES:
        raise fcm_error(
            400, message=f"Message is too big: its payload has {size} of {PAYLOAD_BYTES} bytes"
        )
