"""A push that would show an empty text is never sent."""

from __future__ import annotations

import pytest

from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

BLANK = ["   ", "\n\t", "\u00a0\u2028\u3000", "\u200b\ufeff", "\u3164"]
BLANK_TO_ALL = "\u200b{{ user.attributes.nothing }}\u00a0"
IMAGE = {"path": "a", "contentType": "image/png", "size": 7.0, "name": "a.png"}


def campaign_messages(world: World) -> list[str]:
    return [
        path
        for path in world.store.paths()
        if path.startswith("chatMessages/") and "campaignId" in world.at(path)
    ]


def failures(world: World) -> object:
    return world.at(paths.campaign_status("c1"))["failedBy"]


@pytest.mark.parametrize("body", BLANK, ids=ascii)
async def test_a_blank_message_is_not_pushed(world: World, body: str) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann", body)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []
    assert world.at(paths.user_chat("bob", chat_id))["lastMessage"]["preview"] == ""
    await world.post(chat_id, "m2", "ann", f"{body}.")
    await world.app.fan_out_messages.fan_out(chat_id, ["m2"])
    assert [one.data["messageId"] for one in world.sender.sent] == ["m2"]


async def test_a_blank_message_in_a_group_is_not_pushed_with_only_a_name(group: Group) -> None:
    await group.world.person("bob", "bob-1")
    await group.world.post(group.id, "m1", "ann", "\u200b \u3164")

    await group.world.app.fan_out_messages.fan_out(group.id, ["m1"])

    assert group.world.sender.sent == []


async def test_a_blank_message_with_attachments_is_pushed_with_their_number(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    said = paths.message(chat_id, "m1")
    await world.write({said: {**world.at(said), "body": " ", "attachments": [IMAGE]}})

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert [one.body for one in world.sender.sent] == ["1 attachment"]


@pytest.mark.parametrize("body", [BLANK_TO_ALL, *BLANK], ids=ascii)
async def test_a_blank_campaign_text_fails_each_person(world: World, body: str) -> None:
    await world.service(people=2)
    await world.campaign(message={"body": body})

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert failures(world) == {"emptyBody": 2}
    assert campaign_messages(world) == []
    assert world.sender.sent == []


async def test_a_campaign_sends_attachments_without_a_blank_text(world: World) -> None:
    await world.service(people=1)
    await world.campaign(message={"body": BLANK_TO_ALL, "attachments": [IMAGE]})

    await world.app.run_campaigns.run("c1")
    await world.work()

    (sent,) = campaign_messages(world)
    assert "body" not in world.at(sent)
    assert [one.body for one in world.sender.sent] == ["1 attachment"]


async def test_a_deleted_campaign_message_is_not_pushed(world: World) -> None:
    await world.service(people=2)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.handle(world.publisher.published[-1])
    kept, deleted = campaign_messages(world)
    rest = {key: value for key, value in world.at(deleted).items() if key != "body"}
    await world.write({deleted: {**rest, "deletedAt": world.clock.now()}})

    batch_id = ids.campaign_batch_id("c1", 0)
    await world.app.notify_campaign_batches.notify("c1", batch_id, None)

    assert [one.data["chatId"] for one in world.sender.sent] == [kept.split("/")[1]]
    assert world.at(paths.campaign_batch("c1", batch_id))["state"] == "done"


async def test_a_campaign_with_a_blank_name_is_refused(world: World) -> None:
    await world.service(people=1)
    await world.campaign(name="\u2003")

    await world.app.run_campaigns.run("c1")

    status = world.at(paths.campaign_status("c1"))
    assert (status["state"], status["error"]["code"]) == ("failed", "invalidJob")
    assert "name must have a visible character" in status["error"]["message"]
