"""What those read who join a group that keeps what was said before."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.reading import ListMessages
from parley.domain.requests import (
    AcceptInvite,
    AddMembers,
    CreateGroup,
    LeaveChat,
    OpenCaseChat,
    ReportMessage,
    UpdateChat,
)
from parley.store import SERVER_TIME, Update
from schema import paths
from schema.audit import AuditEntry
from schema.events import CampaignQueued
from schema.memberships import Member
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

ANN, BOB, CAT = UserCaller("ann"), UserCaller("bob"), UserCaller("cat")


async def group(world: World, **more: Any) -> str:
    """Return Ann's group with Bob, to which she adds others without asking."""
    await world.people("ann", "bob", "cat", "dan", "eve")
    asked = {"title": "Hikers", "userIds": ["bob"], **more}
    made = await world.app.open_chats.create_group(
        caller=ANN, request=CreateGroup.model_validate(asked)
    )
    return made.chat_id


async def add(world: World, chat_id: str, *names: str) -> None:
    world.clock.advance(1)
    request = AddMembers(chat_id=chat_id, user_ids=list(names))
    await world.app.change_members.add(caller=ANN, request=request)
    world.clock.advance(1)


async def keep(world: World, chat_id: str, history_for: str) -> None:
    request = UpdateChat.model_validate({"chatId": chat_id, "historyFor": history_for})
    await world.app.update_chats.update_chat(caller=ANN, request=request)


def member(world: World, chat_id: str, uid: str) -> Member:
    return Member.parse(world.at(paths.chat_member(chat_id, uid)))


def reads_from(world: World, chat_id: str, uid: str) -> datetime | None:
    return member(world, chat_id, uid).reads_from


async def read(world: World, chat_id: str, caller: UserCaller) -> list[str]:
    request = ListMessages(chat_id=chat_id, limit=100)
    page = await world.app.read_chats.messages(caller=caller, request=request)
    return [one for one in page.items if one.startswith("m")]


async def test_a_new_member_reads_what_was_said_before_unless_the_group_says_otherwise(
    world: World,
) -> None:
    chat_id = await group(world)
    await world.post(chat_id, "m1", "bob")
    await add(world, chat_id, "cat")

    assert reads_from(world, chat_id, "cat") is None
    assert await read(world, chat_id, CAT) == ["m1"]


async def test_a_member_of_a_group_for_those_who_joined_reads_since_then(world: World) -> None:
    chat_id = await group(world, historyFor="sinceJoined")
    await world.post(chat_id, "m1", "bob")
    await add(world, chat_id, "cat")
    await world.post(chat_id, "m2", "bob")

    joined = member(world, chat_id, "cat")
    assert joined.reads_from == joined.joined_at
    assert await read(world, chat_id, CAT) == ["m2"]
    assert await read(world, chat_id, BOB) == ["m2", "m1"]
    assert reads_from(world, chat_id, "ann") is None, "who was there at first reads all"


async def test_changing_the_history_concerns_those_who_join_from_then_on(world: World) -> None:
    chat_id = await group(world)
    await add(world, chat_id, "cat")
    await keep(world, chat_id, "sinceJoined")
    await add(world, chat_id, "dan")
    await keep(world, chat_id, "members")
    await add(world, chat_id, "eve")

    assert [reads_from(world, chat_id, uid) is None for uid in ("bob", "cat", "dan", "eve")] == [
        True,
        True,
        False,
        True,
    ]


async def test_who_left_and_comes_back_reads_since_they_came_back(world: World) -> None:
    chat_id = await group(world)
    await world.post(chat_id, "m1", "ann")
    await keep(world, chat_id, "sinceJoined")
    await world.app.change_members.leave(caller=BOB, request=LeaveChat(chat_id=chat_id))
    await world.post(chat_id, "m2", "ann")
    await add(world, chat_id, "bob")
    assert await read(world, chat_id, BOB) == [], "an invitation shows nothing of before either"
    await world.post(chat_id, "m3", "ann")
    assert await read(world, chat_id, BOB) == ["m3"]
    await world.app.answer_invitations.accept(caller=BOB, request=AcceptInvite(chat_id=chat_id))
    await world.post(chat_id, "m4", "ann")

    assert await read(world, chat_id, BOB) == ["m4", "m3"]


async def test_an_invited_person_reads_from_their_invitation_on_before_and_after_accepting(
    world: World,
) -> None:
    chat_id = await group(world, historyFor="sinceJoined")
    await world.person("vic")
    await world.post(chat_id, "m1", "bob")
    await add(world, chat_id, "vic")
    await world.post(chat_id, "m2", "bob")
    vic = UserCaller("vic")

    row = UserChat.parse(world.at(paths.user_chat("vic", chat_id)))
    assert (row.invited, await read(world, chat_id, vic)) == (True, ["m2"])
    await Group(world, chat_id).accept("vic")
    await world.post(chat_id, "m3", "bob")

    assert reads_from(world, chat_id, "vic") == row.reads_from
    assert await read(world, chat_id, vic) == ["m3", "m2"]


