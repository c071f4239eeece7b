from __future__ import annotations

import asyncio

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.people_requests import UpdateService
from parley.domain.requests import AddMembers, CreateGroup
from parley.errors import CommitOutcomeUnknown
from parley.store import SERVER_TIME, Delete, Update
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message
from schema.user_chats import UserChat
from schema.users import ServiceUser
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_two_people_have_one_chat_however_many_open_it_at_once(world: World) -> None:
    opened = await asyncio.gather(
        *(
            world.app.open_chats.open_direct(caller=UserCaller(uid), other_uid=other)
            for uid, other in [("ann", "bob"), ("bob", "ann")] * 25
        )
    )

    assert {one.chat_id for one in opened} == {"ann:bob"}
    assert sum(one.created for one in opened) == 1
    for uid in ("ann", "bob"):
        assert Member.parse(world.at(paths.chat_member("ann:bob", uid))).role == "member"


async def test_a_chat_created_by_a_client_is_returned_unchanged(world: World) -> None:
    chat_id = await world.direct_chat()
    before = world.at(paths.chat(chat_id))

    opened = await world.app.open_chats.open_direct(caller=UserCaller("bob"), other_uid="ann")

    assert (opened.chat_id, opened.created) == (chat_id, False)
    assert world.at(paths.chat(chat_id)) == before


async def test_nobody_opens_a_chat_with_themselves_or_a_blocker(
    world: World,
) -> None:
    await world.write({paths.user_block("bob", "ann"): {"createdAt": SERVER_TIME}})

    with pytest.raises(Refused) as with_oneself:
        await world.app.open_chats.open_direct(caller=UserCaller("ann"), other_uid="ann")
    with pytest.raises(Refused) as with_blocker:
        await world.app.open_chats.open_direct(caller=UserCaller("ann"), other_uid="bob")

    assert with_oneself.value.reason == "selfChat"
    assert with_blocker.value.reason == "blocked"
    assert not [path for path in world.store.paths() if path.startswith("chats/")]


async def test_a_group_is_created_in_one_commit(
    world: World,
) -> None:
    await world.people("bob", "cat")
    request = CreateGroup(title="Hikers", user_ids=["bob", "cat", "bob"])

    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)

    chat = Chat.parse(world.at(paths.chat(opened.chat_id)))
    assert chat.member_ids == ["ann", "bob", "cat"]
    assert Member.parse(world.at(paths.chat_member(opened.chat_id, "ann"))).role == "owner"
    assert Member.parse(world.at(paths.chat_member(opened.chat_id, "bob"))).role == "member"
    row = UserChat.parse(world.at(paths.user_chat("cat", opened.chat_id)))
    assert (row.title, row.message_count, row.read_count) == ("Hikers", 0, 0)
    assert chat.last_message is not None
    message = Message.parse(world.at(paths.message(opened.chat_id, chat.last_message.id)))
    assert (message.sender_id, message.event, message.by) == ("system", "created", "ann")


async def test_a_group_above_a_hundred_members_is_large_from_the_start(world: World) -> None:
    request = CreateGroup(title="Town", user_ids=[f"u{n}" for n in range(150)])
    await world.people(*request.user_ids)

    opened = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=request)

    chat = Chat.parse(world.at(paths.chat(opened.chat_id)))
    assert (chat.large, chat.member_count, chat.member_ids) == (True, 151, None)
    assert world.at(paths.user_chat("u149", opened.chat_id))["large"] is True


async def test_opening_a_case_makes_the_person_a_user_of_the_service(world: World) -> None:
    await world.service()
    await world.write({paths.user("ann"): {"displayName": "Ann", "createdAt": SERVER_TIME}})

    opened = await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")
    again = await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")

    assert (opened.chat_id, opened.created, again.created) == ("ann:service:acme", True, False)
    chat = Chat.parse(world.at(paths.chat(opened.chat_id)))
    assert (chat.state, chat.member_ids) == ("open", ["ann", "service:acme"])
    assert world.at(paths.user_chat("service:acme", opened.chat_id))["messageCount"] == 0
    known = ServiceUser.parse(world.at(paths.service_user("acme", "ann")))
    assert known.display_name == "Ann"
    assert world.at(paths.user("ann"))["serviceIds"] == ["acme"]


async def test_a_service_for_its_users_alone_is_to_strangers_as_none(world: World) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "boss"): {"role": "owner", "displayName": "Boss"}})
    request = UpdateService.model_validate({"serviceId": "acme", "casePolicy": "users"})
    await world.app.update_services.update_service(caller=UserCaller("boss"), request=request)

    answers = []
    for service_id in ("acme", "none"):
        with pytest.raises(Refused) as refused:
            await world.app.open_chats.open_case(caller=UserCaller("eve"), service_id=service_id)
        answers.append((refused.value.reason, refused.value.message.replace(service_id, "?")))
    assert answers[0] == answers[1]
    assert world.store.document(paths.service_user("acme", "eve")) is None

    mine = await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")
    assert mine.created
    by_staff = await world.app.open_chats.open_case(
        caller=UserCaller("boss"), service_id="acme", user_id="p0000"
    )
    assert not by_staff.created
    with pytest.raises(Refused):
        await world.app.open_chats.open_case(
            caller=UserCaller("boss"), service_id="acme", user_id="eve"
        )


