"""To those whom it does not concern, what belongs to others is as what does not exist."""

from __future__ import annotations

from typing import Any

import pytest
from callable_table import TABLE

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import CreateGroup, ReportMessage
from parley.domain.upkeep.recounts import Recounted, recount_cursor
from schema import ids, paths
from schema.events import CampaignQueued
from tests.unit.parley.services.conftest import TwinWorld

EVE = UserCaller("eve")
ANN = UserCaller("ann")

THEIRS = {
    "group": "",
    "invites": "",
    "direct": "ann:bob",
    "case": "p0000:service:acme",
    "report": "",
}
NONE = {
    "group": "nogroup",
    "invites": "nogroup",
    "direct": "ann:nobody",
    "case": "p0001:service:acme",
    "report": "0" * 32,
}

Arguments = dict[str, Any]

IN_A_CHAT: list[tuple[str, str, Arguments]] = [
    ("addMembers", "group", {"userIds": ["eve"]}),
    ("removeMember", "group", {"userId": "bob"}),
    ("setRole", "group", {"userId": "eve", "role": "owner"}),
    ("updateChat", "group", {"title": "Mine"}),
    ("updateChat", "group", {"historyFor": "members"}),
    ("updateChat", "case", {"title": "Mine"}),
    ("updateCase", "case", {"state": "closed"}),
    ("leaveChat", "group", {}),
    ("leaveChat", "group", {"as": "service"}),
    *(
        (name, kind, {})
        for name in ("acceptInvite", "declineInvite")
        for kind in ("group", "direct", "case", "invites")
    ),
    *(
        ("reportMessage", kind, {"messageId": message, "reason": "spam"})
        for kind in ("group", "direct", "case")
        for message in ("m1", "none")
    ),
]
"""A callable, the chat that it names, and its other arguments."""

ELSEWHERE: list[tuple[str, Arguments, Arguments]] = [
    ("openCaseChat", {"serviceId": "acme", "userId": "p0000"}, {"serviceId": "none"}),
    ("openCaseChat", {"serviceId": "closed"}, {"serviceId": "none"}),
    ("updateService", {"serviceId": "acme", "name": "Mine"}, {"serviceId": "none"}),
    (
        "updateServiceUser",
        {"serviceId": "acme", "userId": "p0000", "tags": []},
        {"serviceId": "none"},
    ),
    ("updateServiceUser", {"serviceId": "acme", "userId": "p0000", "tags": []}, {"userId": "none"}),
    (
        "updateConsent",
        {"serviceId": "acme", "channel": "sms", "purpose": "marketing", "granted": True},
        {"serviceId": "none"},
    ),
    (
        "updateConsent",
        {
            "serviceId": "acme",
            "channel": "sms",
            "purpose": "marketing",
            "granted": True,
            "userId": "p0000",
        },
        {"serviceId": "none"},
    ),
    ("importPeople", {"serviceId": "acme", "csv": "uid\nx\n"}, {"serviceId": "none"}),
    ("previewCampaign", {"job": {"serviceId": "acme"}}, {"job": {"serviceId": "none"}}),
    ("explainRecipient", {"campaignId": "c1", "userId": "p0000"}, {"campaignId": "none"}),
    ("explainRecipient", {"campaignId": "c1", "userId": "p0000"}, {"userId": "none"}),
    ("exportCampaign", {"campaignId": "c1"}, {"campaignId": "none"}),
    ("retryFailed", {"campaignId": "c1"}, {"campaignId": "none"}),
    ("resolveReport", {"reportId": "", "resolution": "upheld"}, {"reportId": "0" * 32}),
    ("banUser", {"userId": "ann", "reason": "x"}, {"userId": "none"}),
    ("unbanUser", {"userId": "banned"}, {"userId": "ann"}),
    ("findCases", {"serviceId": "acme", "where": {"uid": "p0000"}}, {"serviceId": "none"}),
    (
        "updateCases",
        {
            "serviceId": "acme",
            "cases": {"view": "all"},
            "changes": {"state": "closed"},
            "jobId": "job1",
        },
        {"serviceId": "none"},
    ),
    ("undoBulkJob", {"serviceId": "acme", "jobId": "job1"}, {"serviceId": "none"}),
    ("cancelBulkJob", {"serviceId": "acme", "jobId": "job1"}, {"serviceId": "none"}),
    (
        "sendTest",
        {"job": {"serviceId": "acme"}, "userIds": ["p0000"], "testId": "test1"},
        {"job": {"serviceId": "none"}},
    ),
    ("campaignsOf", {"serviceId": "acme", "userId": "p0000"}, {"serviceId": "none"}),
    ("campaignsOf", {"serviceId": "acme", "userId": "p0000"}, {"userId": "none"}),
    ("devicesOf", {"serviceId": "acme", "userId": "p0000"}, {"serviceId": "none"}),
    ("devicesOf", {"serviceId": "acme", "userId": "p0000"}, {"userId": "none"}),
    ("getHealth", {}, {}),
    (
        "reconcile",
        {"cursor": recount_cursor("chats/ann:bob", Recounted())},
        {"cursor": recount_cursor("chats/ann:nobody", Recounted())},
    ),
    ("redriveDeadLetters", {"ids": ["a" * 32]}, {"ids": ["b" * 32]}),
]
"""A callable, arguments that name what is others', and those that name what does not exist."""

