"""Jobs that the rules never saw: each ends with a status that says what to change."""

from __future__ import annotations

from typing import Any

import pytest

from parley.testing.clock import START
from schema import paths
from schema.campaigns import CampaignJob
from schema.events import CampaignQueued
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def refused(world: World, campaign_id: str = "c1", **changed: Any) -> tuple[str, str]:
    """The code and the sentence of a job that cannot run; nothing else comes of it."""
    await world.campaign(campaign_id, **changed)
    await world.app.run_campaigns.run(campaign_id)
    await world.app.run_campaigns.run(campaign_id)
    await world.work()
    await world.app.campaign_progress.refresh(campaign_id)

    status = status_of(world, campaign_id)
    assert status.state == "failed"
    assert status.error is not None
    assert status.finished_at is not None
    assert world.publisher.published == []
    assert status.counts.total == status.audience_count == 0
    return str(status.error.code), status.error.message


async def test_a_job_of_a_missing_service_fails(world: World) -> None:
    code, message = await refused(world, serviceId="nowhere")
    assert code == "serviceNotFound"
    assert "'nowhere'" in message


@pytest.mark.parametrize("role", ["agent", "viewer", None, 7, "Owner"])
async def test_a_job_of_an_author_who_lost_the_role_fails(world: World, role: object) -> None:
    await world.service(people=3)
    await world.write({paths.staff("acme", "al"): {"role": role, "displayName": "Al"}})

    code, message = await refused(world, createdBy="al")

    assert code == "notAllowed"
    assert "'al'" in message


@pytest.mark.parametrize("author", ["stranger", "p0001"])
async def test_a_job_of_an_author_who_is_not_staff_fails(world: World, author: str) -> None:
    await world.service(people=3)
    code, message = await refused(world, createdBy=author)
    assert code == "notAllowed"
    assert "not on its staff" in message


async def test_an_owner_of_another_service_may_not_send(world: World) -> None:
    await world.service(people=3)
    await world.service("shop")
    await world.write({paths.staff("acme", "staff1"): {"role": "agent", "displayName": "Al"}})

    code, _ = await refused(world)

    assert code == "notAllowed"


@pytest.mark.parametrize("role", ["owner", "admin"])
async def test_an_owner_and_an_admin_may_send(world: World, role: str) -> None:
    await world.service(people=3)
    await world.write({paths.staff("acme", "staff1"): {"role": role, "displayName": "Sam"}})
    await world.campaign()

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).state == "completed"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"serviceId": 7}, ["serviceId must be a text and is 7"]),
        ({"serviceId": "a:b"}, ["serviceId must be a service id", "'a:b'"]),
        ({"createdBy": ["sam"]}, ["createdBy must be a text and is a list"]),
        ({"createdBy": "a/b"}, ["createdBy must be a user id", "'a/b'"]),
        ({"createdAt": "today"}, ["createdAt must be a timestamp and is 'today'"]),
        ({"name": "x" * 101}, ["name must be 1 to 100 characters long and is 101"]),
        ({"name": ""}, ["name must be 1 to 100"]),
        ({"name": None}, ["name must be a text and is None"]),
        ({"kind": "party"}, ["kind should be", "'individual'", "and is 'party'"]),
        ({"kind": 7}, ["kind should be", "and is 7"]),
        ({"kind": {"a": 1}}, ["kind should be", "and is a map"]),
        ({"channels": "chat"}, ["channels must be a list and is 'chat'"]),
        ({"channels": []}, ["channels must have"]),
        ({"channels": ["fax"]}, ["channels[0] should be", "and is 'fax'"]),
        ({"purpose": "fun"}, ["purpose should be", "and is 'fun'"]),
        ({"audience": 7}, ["audience must be a map and is 7"]),
        ({"audience": {"userIds": ["a", "b:c"]}}, ["audience.userIds[1]", "'b:c'"]),
        ({"message": {"body": "x" * 10_001}}, ["message.body", "10000", "10001"]),
        ({"message": {"body": 7}}, ["message.body must be a text and is 7"]),
        ({"message": {"body": "x", "title": ""}}, ["message.title must be 1 to 100"]),
        (
            {"message": {"body": "x", "attachments": [{"path": "a"}]}},
            ["message.attachments[0].contentType is missing"],
        ),
        (
            {
                "message": {
                    "body": "x",
                    "attachments": [
                        {"path": "a", "contentType": "t", "size": 1, "name": "n" * 1_000_000}
                    ],
                }
            },
            ["message.attachments[0].name must be 1 to 256", "is 1000000"],
        ),
        (
            {
                "message": {
                    "body": "x",
                    "attachments": [
                        {"path": "a", "contentType": "t", "size": 1, "name": "\u202efdp.exe"}
                    ],
                }
            },
            ["message.attachments[0].name must be one line without control or direction"],
        ),
        ({"chat": {"title": "x"}}, ["chat is for kind group alone"]),
        ({"schedule": {"startAt": 7}}, ["schedule.startAt must be a timestamp and is 7"]),
        ({"throttle": {"perMinute": 0}}, ["throttle.perMinute", "and is 0"]),
        ({"command": "go"}, ["command should be", "and is 'go'"]),
        ({"priority": 1}, ["priority is not a field"]),
    ],
)
async def test_each_field_wrong_in_some_way_is_named_with_its_value_and_the_limit(
    world: World, changed: dict[str, Any], words: list[str]
) -> None:
    await world.service(people=1)
    code, message = await refused(world, **changed)
    assert code == "invalidJob"
    for word in words:
        assert word in message
    assert "under a new id" in message