async def test_whose_user_record_went_reopens_the_case_that_they_have(world: World) -> None:
    await world.service(people=1)
    person = UserCaller("p0000")
    await world.app.open_chats.open_case(caller=person, service_id="acme")
    service = {"name": "Acme", "kind": "dashboard", "casePolicy": "users"}
    await world.write({paths.service("acme"): service})
    await world.store.commit([Delete(paths.service_user("acme", "p0000"))])

    assert not (await world.app.open_chats.open_case(caller=person, service_id="acme")).created


async def test_reopening_a_case_is_audited(world: World) -> None:
    await world.service(people=1)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert world.at(paths.chat("p0000:service:acme"))["state"] == "closed"

    opened = await world.app.open_chats.open_case(caller=UserCaller("p0000"), service_id="acme")

    chat = Chat.parse(world.at(paths.chat(opened.chat_id)))
    assert (chat.state, opened.created) == ("open", False)
    (audit,) = [path for path in world.store.paths() if "/audit/" in path]
    assert world.at(audit)["before"] == {"state": "closed"}
    row = world.at(paths.user_chat("p0000", opened.chat_id))
    assert row["messageCount"] == 1, "a system message counts for nobody's unread"


async def test_reopening_a_case_keeps_muted_members_muted(world: World) -> None:
    await world.service()
    chat_id = (
        await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")
    ).chat_id
    mine = paths.chat_member(chat_id, "ann")
    await world.write({mine: world.at(mine) | {"canPost": False}})
    await world.store.commit([Update(paths.chat(chat_id), {"state": "closed"})])
    before = world.at(mine)
    world.clock.advance(60)

    await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")

    assert world.at(paths.chat(chat_id))["state"] == "open"
    assert world.at(mine) == before


async def test_only_staff_except_viewers_open_a_case_with_a_user(world: World) -> None:
    await world.service(people=1)
    await world.write(
        {
            paths.staff("acme", "agent1"): {"role": "agent", "displayName": "A"},
            paths.staff("acme", "viewer1"): {"role": "viewer", "displayName": "V"},
        }
    )

    for uid in ("viewer1", "stranger"):
        with pytest.raises(Refused) as refused:
            await world.app.open_chats.open_case(
                caller=UserCaller(uid), service_id="acme", user_id="p0000"
            )
        assert refused.value.reason == "notStaff"
    with pytest.raises(Refused) as unknown:
        await world.app.open_chats.open_case(
            caller=UserCaller("agent1"), service_id="acme", user_id="nobody"
        )
    assert unknown.value.reason == "unknownUser"
    opened = await world.app.open_chats.open_case(
        caller=UserCaller("agent1"), service_id="acme", user_id="p0000"
    )
    assert opened.created


async def test_a_person_does_not_see_which_staff_member_opened_their_case(world: World) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "agent1"): {"role": "agent", "displayName": "A"}})

    opened = await world.app.open_chats.open_case(
        caller=UserCaller("agent1"), service_id="acme", user_id="p0000"
    )

    chat = world.at(paths.chat(opened.chat_id))
    message = world.at(paths.message(opened.chat_id, chat["lastMessage"]["id"]))
    assert (chat["createdBy"], message["by"]) == ("service:acme", "service:acme")
    (audit,) = [path for path in world.store.paths() if "/audit/" in path]
    assert world.at(audit)["by"] == "agent1"


async def test_a_lost_answer_still_returns_the_chat(world: World) -> None:
    await world.service()
    world.store.faults.append(lost_answer(times=2))

    direct = await world.app.open_chats.open_direct(caller=UserCaller("ann"), other_uid="bob")
    case = await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")

    assert world.at(paths.chat(direct.chat_id))["kind"] == "direct"
    assert world.at(paths.chat(case.chat_id))["messageCount"] == 1


async def test_a_random_group_is_created_despite_a_lost_answer(world: World) -> None:
    await world.people("bob")
    world.store.faults.append(lost_answer())

    opened = await world.app.open_chats.create_group(
        caller=UserCaller("ann"), request=CreateGroup(title="Hikers", user_ids=["bob"])
    )

    assert opened.created


async def test_a_store_that_never_answers_ends_in_an_error(world: World) -> None:
    world.store.faults.append(failing(CommitOutcomeUnknown("told to"), times=100))

    with pytest.raises(CommitOutcomeUnknown, match="8 commits in a row"):
        await world.app.open_chats.open_direct(caller=UserCaller("ann"), other_uid="bob")


async def test_anonymous_people_add_nobody(world: World) -> None:
    guest = UserCaller("eve", is_anonymous=True)
    asked = CreateGroup(title="Hikers", user_ids=["ann"])
    group = await world.app.open_chats.create_group(caller=UserCaller("ann"), request=asked)

    with pytest.raises(Refused, match="creating a group"):
        await world.app.open_chats.create_group(caller=guest, request=asked)
    with pytest.raises(Refused, match="adding people"):
        await world.app.change_members.add(
            caller=guest, request=AddMembers(chat_id=group.chat_id, user_ids=["bob"])
        )
