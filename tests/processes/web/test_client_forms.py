"""What the library lets an app ask of a callable is what the callable takes, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from emulator.bundles import bundle
from parley.domain import (
    campaign_requests,
    inbox_requests,
    operations_requests,
    people_requests,
    requests,
)
from schema import limits
from tests.client_library import CLIENT
from tests.node_tools import run

TIME = "2030-01-01T00:00:00.000Z"

VALID: dict[str, tuple[type[BaseModel], dict[str, Any]]] = {
    "openDirectChat": (requests.OpenDirectChat, {"userId": "bob"}),
    "openCaseChat": (requests.OpenCaseChat, {"serviceId": "acme"}),
    "createGroupChat": (requests.CreateGroup, {"title": "Hikers", "userIds": ["bob"]}),
    "addMembers": (requests.AddMembers, {"chatId": "g1", "userIds": ["bob"]}),
    "acceptInvite": (requests.AcceptInvite, {"chatId": "g1"}),
    "declineInvite": (requests.DeclineInvite, {"chatId": "g1"}),
    "removeMember": (requests.RemoveMember, {"chatId": "g1", "userId": "bob"}),
    "setRole": (requests.SetRole, {"chatId": "g1", "userId": "bob", "role": "admin"}),
    "updateChat": (requests.UpdateChat, {"chatId": "g1", "title": "Hikers"}),
    "leaveChat": (requests.LeaveChat, {"chatId": "g1"}),
    "updateCase": (requests.UpdateCase, {"chatId": "ann:service:acme", "assigneeId": "bob"}),
    "updateServiceUser": (
        people_requests.UpdateServiceUser,
        {"serviceId": "acme", "userId": "bob", "tags": ["vip"]},
    ),
    "updateConsent": (
        people_requests.UpdateConsent,
        {"serviceId": "acme", "channel": "sms", "purpose": "marketing", "granted": True},
    ),
    "importPeople": (people_requests.ImportPeople, {"serviceId": "acme", "csv": "uid"}),
    "updateService": (people_requests.UpdateService, {"serviceId": "acme", "name": "Acme"}),
    "reportMessage": (
        requests.ReportMessage,
        {"chatId": "g1", "messageId": "m1", "reason": "spam"},
    ),
    "previewCampaign": (campaign_requests.PreviewCampaign, {"job": {"name": "News"}}),
    "explainRecipient": (
        campaign_requests.ExplainRecipient,
        {"campaignId": "c1", "userId": "bob"},
    ),
    "exportCampaign": (campaign_requests.ExportCampaign, {"campaignId": "c1"}),
    "retryFailed": (campaign_requests.RetryFailed, {"campaignId": "c1"}),
    "findCases": (
        inbox_requests.FindCases,
        {"serviceId": "acme", "where": {"field": "tags", "op": "array-contains", "value": "vip"}},
    ),
    "updateCases": (
        inbox_requests.UpdateCases,
        {"serviceId": "acme", "cases": {"view": "open"}, "changes": {"state": "closed"}},
    ),
    "undoBulkJob": (inbox_requests.UndoBulkJob, {"serviceId": "acme", "jobId": "j1"}),
    "cancelBulkJob": (inbox_requests.CancelBulkJob, {"serviceId": "acme", "jobId": "j1"}),
    "campaignsOf": (
        operations_requests.CampaignsOf,
        {"serviceId": "acme", "userId": "bob"},
    ),
    "devicesOf": (people_requests.DevicesOf, {"serviceId": "acme", "userId": "bob"}),
    "getHealth": (operations_requests.GetHealth, {}),
    "redriveDeadLetters": (operations_requests.RedriveDeadLetters, {"queue": "message-queue"}),
    "resolveReport": (requests.ResolveReport, {"reportId": "0" * 32, "resolution": "upheld"}),
}

MATCHING: list[dict[str, Any]] = [
    *({"view": "open"}, {"where": {}}, {"chatIds": ["ann:service:acme"]}, {}),
]
SELECTIONS: list[dict[str, Any]] = [
    *({"view": view} for view in ("mine", "all", "none")),
    *({"view": view, "assigneeId": "bob"} for view in ("mine", "open", None)),
    *({"view": "unread", "where": where} for where in ({}, None, {"field": "tags"}, "tags")),
    *({"where": {}, "state": state} for state in ("open", "none", None)),
    {"view": "open", "where": {}, "state": "open"},
    {"view": "open", "state": "open"},
    {"chatIds": ["ann:service:acme"], "view": "open"},
    {"chatIds": [], "where": {}},
    *({key: ["ann:service:acme"] * 501} for key in ("chatIds", "exceptChatIds")),
    *(
        {**matching, "exceptChatIds": spared}
        for matching in MATCHING
        for spared in (["ann:service:acme"], [], [5], None)
    ),
]
LENGTHS = sorted(
    {limits.CHAT_TITLE, limits.CHAT_TOPIC, limits.UNIQUE_NAME, limits.TAG, limits.REPORT_TEXT, 300}
)
TEXTS = [
    *("", "x", " ", "\u200b\u3000", "\u2800"),
    *("a:b", "a/b", "service:acme", "system", ".", "__x__", "ann:service:acme", TIME),
    *("sms", "push", "marketing", "transactional"),
    *("owner", "member", "open", "closed", "snoozed", "spam", "selfHarm", "dismissed", "0" * 32),
    *("https://a.example/b", "http://a.example", "https://", "+4915112345678", "Acme 1"),
    "MG" + 32 * "a",
    *(f"{'x' * (length - 1)}{end}" for length in LENGTHS for end in ("x", "xx", "😀")),
]  # fmt: skip
MAPS = [
    *({}, {"a": 1}, {"a": {"b": [1, {"c": None}]}}, {"a": [[1]]}, {"": 1}, {"__a__": 1}),
    *({"a": "x" * size} for size in (16_376, 16_377)),
    *({"a": number} for number in (2**53, 10**20, 0.5)),
    *({"x" * size: 1} for size in (1_500, 1_501)),
    *(json.loads('{"a":' * depth + "1" + "}" * depth) for depth in (15, 16, 17)),
    {"from": "09:00", "to": "20:00", "timeZone": "recipient"},
    {"from": "9:00", "to": "20:00", "timeZone": "UTC"},
    {"from": "09:00", "to": "09:00", "timeZone": "UTC"},
    {"from": "09:00", "to": "08:00", "timeZone": "Europe/Berlin"},
    *(
        {"from": "09:00", "to": "08:00", "timeZone": zone}
        for zone in (
            "Mars/Olympus",
            "europe/berlin",
            "utc",
            "Factory",
            "Asia/Kolkata",
            "US/Eastern",
        )
    ),
]
SETTINGS = [
    *({"from": sender} for sender in ("+12025550100", "12345", "ACME", "", "+0", "1", 7, None)),
    {"messagingServiceSid": "MG" + 32 * "a"},
    {"messagingServiceSid": "MG1"},
    {"messagingServiceSid": "MG" + 32 * "a", "from": "ACME"},
    *({"countries": countries} for countries in (["US", "DE"], [], ["us"], "US", ["US"] * 301)),
    *({"maxPerPersonPerDay": number} for number in (0, 1, 1_000, 1_001, 1.5, "5", True)),
    *({"maxPerPrefixPerHour": number} for number in (0, 1, 1_000_000, 1_000_001)),
    *({"dailySpendCap": number} for number in (0, 0.01, 5, 1_000_000, 1_000_001, "5", -1)),
    *({"segmentsPerSecond": number} for number in (0, 0.1, 10_000, 10_001)),
    *({"unknownNumbers": word} for word in ("create", "keep", "drop")),
    *({"senders": senders} for senders in (["a@b.example"], [], ["ab"], ["a\nb"], ["x" * 321])),
    *({"senders": ["a@b.example"], "digestAfterMinutes": number} for number in (0, 1, 10_081)),
    *({"count": count, "days": 7} for count in (0, 1, 1_000, 1_001)),
    {"count": 1, "days": 366},
    {"count": 1, "days": 7, "purpose": "transactional"},
    {"count": 1, "days": 7, "purpose": "fun"},
    *({"chat": number} for number in (0, 60, 1_000_001)),
    {"chat": 60, "sms": 60},
]
LISTS = [
    *([], ["bob"], [5], ["a:b"], ["x" * limits.TAG], ["x" * (limits.TAG + 1)]),
    *(["bob"] * count for count in (50, 51, 450, 451)),
]
VALUES = [None, True, 0, 1, 3_650, 3_651, 0.5, *TEXTS, *MAPS, *SETTINGS, *LISTS]


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each callable asked as it should be, and with each value in each of its fields."""
    for name, (model, valid) in VALID.items():
        yield name, valid
        for field in model.model_fields.values():
            # For times the library accepts only a `Date`, and the server only ISO 8601 text.
            for value in VALUES if field.alias != "snoozedUntil" else (None, TIME, [], {}):
                yield name, {**valid, str(field.alias): value}
        yield name, {**valid, "colour": "red"}
        yield name, {key: value for key, value in valid.items() if key != next(iter(valid))}
    for selection in SELECTIONS:
        yield "updateCases", {**VALID["updateCases"][1], "cases": selection}
    for view in ("mine", "open"):
        for more in ({"assigneeId": "bob"}, {"state": "open"}):
            yield "findCases", {**VALID["findCases"][1], "view": view, **more}
    for state in ("open", "closed", "snoozed"):
        yield "updateCase", {"chatId": "g1", "state": state, "snoozedUntil": TIME}


