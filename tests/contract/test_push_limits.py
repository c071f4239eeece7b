"""Which notifications a push provider takes: the stand-in for FCM and the twin agree."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from emulator.fcm.server import FcmStandIn
from parley.adapters.fcm.sender import FcmSender
from parley.domain.delivery.push import Device, Notification, PushFate
from parley.domain.ports import PushSender
from parley.testing.in_memory_push import RecordingPushSender

pytestmark = pytest.mark.contract

DEVICE = Device("bob", "installation", "a-token", "fcmToken")
PLAIN = Notification(DEVICE, "Ann", "hi", {"type": "message"}, "t" * 32, "ann:bob")
LEFT = 4_096 - len("title" + "Ann" + "body" + "type" + "message")
"""Bytes that the body may have beside all else that counts."""


@pytest.fixture(params=["memory", "stand-in"])
async def sender(request: pytest.FixtureRequest) -> AsyncIterator[PushSender]:
    if request.param == "memory":
        yield RecordingPushSender()
        return
    async with (
        TestServer(FcmStandIn().application()) as server,
        FcmSender(project_id="demo-parley", url=str(server.make_url("")).rstrip("/")) as real,
    ):
        yield real


TAKEN: dict[str, dict[str, Any]] = {
    "plain": {},
    "as large as may be": {"body": "é" * (LEFT // 2)},
    "a tag of 64 bytes": {"tag": "t" * 64},
    "a key beside the reserved": {"data": {"fromUid": "ann", "googleId": "1"}},
}
REFUSED: dict[str, dict[str, Any]] = {
    "too large a body": {"body": "é" * (LEFT // 2 + 1)},
    "too large in all": {"data": {"type": "message", "more": "x" * 2_048}, "title": "x" * 2_048},
    "a number in data": {"data": {"count": 5}},
    "null in data": {"data": {"campaignId": None}},
    "a reserved key": {"data": {"from": "ann"}},
    "a reserved beginning": {"data": {"google.x": "1"}},
    "a tag of 65 bytes": {"tag": "t" * 65},
}


@pytest.mark.parametrize("changes", TAKEN.values(), ids=TAKEN)
async def test_a_notification_within_the_limits_is_accepted(
    sender: PushSender, changes: dict[str, Any]
) -> None:
    (result,) = await sender.send([replace(PLAIN, **changes)])
    assert result.fate is PushFate.ACCEPTED


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
async def test_a_notification_over_the_limits_is_rejected_and_keeps_the_device(
    sender: PushSender, changes: dict[str, Any]
) -> None:
    wrong, right = await sender.send([replace(PLAIN, **changes), PLAIN])
    assert (wrong.fate, right.fate) == (PushFate.REJECTED, PushFate.ACCEPTED)
    assert wrong.code == "INVALID_ARGUMENT"
