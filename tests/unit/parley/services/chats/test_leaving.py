"""Leaving is idempotent, also for staff, and tells nobody which groups exist."""

from __future__ import annotations

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import LeaveChat, RemoveMember, SetRole, UpdateChat
from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.group import Group

DASHBOARD = "service:acme"


@pytest.fixture
async def shared(group: Group) -> Group:
    """Ann's group of bob and cat, with a dashboard; bob is on its staff."""
    world = group.world
    await world.service()
    chat = world.at(paths.chat(group.id))
    members = [*chat["memberIds"], DASHBOARD]
    await world.write(
        {
            paths.chat(group.id): {
                **chat,
                "serviceId": "acme",
                "memberIds": members,
                "memberCount": 4,
            },
            paths.chat_member(group.id, DASHBOARD): {"role": "admin", "joinedAt": SERVER_TIME},
            paths.staff("acme", "bob"): {"role": "agent", "displayName": "Bob"},
            paths.staff("acme", "eve"): {"role": "agent", "displayName": "Eve"},
            paths.staff("acme", "vic"): {"role": "viewer", "displayName": "Vic"},
        }
    )
    return group


async def leave(group: Group, uid: str, **arguments: object) -> None:
    request = LeaveChat.model_validate({"chatId": group.id, **arguments})
    await group.world.app.change_members.leave(caller=UserCaller(uid), request=request)


async def test_a_repeat_of_ones_own_leaving_does_not_take_the_dashboard_out(shared: Group) -> None:
    for _ in range(3):
        await leave(shared, "bob")

    assert (shared.role("bob"), shared.role(DASHBOARD)) == (None, "admin")


async def test_staff_take_their_dashboard_out_by_naming_it(shared: Group) -> None:
    await leave(shared, "eve")
    assert shared.role(DASHBOARD) == "admin"

    commits = Commits(shared.world.store)
    for _ in range(2):
        await leave(shared, "eve", **{"as": "service"})
    assert commits.count == 1
    assert shared.role(DASHBOARD) is None
    assert shared.role("bob") == "member"
    assert shared.audit("left").by == "eve"


@pytest.mark.parametrize("who", ["cat", "vic", "stranger"])
async def test_only_agents_take_the_dashboard_out(shared: Group, who: str) -> None:
    with pytest.raises(Refused) as refused:
        await leave(shared, who, **{"as": "service"})
    assert refused.value.reason == "notAMember"
    assert shared.role(DASHBOARD) == "admin"


@pytest.mark.parametrize("as_what", ["ann", "owner", 1, True])
def test_a_group_is_left_as_oneself_or_as_a_service(as_what: object) -> None:
    with pytest.raises(ValueError, match="as"):
        LeaveChat.model_validate({"chatId": "c", "as": as_what})


async def test_a_stranger_gets_one_answer_for_a_group_and_for_none(shared: Group) -> None:
    world = shared.world
    nowhere = Group(world, "0" * 32)
    told = []
    for group in (shared, nowhere):
        change = world.app.change_members
        update = UpdateChat(chat_id=group.id, title="Mine")
        remove = RemoveMember(chat_id=group.id, user_id="ann")
        promote = SetRole(chat_id=group.id, user_id="ann", role="member")
        caller = UserCaller("stranger")
        answers = []
        for call in (
            group.add("stranger", "mal"),
            change.remove(caller=caller, request=remove),
            change.set_role(caller=caller, request=promote),
            world.app.update_chats.update_chat(caller=caller, request=update),
            leave(group, "stranger", **{"as": "service"}),
        ):
            with pytest.raises(Refused) as refused:
                await call
            answers.append(
                (refused.value.kind, refused.value.reason, str(refused.value).replace(group.id, ""))
            )
        await leave(group, "stranger")
        told.append(answers)

    assert told[0] == told[1]
    assert {reason for _, reason, _ in told[0]} == {"notAMember"}