def server_takes(name: str, asked: dict[str, Any]) -> bool:
    try:
        VALID[name][0].model_validate(asked, by_alias=True, by_name=False)
    except ValidationError:
        return False
    return True


PROGRAM = """
import { readFileSync } from 'node:fs';
const { CALLABLES } = await import(process.argv[1]);
const place = { name: 'asked', inside: '' };
const isTime = (name, value) => name === 'snoozedUntil' && typeof value === 'string';
const given = (asked) => Object.fromEntries(Object.entries(asked).map(([name, value]) =>
  [name, isTime(name, value) ? new Date(value) : value]));
const verdicts = JSON.parse(readFileSync(process.argv[2], 'utf8')).map(([name, asked]) =>
  CALLABLES[name](given(asked), place).length === 0);
console.log(JSON.stringify(verdicts));
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, Any], bool]]:
    asked = list(cases())
    file = tmp_path_factory.mktemp("forms") / "cases.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    forms = bundle(CLIENT / "src" / "callableForms.ts")
    ran = run(["node", "--input-type=module", "-e", PROGRAM, str(forms), str(file)])
    assert ran.returncode == 0, ran.stderr
    return [(*case, taken) for case, taken in zip(asked, json.loads(ran.stdout), strict=True)]


def test_every_callable_has_a_form_that_takes_what_it_takes(
    verdicts: list[tuple[str, dict[str, Any], bool]],
) -> None:
    odd = [
        (name, asked)
        for name, asked, is_taken in verdicts
        if is_taken != server_takes(name, asked) and (is_taken or not shows_little(asked))
    ]

    assert odd == []
    assert sum(is_taken for _, _, is_taken in verdicts) > 100


def shows_little(asked: dict[str, Any]) -> bool:
    """A chat id with a part that is not a valid uid or service id, or a blank text.

    The library takes neither, wherever the server says so only later or not at all.
    """
    return asked.get("chatId") in ("service:acme", TIME) or any(
        value in (" ", "\u200b\u3000", "\u2800") for value in asked.values()
    )
