"""A group campaign has one chat with its whole audience, and one message in it."""

from __future__ import annotations

from typing import Any

import pytest

from parley.errors import CommitOutcomeUnknown, Conflict, StoreUnavailable
from parley.store import Update
from parley.testing.faults import failing, lost_answer
from schema import ids, paths
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld

CHAT = {"title": "Town hall", "topic": "News of the town", "uniqueName": "town-hall"}
CHAT_ID = ids.group_chat_id("service:acme", "town-hall")


async def run(world: TwinWorld, campaign_id: str = "c1", repeats: int = 1, **job: Any) -> None:
    await world.campaign(
        campaign_id,
        **({"kind": "group", "chat": CHAT, "message": {"body": "Hello {{ service.name }}"}} | job),
    )
    await world.app.run_campaigns.run(campaign_id)
    await world.work(repeats)


def unread(world: TwinWorld, uid: str) -> int:
    row = world.at(paths.user_chat(uid, CHAT_ID))
    return int(row["messageCount"] - row["readCount"])


@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("people", [0, 3, 99, 100, 250])
async def test_everybody_is_in_the_chat_and_has_one_unread_message(
    world: TwinWorld, people: int, repeats: int
) -> None:
    uids = await world.service(people=people)

    await run(world, repeats=repeats)

    status = status_of(world)
    assert (status.state, status.counts.sent) == ("completed", people)
    assert_sums(world)
    if not people:
        return
    chat = world.at(paths.chat(CHAT_ID))
    assert (chat["title"], chat["topic"], chat["serviceId"]) == ("Town hall", CHAT["topic"], "acme")
    assert chat["memberCount"] == people + 1
    assert chat["messageCount"] == 1
    assert bool(chat.get("large")) == (people + 1 > 100)
    assert chat.get("memberIds") == (["service:acme", *uids] if people < 100 else None)
    assert world.at(paths.chat_member(CHAT_ID, "service:acme"))["role"] == "owner"
    message = world.at(paths.message(CHAT_ID, "c1:group"))
    assert (message["body"], message["campaignId"]) == ("Hello Acme", "c1")
    for uid in uids:
        assert unread(world, uid) == 1
        assert bool(world.at(paths.user_chat(uid, CHAT_ID)).get("large")) == (people + 1 > 100)
        assert world.at(paths.chat_member(CHAT_ID, uid))["joinedAt"] < message["createdAt"]
        assert len(world.sender.sent_to(f"token-{uid}")) == 1


async def test_a_push_shows_the_group_and_who_speaks(world: TwinWorld) -> None:
    await world.service(people=1)
    await run(world)
    (push,) = world.sender.sent_to("token-p0000")
    assert (push.title, push.body) == ("Town hall", "Acme: Hello Acme")
    assert push.data["kind"] == "group"
    assert push.data["chatId"] == CHAT_ID


async def test_a_second_campaign_finds_the_chat_by_its_name(world: TwinWorld) -> None:
    uids = await world.service(people=3)
    await run(world, "c1", audience={"userIds": uids[:2]})
    await run(world, "c2")

    chat = world.at(paths.chat(CHAT_ID))
    assert (chat["memberCount"], chat["messageCount"]) == (4, 2)
    assert [unread(world, uid) for uid in uids] == [2, 2, 1]
    assert chat["lastMessage"]["id"] == "c2:group"


async def test_a_large_group_costs_nothing_for_people_who_are_members(world: TwinWorld) -> None:
    await world.service(people=2_000)
    before = world.store.counts
    await run(world, "c1")
    first = world.store.counts - before
    rows = first.by_collection["writes", "userChats/chats"]
    assert rows == 2_000 + 1, "and the dashboard's, when the chat grows large"
    assert (first.writes - rows) / 2_000 <= 1.05

    before = world.store.counts
    await run(world, "c2")
    second = world.store.counts - before
    assert second.writes / 2_000 <= 0.05
    assert second.reads / 2_000 <= 4.3
    assert status_of(world, "c2").counts.sent == 2_000


async def test_people_who_refused_are_not_added(world: TwinWorld) -> None:
    uids = await world.service(people=3)
    refused = {"consents": {"chat": {"marketing": {"granted": False}}}}
    await world.store.commit([Update(paths.service_user("acme", uids[1]), refused)])
    await run(world)
    assert recipients_of(world)[uids[1]]["reason"] == "noConsent"
    assert world.store.document(paths.chat_member(CHAT_ID, uids[1])) is None
    assert world.at(paths.chat(CHAT_ID))["memberCount"] == 3


async def test_members_may_post_while_the_audience_joins(world: TwinWorld) -> None:
    uids = await world.service(people=50)
    await run(world, audience={"userIds": uids[:20]})
    await world.post(CHAT_ID, "m1", uids[0])
    await world.app.fan_out_messages.fan_out(CHAT_ID, ["m1"])
    await run(world, "c2")
    assert [unread(world, uid) for uid in (uids[0], uids[1], uids[30])] == [2, 3, 1]


@pytest.mark.parametrize("nth", range(1, 9))
@pytest.mark.parametrize("fault", ["conflict", "unavailable", "lost answer"])
async def test_a_commit_that_fails_anywhere_adds_nobody_twice(fault: str, nth: int) -> None:
    world = TwinWorld(batch_size=30)
    uids = await world.service(people=70)
    await world.campaign(kind="group", chat=CHAT, message={"body": "Hello"})
    skipped = nth - 1

    def is_nth(_call: object) -> bool:
        nonlocal skipped
        skipped -= 1
        return skipped < 0

    world.store.faults.append(
        {
            "conflict": lambda: failing(Conflict("told to"), where=is_nth),
            "unavailable": lambda: failing(StoreUnavailable("told to"), where=is_nth),
            "lost answer": lambda: lost_answer(where=is_nth),
        }[fault]()
    )
    for _ in range(6):
        try:
            await world.app.run_campaigns.run("c1")
            await world.work()
        except (Conflict, StoreUnavailable, CommitOutcomeUnknown):
            world.clock.advance(20)
    world.clock.advance(20)
    await world.wake_campaigns()
    await world.work()

    assert status_of(world).state == "completed"
    assert world.at(paths.chat(CHAT_ID))["memberCount"] == 71
    assert world.at(paths.chat(CHAT_ID))["messageCount"] == 1
    assert [unread(world, uid) for uid in uids] == [1] * 70


async def test_a_one_way_campaign_goes_into_broadcast_chats(world: TwinWorld) -> None:
    await world.service(people=3)
    await world.campaign(kind="oneWay")
    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).state == "completed"
    chat = world.at(paths.chat("p0001:broadcast:acme"))
    assert (chat["kind"], chat["memberIds"]) == ("broadcast", ["p0001"])
    assert world.at(paths.message("p0001:broadcast:acme", "c1:p0001"))["body"] == "Hello Person 1"
    (push,) = world.sender.sent_to("token-p0001")
    assert push.data["kind"] == "broadcast"
