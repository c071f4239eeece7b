"""The push port: FCM's sender against the stand-in, and the twin that records."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from emulator.fcm.server import FcmStandIn
from parley.adapters.fcm.sender import FcmSender
from parley.domain.delivery import push
from parley.domain.delivery.push import Device, Notification, PushFate, PushResult
from parley.domain.ports import PushSender
from parley.testing.in_memory_push import RecordingPushSender

DEAD, LATER, WRONG, WELL = "gone-token", "busy-token", "wrong-token", "well-token"
MISMATCHED, LOST = "mismatched-token", "lost-token"

OURS = {
    "expired-token": (401, "UNAUTHENTICATED"),
    "apns-token": (401, "THIRD_PARTY_AUTH_ERROR"),
    "off-token": (403, "SERVICE_DISABLED"),
    "denied-token": (403, "PERMISSION_DENIED"),
    "project-token": (404, "NOT_FOUND"),
    "own-token": (404, "NO_SUCH_ROUTE"),
}
"""Tokens that meet a refusal of our credentials or project: its status and code."""

PROXY = {"page-token": (404, "HTML"), "portal-token": (200, "HTML"), "moved-token": (302, "EMPTY")}
"""Tokens that meet a proxy's word: its status, and the stand-in's name for it."""


@dataclass
class Provider:
    """A sender, and a look at what arrived."""

    sender: PushSender
    arrived: Callable[[], list[tuple[str, str, str]]]
    """Token, title and tag of each call, in the order they arrived."""


@pytest.fixture(params=["memory", "stand-in"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    if request.param == "memory":
        twin = RecordingPushSender()
        twin.give(DEAD, PushFate.DEAD_TOKEN)
        twin.give(LATER, PushFate.RETRY, retry_after=7.0)
        twin.give(WRONG, PushFate.REJECTED)
        twin.give(MISMATCHED, PushFate.WRONG_SENDER)
        twin.fates[LOST] = PushResult(PushFate.RETRY, code="lost", is_in_doubt=True)
        for token, (status, code) in OURS.items():
            twin.fates[token] = PushResult(PushFate.REFUSED, status=status, code=code)
        for token, (status, _) in PROXY.items():
            twin.fates[token] = PushResult(PushFate.REFUSED, status=status, code=f"HTTP_{status}")
        yield Provider(twin, lambda: [(n.device.token, n.title, n.tag) for n in twin.sent])
        return
    stand_in = FcmStandIn()
    async with TestServer(stand_in.application()) as server:
        url = str(server.make_url("")).rstrip("/")
        faults: list[dict[str, Any]] = [
            {"rate": 1, "status": 404, "code": "UNREGISTERED", "match": {"token": f"^{DEAD}"}},
            {
                "rate": 1,
                "status": 429,
                "code": "QUOTA_EXCEEDED",
                "retryAfter": 7,
                "match": {"token": f"^{LATER}"},
            },
            {"rate": 1, "status": 400, "code": "INVALID_ARGUMENT", "match": {"token": f"^{WRONG}"}},
            {"status": 403, "code": "SENDER_ID_MISMATCH", "match": {"token": f"^{MISMATCHED}"}},
            {"dropAnswer": True, "match": {"token": f"^{LOST}"}},
        ]
        faults += [
            {"status": status, "code": code, "match": {"token": f"^{token}"}}
            for token, (status, code) in (OURS | PROXY).items()
        ]
        async with ClientSession() as session:
            async with session.put(f"{url}/_/faults", json=faults) as answer:
                assert answer.ok

            async with FcmSender(project_id="demo-parley", url=url) as sender:
                yield Provider(sender, lambda: arrived(stand_in))


def arrived(stand_in: FcmStandIn) -> list[tuple[str, str, str]]:
    log = json.loads(b"".join(stand_in.journal.chunks()))
    messages = [entry["request"]["message"] for entry in log]
    return [
        (
            message["token"],
            message["notification"]["title"],
            message["android"]["notification"]["tag"],
        )
        for message in messages
    ]


def notification(token: str, message_id: str = "m1") -> Notification:
    data = push.message_data(
        chat_id="ann:bob",
        message_id=message_id,
        service_id="default",
        kind="direct",
        sender_id="ann",
    )
    device = Device("bob", f"installation-{token}", token, "fcmToken")
    (one,) = push.notifications([device], title="Ann", body="hi", data=data)
    return one


async def test_each_notification_has_its_own_fate_in_order(provider: Provider) -> None:
    results = await provider.sender.send(
        [notification(token) for token in (WELL, DEAD, LATER, WRONG, WELL)]
    )

    assert [result.fate for result in results] == [
        PushFate.ACCEPTED,
        PushFate.DEAD_TOKEN,
        PushFate.RETRY,
        PushFate.REJECTED,
        PushFate.ACCEPTED,
    ]
    assert results[2].retry_after == 7.0
    assert results[0].provider_id


@pytest.mark.parametrize("token", OURS)
async def test_a_refusal_of_credentials_does_not_reject_the_notification(
    provider: Provider, token: str
) -> None:
    refused, accepted = await provider.sender.send([notification(token), notification(WELL)])

    assert (refused.fate, accepted.fate) == (PushFate.REFUSED, PushFate.ACCEPTED)
    assert (refused.status, refused.code) == OURS[token]


@pytest.mark.parametrize("token", PROXY)
async def test_an_answer_that_is_not_fcms_does_not_reject_the_notification(
    provider: Provider, token: str
) -> None:
    (result,) = await provider.sender.send([notification(token)])

    status = PROXY[token][0]
    assert (result.fate, result.status, result.code) == (
        PushFate.REFUSED,
        status,
        f"HTTP_{status}",
    )


async def test_a_sender_mismatch_differs_from_a_dead_token(provider: Provider) -> None:
    (result,) = await provider.sender.send([notification(MISMATCHED)])

    assert (result.fate, result.code) == (PushFate.WRONG_SENDER, "SENDER_ID_MISMATCH")


async def test_a_push_whose_answer_is_lost_is_in_doubt(provider: Provider) -> None:
    lost, busy = await provider.sender.send([notification(LOST), notification(LATER)])

    assert (lost.fate, lost.is_in_doubt) == (PushFate.RETRY, True)
    assert (busy.fate, busy.is_in_doubt) == (PushFate.RETRY, False)


async def test_everything_sent_arrives_with_its_tag(provider: Provider) -> None:
    await provider.sender.send([notification(WELL, "m1"), notification(WELL, "m2")])

    tags = {tag for _, _, tag in provider.arrived()}
    assert len(tags) == 2
    assert {(token, title) for token, title, _ in provider.arrived()} == {(WELL, "Ann")}


async def test_sending_no_notification_gives_no_result(provider: Provider) -> None:
    assert await provider.sender.send([]) == []
    assert provider.arrived() == []
