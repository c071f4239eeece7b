from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import (
    AddMembers,
    CreateGroup,
    DeclineInvite,
    ReportMessage,
    ResolveReport,
)
from parley.errors import Conflict
from parley.services.chats.report_messages import FiledReport
from parley.store import SERVER_TIME
from parley.testing.faults import failing, lost_answer
from schema import limits, paths
from schema.reasons import ReportResolution
from schema.reports import Report
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World

CASE = "p0000:service:acme"
ROLES = ("owner", "admin", "agent", "viewer")


@pytest.fixture
async def town(world: World) -> World:
    """Ann and Bob talk; a person has a case at Acme. Both services have staff of each role."""
    await world.service(people=1)
    await world.write(
        {
            paths.staff(service_id, f"{service_id}-{role}"): {"role": role, "displayName": role}
            for service_id in ("default", "acme")
            for role in ROLES
        }
    )
    await world.direct_chat()
    await world.post("ann:bob", "m1", "bob", "an insult")
    await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    return world


async def report(
    world: World, uid: str = "ann", chat_id: str = "ann:bob", message_id: str = "m1", **more: Any
) -> FiledReport:
    asked = {"chatId": chat_id, "messageId": message_id, "reason": "harassment", **more}
    return await world.app.reports.report(
        caller=UserCaller(uid), request=ReportMessage.model_validate(asked)
    )


def report_of(world: World, filed: FiledReport) -> Report:
    return Report.parse(world.at(paths.report(filed.report_id)))


def reports(world: World) -> list[str]:
    return [path for path in world.store.paths() if path.startswith(f"{paths.REPORTS}/")]


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_a_report_shows_staff_the_message_and_its_people(town: World) -> None:
    commits = Commits(town.store)

    filed = await report(town, comment="He goes on and on")

    assert (commits.count, filed.created) == (1, True)
    held = report_of(town, filed)
    assert (held.service_id, held.chat_id, held.message_id) == ("default", "ann:bob", "m1")
    assert (held.reporter_id, held.sender_id) == ("ann", "bob")
    assert (held.reason, held.comment, held.state) == ("harassment", "He goes on and on", "open")
    assert held.message.body == "an insult"
    assert held.created_at == town.clock.now()


@pytest.mark.parametrize("fault", [None, "lost answer", "conflict"])
async def test_one_person_reports_a_message_once(town: World, fault: str | None) -> None:
    if fault is not None:
        town.store.faults.append(
            lost_answer() if fault == "lost answer" else failing(Conflict("told to"), times=1)
        )

    filed = await asyncio.gather(*(report(town, reason="spam") for _ in range(4)))
    again = await report(town, comment="And more")

    assert {one.report_id for one in filed} == {again.report_id}
    assert not again.created
    assert len(reports(town)) == 1
    assert report_of(town, again).comment is None, "the first report stands"


async def test_an_invited_person_reports_what_they_can_read(town: World) -> None:
    await town.people("mal")
    await town.person("vic")
    asked = CreateGroup(title="Hikers", user_ids=["vic"], history_for="sinceJoined")
    group = await town.app.open_chats.create_group(caller=UserCaller("mal"), request=asked)
    await town.post(group.chat_id, "m1", "mal", "I know where you live")

    filed = await report(town, "vic", group.chat_id)

    assert report_of(town, filed).message.body == "I know where you live"
    assert await refusal(report(town, "ann", group.chat_id)) == "notAMember"
    declined = DeclineInvite(chat_id=group.chat_id)
    await town.app.answer_invitations.decline(caller=UserCaller("vic"), request=declined)
    await town.post(group.chat_id, "m2", "mal", "Hello?")
    assert await refusal(report(town, "vic", group.chat_id, "m2")) == "notAMember"


async def test_an_invited_person_reports_nothing_from_before_they_were_asked(town: World) -> None:
    await town.people("mal")
    await town.person("vic")
    asked = CreateGroup(title="Hikers", user_ids=[], history_for="sinceJoined")
    made = await town.app.open_chats.create_group(caller=UserCaller("mal"), request=asked)
    await town.post(made.chat_id, "m1", "mal", "among us")
    town.clock.advance(5)
    more = AddMembers(chat_id=made.chat_id, user_ids=["vic"])
    await town.app.change_members.add(caller=UserCaller("mal"), request=more)

    assert await refusal(report(town, "vic", made.chat_id)) == "unknownMessage"


async def test_many_reports_at_once_stay_within_the_limit(town: World) -> None:
    for number in range(limits.OPEN_REPORTS + 20):
        await town.post("ann:bob", f"x{number}", "bob", "an insult")

    answers = await asyncio.gather(
        *(report(town, message_id=f"x{number}") for number in range(limits.OPEN_REPORTS + 20)),
        return_exceptions=True,
    )

    assert len(reports(town)) == limits.OPEN_REPORTS
    assert sum(isinstance(one, Refused) for one in answers) == 20