OPENING = {"openDirectChat", "createGroupChat"}
"""They name people and the caller's own chats. ``blocked`` is told to whom a direct chat is refused
anyway; see ``docs/threats.md``."""


@pytest.fixture
async def town() -> TwinWorld:
    """Chats, a campaign and a report, none of which are Eve's."""
    world = TwinWorld()
    await world.service(people=1)
    await world.direct_chat()
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    await world.people("bob")
    made = await world.app.open_chats.create_group(
        caller=ANN, request=CreateGroup(title="Hikers", user_ids=["bob"])
    )
    THEIRS["group"] = made.chat_id
    await world.person("cat")
    asking = await world.app.open_chats.create_group(
        caller=ANN, request=CreateGroup(title="Climbers", user_ids=["cat"])
    )
    assert asking.joined.invited == ["cat"]
    THEIRS["invites"] = asking.chat_id
    for chat_id, sender in ((made.chat_id, "bob"), ("ann:bob", "bob"), (THEIRS["case"], "p0000")):
        await world.post(chat_id, "m1", sender)
    reported = await world.app.reports.report(
        caller=ANN,
        request=ReportMessage.model_validate(
            {"chatId": made.chat_id, "messageId": "m1", "reason": "spam"}
        ),
    )
    THEIRS["report"] = reported.report_id
    await world.write(
        {
            paths.service("closed"): {"name": "C", "kind": "dashboard", "casePolicy": "users"},
            paths.ban("banned"): {"reason": "spam", "by": "boss", "at": world.clock.now()},
        }
    )
    await world.campaign("c1")
    await world.handle(CampaignQueued(campaign_id="c1"))
    return world


async def answer(world: TwinWorld, name: str, asked: Arguments) -> tuple[Any, ...]:
    """Return what Eve is told, without the values that she gave."""
    (row,) = [row for row in TABLE if row.name == name]
    request = row.model.model_validate(asked)
    given = [*asked.values(), *(asked.get("job") or {}).values()]
    try:
        said = row.answer(request, await row.call(world.app, EVE, request))
    except Refused as refused:
        told: tuple[Any, ...] = (refused.kind, refused.reason, refused.message, refused.way_out)
    else:
        told = (said,)
    text = repr(told)
    for value in sorted(map(str, given), key=len, reverse=True):
        text = text.replace(f"{value!r}", "?").replace(f"{value}", "?")
    return (text,)


@pytest.mark.parametrize(("name", "kind", "more"), IN_A_CHAT, ids=str)
async def test_a_chat_of_others_is_answered_as_one_that_does_not_exist(
    town: TwinWorld, name: str, kind: str, more: Arguments
) -> None:
    before = {path: town.store.document(path) for path in town.store.paths()}

    theirs = await answer(town, name, {"chatId": THEIRS[kind], **more})
    none = await answer(town, name, {"chatId": NONE[kind], **more})

    assert theirs == none
    assert {path: town.store.document(path) for path in town.store.paths()} == before


@pytest.mark.parametrize(("name", "theirs", "none"), ELSEWHERE, ids=str)
async def test_what_belongs_to_others_is_answered_as_what_does_not_exist(
    town: TwinWorld, name: str, theirs: Arguments, none: Arguments
) -> None:
    if "reportId" in theirs:
        theirs = theirs | {"reportId": THEIRS["report"]}

    assert await answer(town, name, theirs) == await answer(town, name, theirs | none)


async def test_the_answers_of_members_differ_so_that_the_comparison_can_fail(
    town: TwinWorld,
) -> None:
    chat_id = THEIRS["group"]
    member = {"role": "member", "joinedAt": town.clock.now()}
    await town.write({paths.chat_member(chat_id, "eve"): member})
    assert ids.parse_chat_id(chat_id).kind == "group"

    asked = {"messageId": "none", "reason": "spam"}
    theirs = await answer(town, "reportMessage", {"chatId": chat_id, **asked})
    none = await answer(town, "reportMessage", {"chatId": "nogroup", **asked})

    assert theirs != none


def test_every_callable_is_compared() -> None:
    compared = {name for name, *_ in IN_A_CHAT} | {name for name, *_ in ELSEWHERE}
    assert {row.name for row in TABLE} - OPENING == compared
