"""What people wrote reaches no log line, no error and no dead letter's error.

Every document holds marked texts: bodies, names, titles, phones, addresses. One field after another
is spoiled, each in three ways, and all that can be done with the documents is done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from callable_table import TABLE
from callables import answer_call
from firebase_functions.https_fn import AuthData, CallableRequest
from http_errors import https_error

from parley.domain.access import UserCaller
from parley.domain.ports import Received
from parley.services.upkeep.dead_letters import DeadLetters
from parley.store import SERVER_TIME
from parley.structured_logging import JsonLines, error_text, get_log
from schema import paths
from schema.events import (
    CampaignQueued,
    EmailQueued,
    MassMessageQueued,
    MessageQueued,
    Payload,
    SmsQueued,
)
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.conftest import TwinWorld
from workers.handlers import HANDLERS

MARK = "zebra"
PHONE = "+12125550177"
EMAIL = "zebra.zebra@example.com"
CASE = "ann:service:acme"

Fields = dict[str, Any]

_log = get_log("workers.test")


def documents() -> dict[str, Fields]:
    """Return what clients and the server have written, with a mark wherever a person writes."""
    text = f"{MARK} words"
    job = {"serviceId": "acme", "createdBy": "staff1", "createdAt": SERVER_TIME}
    person = {"displayName": text, "phone": PHONE, "email": EMAIL, "createdAt": SERVER_TIME}
    post = {"senderId": "bob", "body": text, "createdAt": SERVER_TIME, "mentions": ["ann"]}
    device = {"token": text, "kind": "fcmToken", "platform": "ios", "updatedAt": SERVER_TIME}
    return {
        paths.service("acme"): {
            "name": text,
            "kind": "dashboard",
            "sms": {"from": "+12025550199"},
            "email": {"senders": [EMAIL]},
        },
        paths.staff("acme", "staff1"): {"role": "owner", "displayName": text},
        paths.user("ann"): person,
        paths.profile("bob"): {"displayName": text},
        paths.service_user("acme", "ann"): {
            "uid": "ann",
            "displayName": text,
            "phone": PHONE,
            "email": EMAIL,
            "attributes": {"note": text},
            "tags": [text],
            "consents": {},
            "createdAt": SERVER_TIME,
        },
        paths.push_tokens("ann"): {"devices": {"d": device}},
        paths.chat("hikers"): {
            "serviceId": "default",
            "kind": "group",
            "createdBy": "bob",
            "createdAt": SERVER_TIME,
            "title": text,
            "topic": text,
            "attributes": {"note": text},
            "memberIds": ["ann", "bob"],
            "memberCount": 2,
            "messageCount": 1,
        },
        paths.chat_member("hikers", "ann"): {"role": "owner", "joinedAt": SERVER_TIME},
        paths.chat_member("hikers", "bob"): {"role": "member", "joinedAt": SERVER_TIME},
        paths.message("hikers", "m1"): post,
        paths.message_queue("hikers", "m1"): {
            "chatId": "hikers",
            "messageId": "m1",
            "senderId": "bob",
            "createdAt": SERVER_TIME,
            "shard": 1,
        },
        paths.campaign("c1"): {
            **job,
            "name": text,
            "kind": "individual",
            "channels": ["chat"],
            "purpose": "transactional",
            "audience": {"all": True},
            "message": {"body": f"{text} {{{{ user.displayName }}}}", "title": text},
            "command": "start",
        },
        paths.mass_message("j1"): {
            **job,
            "kind": "mass",
            "userIds": ["ann"],
            "message": {"body": text},
        },
        paths.non_chat_sms("j1"): {
            **job,
            "to": {"phone": PHONE},
            "body": text,
            "purpose": "transactional",
        },
        paths.email_notification("j1"): {
            **job,
            "to": EMAIL,
            "from": EMAIL,
            "message": {"subject": text, "text": text},
        },
    }


SPOILS: list[Callable[[], object]] = [
    lambda: {MARK: [MARK]},
    lambda: MARK * 7_000,
    lambda: [f"{MARK} {PHONE} {EMAIL}"],
]

QUEUED: list[Payload] = [
    MessageQueued(chat_id="hikers", message_id="m1"),
    MessageQueued(chat_id="hikers", message_id="m1", is_changed=True),
    CampaignQueued(campaign_id="c1"),
    MassMessageQueued(job_id="j1"),
    SmsQueued(job_id="j1"),
    EmailQueued(job_id="j1"),
]

CALLED: list[tuple[str, str, Fields]] = [
    ("ann", "updateChat", {"chatId": "hikers", "title": "New"}),
    ("ann", "addMembers", {"chatId": "hikers", "userIds": ["cat"]}),
    ("ann", "setRole", {"chatId": "hikers", "userId": "bob", "role": "admin"}),
    ("ann", "reportMessage", {"chatId": "hikers", "messageId": "m1", "reason": "spam"}),
    ("ann", "removeMember", {"chatId": "hikers", "userId": "bob"}),
    ("ann", "leaveChat", {"chatId": "hikers"}),
    ("ann", "openCaseChat", {"serviceId": "acme"}),
    (
        "ann",
        "updateConsent",
        {"serviceId": "acme", "channel": "sms", "purpose": "marketing", "granted": False},
    ),
    ("staff1", "updateService", {"serviceId": "acme", "retentionDays": 7}),
    ("staff1", "updateServiceUser", {"serviceId": "acme", "userId": "ann", "tags": ["a"]}),
    ("staff1", "explainRecipient", {"campaignId": "c1", "userId": "ann"}),
    ("staff1", "exportCampaign", {"campaignId": "c1"}),
]


def cases() -> list[Any]:
    return [
        pytest.param(path, field, id=f"{path}.{field}")
        for path, fields in documents().items()
        for field in fields
    ]


async def handle(world: TwinWorld, payload: Payload) -> list[str]:
    """Handle a payload as a worker does, and give it up if that fails; return what is told."""
    handler = HANDLERS[payload.queue](world.app)
    try:
        await handler.handle([payload], is_first=lambda: True)
    except Exception as failed:
        error = error_text(failed)
        _log.error("work.failed", trace=failed, error=error)
        code = DeadLetterCode.PERMANENT
        try:
            await handler.give_up(payload, code=code, error=error)
        except Exception as again:
            _log.error("message.notGivenUp", trace=again, why=error_text(again))
        received = Received(
            "q1", "a1", payload.model_dump_json(by_alias=True).encode(), 1, world.clock.now()
        )
        letters = DeadLetters(world.store, payload.queue)
        letter = await letters.store(received, code=code, error=error, payload=payload)
        return [error, str(world.at(paths.dead_letter(letter))["error"])]
    return []


async def call(world: TwinWorld, uid: str, name: str, data: Mapping[str, Any]) -> list[str]:
    (row,) = [row for row in TABLE if row.name == name]
    auth = AuthData(uid=uid, token={})
    request: CallableRequest[Any] = CallableRequest(data=data, raw_request=None, auth=auth)  # type: ignore[arg-type]
    try:
        await answer_call(world.app, row, UserCaller(uid), request)
    except Exception as failed:
        answer = https_error(failed)
        return [answer.message, str(answer.details)]
    return []


@pytest.mark.parametrize(("path", "field"), cases())
async def test_no_text_of_a_person_is_told_whichever_field_is_wrong(
    path: str, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    with caplog.at_level(logging.DEBUG):
        for spoil in SPOILS:
            world = TwinWorld()
            known = documents()
            known[path][field] = spoil()
            await world.write(known)
            for payload in QUEUED:
                told += await handle(world, payload)
            done = 0
            while done < len(world.publisher.published):
                told += await handle(world, world.publisher.published[done])
                done += 1
            world.clock.advance(90)
            await world.app.upkeep().run_once()
            for uid, name, data in CALLED:
                told += await call(world, uid, name, data)

    told += [JsonLines().format(record) for record in caplog.records]
    for text in told:
        assert MARK not in text.replace("z…@example.com", "")
        assert PHONE not in text