async def test_two_people_report_the_same_message_separately(town: World) -> None:
    await town.people("ann", "cat")
    asked = CreateGroup(title="Hikers", user_ids=["ann", "cat"])
    group = (
        await town.app.open_chats.create_group(caller=UserCaller("bob"), request=asked)
    ).chat_id
    await town.post(group, "m1", "bob")

    one, other = await report(town, "ann", group), await report(town, "cat", group)

    assert one.report_id != other.report_id
    assert len(reports(town)) == 2


async def test_the_copy_stays_when_the_message_is_edited_or_deleted(town: World) -> None:
    filed = await report(town)
    await town.write(
        {paths.message("ann:bob", "m1"): {"senderId": "bob", "createdAt": SERVER_TIME}}
    )

    again = await report(town)

    assert (again.report_id, again.created) == (filed.report_id, False)
    assert report_of(town, filed).message.body == "an insult"


async def test_a_deleted_message_can_be_reported(
    town: World,
) -> None:
    await town.write(
        {
            paths.message("ann:bob", "m1"): {
                "senderId": "bob",
                "createdAt": SERVER_TIME,
                "deletedAt": SERVER_TIME,
            }
        }
    )

    held = report_of(town, await report(town))

    assert (held.sender_id, held.message.body) == ("bob", None)
    assert held.message.deleted_at == town.clock.now()


@pytest.mark.parametrize(
    ("uid", "chat_id", "message_id", "reason"),
    [
        ("bob", "ann:bob", "m1", "ownMessage"),
        ("ann", "ann:bob", "m2", "unknownMessage"),
        ("eve", "ann:bob", "m1", "notAMember"),
        ("eve", "eve:nobody", "m1", "notAMember"),
        ("default-owner", "ann:bob", "m1", "notAMember"),
        ("acme-owner", "ann:bob", "m1", "notAMember"),
    ],
)
async def test_unreadable_and_own_messages_cannot_be_reported(
    town: World, uid: str, chat_id: str, message_id: str, reason: str
) -> None:
    assert await refusal(report(town, uid, chat_id, message_id)) == reason
    assert reports(town) == []


async def test_system_messages_cannot_be_reported(town: World) -> None:
    (opened,) = [path for path in town.store.paths() if path.startswith(paths.messages(CASE) + "/")]

    message_id = paths.last_segment(opened)
    assert await refusal(report(town, "p0000", CASE, message_id)) == "systemMessage"


async def test_a_person_and_staff_report_messages_of_a_case_to_its_service(
    town: World,
) -> None:
    await town.write(
        {
            paths.message(CASE, "m1"): {
                "senderId": "service:acme",
                "staffId": "acme-agent",
                "body": "Rude",
                "createdAt": SERVER_TIME,
            },
            paths.message(CASE, "m2"): {
                "senderId": "p0000",
                "body": "Ruder",
                "createdAt": SERVER_TIME,
            },
        }
    )

    by_person = report_of(town, await report(town, "p0000", CASE, "m1"))
    by_viewer = report_of(town, await report(town, "acme-viewer", CASE, "m2"))

    assert (by_person.service_id, by_person.message.staff_id) == ("acme", "acme-agent")
    assert by_viewer.service_id == "acme"
    assert await refusal(report(town, "acme-agent", CASE, "m1")) == "ownMessage"
    assert await refusal(report(town, "default-owner", CASE, "m2")) == "notAMember"


async def test_staff_report_from_a_group_only_while_their_dashboard_is_in_it(town: World) -> None:
    await town.write(
        {
            paths.chat("hikers"): {
                "serviceId": "acme",
                "kind": "group",
                "createdBy": "ann",
                "createdAt": SERVER_TIME,
            }
        }
    )
    await town.post("hikers", "m1", "bob")
    assert await refusal(report(town, "acme-agent", "hikers")) == "notAMember"

    dashboard = paths.chat_member("hikers", "service:acme")
    await town.write({dashboard: {"role": "member", "joinedAt": SERVER_TIME}})

    assert (await report(town, "acme-agent", "hikers")).created


async def test_a_person_has_at_most_a_hundred_open_reports(
    town: World,
) -> None:
    filed = await report(town)
    held = town.at(paths.report(filed.report_id))
    await town.write({paths.report(f"r{n}"): held for n in range(limits.OPEN_REPORTS - 1)})
    await town.post("ann:bob", "m2", "bob")

    assert await refusal(report(town, message_id="m2")) == "tooManyReports"
    decision = ResolveReport(report_id=filed.report_id, resolution=ReportResolution.DISMISSED)
    await town.app.reports.resolve(caller=UserCaller("default-agent"), request=decision)

    before = town.store.counts
    assert (await report(town, message_id="m2")).created
    assert (town.store.counts - before).reads == 5, "four documents and one count"


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "boredom"},
        {"reason": None},
        {"comment": ""},
        {"comment": "x" * 1_001},
        {"messageId": "a/b"},
        {"messageId": ""},
        {"serviceId": "acme"},
    ],
    ids=str,
)
def test_an_invalid_report_is_refused(wrong: dict[str, Any]) -> None:
    asked = {"chatId": "ann:bob", "messageId": "m1", "reason": "spam"}
    assert ReportMessage.model_validate(asked).comment is None
    with pytest.raises(ValidationError):
        ReportMessage.model_validate(asked | wrong)