async def test_an_unreadable_job_is_shown_to_the_staff_of_default(
    world: World,
) -> None:
    await world.write({paths.campaign("c1"): {"serviceId": "a/b", "name": "x" * 500_000}})

    await world.app.run_campaigns.run("c1")

    status = status_of(world)
    assert (status.service_id, status.kind, len(status.name)) == ("default", "individual", 100)


@pytest.mark.parametrize("campaign_id", ["news:1", "x" * 65, "ä"])
async def test_an_id_that_no_message_id_can_contain_is_refused(
    world: World, campaign_id: str
) -> None:
    await world.service(people=1)
    code, message = await refused(world, campaign_id)
    assert code == "invalidJob"
    assert "id of a campaign" in message


WEIRD: list[Any] = [None, -7, True, "x", [], {}, {"a": {}}, START]


@pytest.mark.parametrize("field", sorted(CampaignJob.model_fields))
@pytest.mark.parametrize("value", WEIRD)
async def test_no_value_of_any_field_keeps_a_job_from_getting_a_status(
    world: World, field: str, value: Any
) -> None:
    await world.service(people=1)
    name = CampaignJob.model_fields[field].alias or field
    await world.campaign(**{name: value})

    await world.app.run_campaigns.run("c1")
    await world.work()

    assert status_of(world).state in ("failed", "completed")


@pytest.mark.parametrize("field", ["state", "counts", "audienceCount", "kind", "serviceId", "name"])
@pytest.mark.parametrize("value", WEIRD)
async def test_no_value_in_a_status_breaks_its_workers(
    world: World, field: str, value: Any
) -> None:
    await world.service(people=3)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    status = world.at(paths.campaign_status("c1"))
    await world.write({paths.campaign_status("c1"): status | {field: value}})

    await world.app.run_campaigns.run("c1")
    await world.work()
    await world.app.run_campaigns.run("c1")

    after = world.at(paths.campaign_status("c1"))
    assert after["state"] == (value if field == "state" else "completed")


@pytest.mark.parametrize("state", ["paused", "scheduled", "queued", "draining"])
async def test_a_campaign_in_an_unknown_state_is_left_alone(world: World, state: str) -> None:
    await world.service(people=3)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    world.publisher.take()
    status = world.at(paths.campaign_status("c1"))
    await world.write({paths.campaign_status("c1"): status | {"state": state}})

    await world.app.run_campaigns.run("c1")

    assert world.publisher.take() == []
    assert world.at(paths.campaign_status("c1"))["state"] == state


FORGED: list[dict[str, Any]] = [
    {},
    {"chatId": "ann:bob"},
    {"chatId": 7, "messageId": "m1"},
    {"chatId": "ann:bob", "messageId": ["m1"]},
    {"chatId": "", "messageId": ""},
    {"chatId": "ann:cat", "messageId": "m9"},
]


@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_outbox_entry_does_not_block_others(
    world: World, forged: dict[str, Any]
) -> None:
    chat_id = await world.direct_chat()
    entry = {"shard": 3, "createdAt": world.clock.now(), "senderId": "ann"}
    await world.write({"messageQueue/forged": entry | forged})
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(15)

    assert await world.app.upkeep().run_once() == 1
    await world.work()

    assert world.at(paths.user_chat("bob", chat_id))["messageCount"] == 1


async def test_an_invalid_campaign_is_swept_once(world: World) -> None:
    await world.campaign(kind="party")
    world.clock.advance(15)
    upkeep = world.app.upkeep()

    assert await upkeep.run_once() == 1
    assert world.publisher.published == [CampaignQueued(campaign_id="c1", service_id="acme")]
    await world.work()
    for _ in range(100):
        world.clock.advance(60)
        assert await upkeep.run_once() == 0