@pytest.mark.parametrize("then", ["said", "fanned out late", "edited"])
async def test_the_group_shows_an_invited_person_no_text_of_before(world: World, then: str) -> None:
    chat_id = await group(world, historyFor="sinceJoined")
    hikers = Group(world, chat_id)
    await world.person("vic")
    await add(world, chat_id, "vic")
    await hikers.decline("vic")
    await world.post(chat_id, "m1", "bob", "a secret")
    if then != "fanned out late":
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    world.clock.advance(1)

    await add(world, chat_id, "vic")

    if then == "edited":
        edit = {"body": "a secret, edited", "editedAt": SERVER_TIME}
        await world.store.commit([Update(paths.message(chat_id, "m1"), edit)])
        await world.app.fan_out_messages.follow_changes(chat_id, ["m1"])
    elif then == "fanned out late":
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    row = hikers.row("vic")
    assert row is not None
    assert row.invited
    shown = world.at(paths.chat(chat_id)), world.at(paths.user_chat("vic", chat_id))
    assert "secret" not in str(shown)


async def test_a_message_after_an_invitation_is_shown(world: World) -> None:
    chat_id = await group(world, historyFor="sinceJoined")
    await world.person("vic")
    await add(world, chat_id, "vic")
    await world.post(chat_id, "m1", "bob", "for all")

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    last = Group(world, chat_id).chat.last_message
    assert last is not None
    assert last.preview == "for all"


async def test_a_message_of_before_is_reported_by_nobody_who_cannot_read_it(world: World) -> None:
    chat_id = await group(world, historyFor="sinceJoined")
    await world.post(chat_id, "m1", "bob")
    await add(world, chat_id, "cat")
    await world.post(chat_id, "m2", "bob")

    def report(caller: UserCaller, message_id: str) -> Any:
        asked = {"chatId": chat_id, "messageId": message_id, "reason": "spam"}
        return world.app.reports.report(caller=caller, request=ReportMessage.model_validate(asked))

    answers = []
    for message_id in ("m1", "nowhere"):
        with pytest.raises(Refused) as refused:
            await report(CAT, message_id)
        answers.append(refused.value.message.replace(message_id, "?"))
    assert answers[0] == answers[1], "as if it were not there"
    assert (await report(CAT, "m2")).created
    assert (await report(ANN, "m1")).created


async def test_a_change_of_history_is_audited_once_and_announced_to_nobody(world: World) -> None:
    chat_id = await group(world)
    commits = Commits(world.store)

    await keep(world, chat_id, "members")
    assert commits.count == 0, "which is what a group does anyway"
    for _ in range(2):
        await keep(world, chat_id, "sinceJoined")

    assert commits.count == 1
    audits = [
        AuditEntry.parse(world.at(path))
        for path in world.store.paths()
        if path.startswith(paths.chat_audit(chat_id, ""))
    ]
    assert [(one.before, one.after) for one in audits if one.action == "described"] == [
        ({"historyFor": "members"}, {"historyFor": "sinceJoined"})
    ]


async def test_only_groups_have_a_history_to_keep(world: World) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "boss"): {"role": "owner", "displayName": "Boss"}})
    asked = OpenCaseChat(service_id="acme")
    opened = await world.app.open_chats.open_case(
        caller=UserCaller("p0000"), service_id=asked.service_id
    )
    request = UpdateChat.model_validate({"chatId": opened.chat_id, "historyFor": "sinceJoined"})
    with pytest.raises(Refused, match="historyFor: nobody joins a case chat"):
        await world.app.update_chats.update_chat(caller=UserCaller("boss"), request=request)


async def test_the_message_of_a_campaign_is_shown_to_those_whom_it_lets_join(world: World) -> None:
    uids = await world.service(people=2)
    name = {"title": "News", "uniqueName": "news"}
    await world.write({paths.staff("acme", "boss"): {"role": "owner", "displayName": "Boss"}})

    async def send(campaign_id: str, *audience: str) -> None:
        to = {"userIds": list(audience)}
        await world.campaign(campaign_id, kind="group", chat=name, audience=to)
        await world.handle(CampaignQueued(campaign_id=campaign_id))
        await world.work()

    await send("first", uids[0])
    chat_id = str(world.at(paths.campaign_status("first"))["chatId"])
    request = UpdateChat.model_validate({"chatId": chat_id, "historyFor": "sinceJoined"})
    await world.app.update_chats.update_chat(caller=UserCaller("boss"), request=request)
    world.clock.advance(60)
    await send("second", *uids)

    joined = reads_from(world, chat_id, uids[1])
    assert joined is not None
    said_at = world.at(paths.message(chat_id, "second:group"))["createdAt"]
    assert timedelta(0) <= said_at - joined <= timedelta(milliseconds=1)
    request_all = ListMessages(chat_id=chat_id, limit=100)
    page = await world.app.read_chats.messages(caller=UserCaller(uids[1]), request=request_all)
    assert list(page.items) == ["second:group"]
