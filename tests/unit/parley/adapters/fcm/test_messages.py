"""A push as a phone gets it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parley.adapters.fcm.messages import encode
from parley.domain.delivery import push
from parley.domain.delivery.push import Device
from schema.services import PushSettings

DATA = push.message_data(
    chat_id="ann:bob", message_id="m1", service_id="default", kind="direct", sender_id="ann"
)


def encoded(settings: PushSettings | None = None, *, is_repeat: bool = False) -> dict[str, Any]:
    (one,) = push.notifications(
        [Device("bob", "installation-1", "token-1", "fcmToken")],
        title="Ann",
        body="hi",
        data=DATA,
        settings=settings or PushSettings(),
        is_repeat=is_repeat,
    )
    message: dict[str, Any] = json.loads(encode(one))["message"]
    return message


def aps(message: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = message["apns"]["payload"]["aps"]
    return found


def test_an_iphone_rings_and_its_app_may_change_the_text() -> None:
    message = encoded()

    assert aps(message) == {"thread-id": "ann:bob", "sound": "default", "mutable-content": 1}
    assert message["apns"]["headers"] == {
        "apns-collapse-id": message["android"]["notification"]["tag"],
        "apns-priority": "10",
        "apns-push-type": "alert",
    }


def test_android_and_web_pushes_have_high_priority() -> None:
    message = encoded()
    tag = message["android"]["notification"]["tag"]

    assert message["android"] == {
        "priority": "HIGH",
        "notification": {"tag": tag, "sound": "default"},
    }
    assert message["webpush"] == {"headers": {"Urgency": "high"}, "notification": {"tag": tag}}


def test_the_data_are_strings_as_in_the_contract() -> None:
    assert encoded()["data"] == {
        "type": "message",
        "chatId": "ann:bob",
        "messageId": "m1",
        "serviceId": "default",
        "kind": "direct",
        "senderId": "ann",
    }


def test_a_repeat_looks_the_same_and_is_silent() -> None:
    first, again = encoded(), encoded(is_repeat=True)

    assert aps(again) == {"thread-id": "ann:bob", "mutable-content": 1}
    assert "sound" not in again["android"]["notification"]
    assert again["webpush"]["notification"]["silent"] is True
    for message in (first, again):
        message["apns"]["payload"] = message["webpush"] = {}
        message["android"]["notification"].pop("sound", None)
    assert first == again


def test_a_service_chooses_the_sound_and_whether_the_app_may_change_a_push() -> None:
    message = encoded(PushSettings(sound="chime.caf", mutable_content=False))

    assert aps(message) == {"thread-id": "ann:bob", "sound": "chime.caf"}
    assert message["android"]["notification"]["sound"] == "chime"


def test_a_service_may_choose_silence() -> None:
    assert aps(encoded(PushSettings(sound=None))) == {"thread-id": "ann:bob", "mutable-content": 1}


@pytest.mark.parametrize("is_repeat", [False, True])
def test_nothing_collapses_messages(is_repeat: bool) -> None:
    assert "collapse" not in str(encoded(is_repeat=is_repeat)).replace("apns-collapse-id", "")
