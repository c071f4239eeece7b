from typing import Any

import pytest

from parley.domain.access import ApiKeyCaller, Caller, Refused, StaffCaller, UserCaller
from parley.domain.reading import ListCampaigns, ListCases, ListChats, ListMembers, ListMessages
from parley.domain.requests import CreateGroup
from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World

ANN, STRANGER = UserCaller("ann"), UserCaller("stranger")
VIEWER = UserCaller("viewer")
KEY = ApiKeyCaller("k1", "acme")
DASHBOARD = ids.service_member("acme")
CASE = ids.case_chat_id("p0000", "acme")


@pytest.fixture
async def acme(world: World) -> World:
    """Acme with a case of each of three people, and a viewer on its staff."""
    for uid in await world.service(people=3):
        await world.app.open_chats.open_case(caller=UserCaller(uid), service_id="acme")
        world.clock.advance(1)
    await world.write({paths.staff("acme", "viewer"): {"role": "viewer", "displayName": "V"}})
    return world


async def messages(world: World, caller: Caller, chat_id: str, **more: Any) -> list[str]:
    request = ListMessages(chat_id=chat_id, **more)
    return list((await world.app.read_chats.messages(caller=caller, request=request)).items)


async def test_each_page_of_messages_continues_the_one_before(world: World) -> None:
    chat_id = await world.direct_chat()
    for number in range(5):
        # Two have the same time.
        world.clock.advance(number % 2)
        await world.post(chat_id, f"m{number}", "ann")
    seen: list[list[str]] = []
    cursor = None
    while not seen or cursor is not None:
        request = ListMessages(chat_id=chat_id, limit=2, cursor=cursor)
        page = await world.app.read_chats.messages(caller=ANN, request=request)
        seen.append(list(page.items))
        cursor = page.next_cursor

    assert seen == [["m4", "m3"], ["m2", "m1"], ["m0"]]


async def test_a_chat_list_is_newest_first_and_private(acme: World) -> None:
    chats = acme.app.read_chats.chats

    for caller in (VIEWER, KEY):
        page = await chats(caller=caller, request=ListChats(member_id=DASHBOARD))
        assert list(page.items) == [ids.case_chat_id(f"p000{n}", "acme") for n in (2, 1, 0)]
    own = await chats(caller=UserCaller("p0000"), request=ListChats())
    assert list(own.items) == [CASE]
    for wanted in ("p0000", DASHBOARD):
        with pytest.raises(Refused):
            await chats(caller=STRANGER, request=ListChats(member_id=wanted))


@pytest.mark.parametrize(
    "caller", [UserCaller("p0000"), VIEWER, KEY, StaffCaller("sam", "acme", "agent")], ids=str
)
async def test_the_person_and_the_staff_read_a_case(acme: World, caller: Caller) -> None:
    assert len(await messages(acme, caller, CASE)) == 1
    request = ListMembers(chat_id=CASE)
    members = await acme.app.read_chats.members(caller=caller, request=request)
    assert set(members.items) == {"p0000", DASHBOARD}


@pytest.mark.parametrize(
    "caller",
    [STRANGER, UserCaller("p0001"), ApiKeyCaller("k", "other"), StaffCaller("s", "other", "owner")],
    ids=str,
)
@pytest.mark.parametrize("chat_id", [CASE, ids.case_chat_id("nobody", "acme"), "nowhere"])
async def test_strangers_do_not_learn_whether_a_chat_exists(
    acme: World, caller: Caller, chat_id: str
) -> None:
    with pytest.raises(Refused) as refused:
        await messages(acme, caller, chat_id)
    assert refused.value.reason == "notAMember"


async def test_staff_read_a_group_only_while_their_dashboard_is_in_it(acme: World) -> None:
    await acme.people("bob")
    request = CreateGroup(title="Hikers", user_ids=["bob"])
    group = (await acme.app.open_chats.create_group(caller=ANN, request=request)).chat_id
    chat = acme.at(paths.chat(group))
    await acme.write({paths.chat(group): chat | {"serviceId": "acme"}})
    with pytest.raises(Refused):
        await messages(acme, VIEWER, group)

    await acme.write(
        {paths.chat_member(group, DASHBOARD): acme.at(paths.chat_member(group, "bob"))}
    )

    assert len(await messages(acme, VIEWER, group)) == 1


async def test_staff_do_not_read_direct_chats(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.write({paths.staff("default", "owner"): {"role": "owner", "displayName": "O"}})

    with pytest.raises(Refused):
        await messages(world, UserCaller("owner"), chat_id)


async def test_staff_list_cases_by_state(acme: World) -> None:
    cases = acme.app.read_chats.cases

    first = await cases(caller=VIEWER, request=ListCases(service_id="acme", limit=2))
    rest = await cases(
        caller=VIEWER, request=ListCases(service_id="acme", limit=2, cursor=first.next_cursor)
    )

    assert [*first.items, *rest.items] == [ids.case_chat_id(f"p000{n}", "acme") for n in range(3)]
    assert rest.next_cursor is None
    closed = await cases(caller=VIEWER, request=ListCases(service_id="acme", state="closed"))
    assert not closed.items
    with pytest.raises(Refused):
        await cases(caller=STRANGER, request=ListCases(service_id="acme"))


async def test_staff_list_campaigns(acme: World) -> None:
    for name in ("c1", "c2"):
        await acme.campaign(name)
        await acme.app.run_campaigns.run(name)
    statuses = acme.app.read_campaigns.statuses

    every = await statuses(caller=VIEWER, request=ListCampaigns(service_id="acme"))
    failed = ListCampaigns.model_validate({"serviceId": "acme", "state": "failed"})

    assert list(every.items) == ["c1", "c2"]
    assert not (await statuses(caller=VIEWER, request=failed)).items
    with pytest.raises(Refused):
        await statuses(caller=STRANGER, request=failed)


@pytest.mark.parametrize(
    "cursor", ["", "?", "bm9wZQ==", "WyJhL2IiLCAiMjAyNi0wMS0wNSJd", "W1siYSJd"]
)
async def test_an_invalid_cursor_is_refused(world: World, cursor: str) -> None:
    chat_id = await world.direct_chat()

    with pytest.raises(Refused, match=r"^cursor: ") as refused:
        await messages(world, ANN, chat_id, cursor=cursor)
    assert refused.value.reason == "invalidArgument"


async def test_an_invited_person_reads_messages_and_no_members(acme: World) -> None:
    await acme.people("vic", adds="contacts")
    request = CreateGroup(title="Hikers", user_ids=["vic"])
    group = (await acme.app.open_chats.create_group(caller=ANN, request=request)).chat_id

    assert await messages(acme, UserCaller("vic"), group)

    with pytest.raises(Refused):
        await acme.app.read_chats.members(
            caller=UserCaller("vic"), request=ListMembers(chat_id=group)
        )
    with pytest.raises(Refused):
        await messages(acme, STRANGER, group)
