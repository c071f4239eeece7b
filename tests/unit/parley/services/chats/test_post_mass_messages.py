"""Mass messages on the twins: what arrives, what is answered, and what a failure changes."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.delivery.push import PushFate
from parley.errors import Conflict, StoreRejected
from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import ids, paths
from schema.chats import Chat
from schema.events import MassMessageQueued
from schema.messages import Message
from tests.unit.parley.services.chats.mass_messages_seen import (
    JOB,
    PATH,
    counted,
    delivery,
    info,
    message_path,
    messages,
    pushed,
    retry_job,
    write_job,
)
from tests.unit.parley.services.conftest import TwinWorld


def no_consent(channel: str, granted: object = False) -> dict[str, Any]:
    entry = {"granted": granted, "at": SERVER_TIME, "source": "app"}
    return {"consents": {channel: {"transactional": entry}}}


async def change(world: TwinWorld, uid: str, fields: dict[str, Any]) -> None:
    path = paths.service_user("acme", uid)
    await world.write({path: world.at(path) | fields})


async def test_everybody_gets_the_message_and_one_push(world: TwinWorld) -> None:
    uids = await world.service(people=250)
    await write_job(world, [*uids, uids[0]])
    await world.work()

    assert messages(world, uids) == uids
    assert counted(world, uids) == [1] * 250
    assert sorted(pushed(world)) == uids
    answer = delivery(world)
    assert (answer.state, answer.attempts, answer.error) == ("SUCCESS", 1, None)
    assert answer.end_time is not None
    assert answer.lease_expire_time is None
    assert answer.info is not None
    assert (answer.info.sent, answer.info.skipped, answer.info.failed) == (250, {}, {})
    assert {result.push for result in answer.info.results.values()} == {"handedOver"}


async def test_a_message_is_plain_text_by_the_dashboard_and_names_its_author(
    world: TwinWorld,
) -> None:
    await world.service(people=1)
    await write_job(world, ["p0000"])
    await world.work()

    message = Message.parse(world.at(message_path("p0000")))
    assert message.body == "We open at {{ nine }}"
    assert (message.sender_id, message.staff_id) == ("service:acme", "staff1")
    assert message.campaign_id is None
    (push,) = world.sender.sent
    assert (push.title, push.body) == ("Acme", "We open at {{ nine }}")
    assert push.data["messageId"] == "m1:p0000"


async def test_a_person_without_a_case_chat_gets_a_closed_one(world: TwinWorld) -> None:
    await world.service(people=1)
    await write_job(world, ["p0000"])
    await world.work()

    chat_id = ids.case_chat_id("p0000", "acme")
    chat = Chat.parse(world.at(paths.chat(chat_id)))
    assert (chat.state, chat.member_ids, chat.title) == ("closed", ["p0000"], "Acme")
    assert world.at(paths.chat_member(chat_id, "p0000"))["role"] == "member"
    assert world.store.document(paths.user_chat("service:acme", chat_id)) is None


async def test_an_open_case_shows_the_message_in_both_lists(world: TwinWorld) -> None:
    await world.service(people=1)
    chat_id = ids.case_chat_id("p0000", "acme")
    await write_job(world, ["p0000"])
    await world.work()
    await world.post(chat_id, "answer", "p0000")
    await world.app.fan_out_messages.fan_out(chat_id, ["answer"])

    second = paths.mass_message("m2")
    await world.write({second: world.at(PATH) | {"message": {"body": "More"}}})
    job = world.at(second)
    del job["delivery"]
    await world.write({second: job})
    await world.handle(MassMessageQueued(job_id="m2"))

    assert world.at(paths.chat(chat_id))["lastMessage"]["preview"] == "More"
    row = world.at(paths.user_chat("service:acme", chat_id))
    assert row["lastMessage"]["id"] == "m2:p0000"
    assert row["messageCount"] == 1, "the dashboard's own messages are not unread"
    assert world.at(paths.chat(chat_id))["state"] == "open"


async def test_people_who_cannot_be_reached_are_skipped_with_a_reason(world: TwinWorld) -> None:
    await world.service(people=3)
    await change(world, "p0001", no_consent("chat"))
    await change(world, "p0002", no_consent("push"))
    await write_job(world, ["p0000", "p0001", "p0002", "stranger"])
    await world.work()

    assert delivery(world).state == "SUCCESS"
    assert info(world)["skipped"] == {"noConsent": 1, "notInService": 1}
    assert messages(world, ["p0000", "p0001", "p0002", "stranger"]) == ["p0000", "p0002"]
    assert pushed(world) == ["p0000"]
    assert info(world)["results"]["p0002"]["push"] == "noConsent"


async def test_a_record_with_a_wrong_field_fails_that_person_alone(world: TwinWorld) -> None:
    await world.service(people=2)
    await change(world, "p0001", no_consent("chat", granted="no"))
    await write_job(world, ["p0000", "p0001"])
    await world.work()

    answer = delivery(world)
    assert answer.state == "ERROR"
    assert answer.error == (
        "someFailed: 1 of 2 people got no message: invalidUser 1; set delivery.state to RETRY to "
        "send to the people who have no message"
    )
    result = info(world)["results"]["p0001"]
    assert "consents.chat.transactional.granted" in result["detail"]
    assert messages(world, ["p0000", "p0001"]) == ["p0000"]


async def test_a_retry_sends_to_people_without_a_message_alone(world: TwinWorld) -> None:
    await world.service(people=2)
    await change(world, "p0001", no_consent("chat", granted="no"))
    await write_job(world, ["p0000", "p0001", "late"])
    await world.work()
    world.clock.advance(600)
    await change(world, "p0001", {"consents": {}})
    late = world.at(paths.service_user("acme", "p0001")) | {"uid": "late"}
    await world.write({paths.service_user("acme", "late"): late})
    await retry_job(world)
    await world.work()

    assert (delivery(world).state, delivery(world).attempts) == ("SUCCESS", 2)
    assert info(world)["sent"] == 3
    assert counted(world, ["p0000", "p0001", "late"]) == [1, 1, 1]
    assert pushed(world) == ["p0000", "p0001"], "late has no device, and nobody is pushed to twice"


async def test_a_job_without_people_succeeds(world: TwinWorld) -> None:
    await world.service()
    await write_job(world, [])
    await world.work()
    assert delivery(world).state == "SUCCESS"
    assert info(world) == {"sent": 0, "skipped": {}, "failed": {}, "results": {}}


async def test_a_message_whose_id_is_taken_is_never_overwritten(world: TwinWorld) -> None:
    uids = await world.service(people=3)
    theirs = {"senderId": "service:acme", "body": "Mine", "createdAt": SERVER_TIME}
    await world.write({message_path("p0001"): theirs})
    await write_job(world, uids)
    await world.work()

    assert world.at(message_path("p0001"))["body"] == "Mine"
    assert delivery(world).state == "SUCCESS"
    assert info(world)["skipped"] == {"alreadySent": 1}
    assert pushed(world) == ["p0000", "p0002"]


@pytest.mark.parametrize("repeats", [2, 3])
async def test_a_repeated_queue_message_changes_nothing(repeats: int, world: TwinWorld) -> None:
    uids = await world.service(people=120)
    await write_job(world, uids)
    await world.work(repeats=repeats)
    before = {path: world.store.document(path) for path in world.store.paths()}
    await world.handle(MassMessageQueued(job_id=JOB))

    assert {path: world.store.document(path) for path in world.store.paths()} == before
    assert counted(world, uids) == [1] * 120
    assert sorted(pushed(world)) == uids


async def test_a_job_that_was_deleted_is_forgotten(world: TwinWorld) -> None:
    await world.handle(MassMessageQueued(job_id="gone"))
    assert world.store.paths() == []


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("kind", ["conflict", "lost"])
async def test_one_failed_commit_loses_and_doubles_nothing(
    kind: str, number: int, world: TwinWorld
) -> None:
    uids = await world.service(people=230)
    await write_job(world, uids)
    commits = 0

    def is_the_one(call: StoreCall) -> bool:
        nonlocal commits
        commits += 1
        return commits == number + 1

    fault = failing(Conflict("told to"), where=is_the_one)
    world.store.faults.append(fault if kind == "conflict" else lost_answer(where=is_the_one))
    await world.work()

    assert commits > number, "the fault was met"
    assert delivery(world).state == "SUCCESS"
    assert counted(world, uids) == [1] * 230
    assert sorted(pushed(world)) == uids


async def test_a_person_whose_message_the_store_refuses_fails_alone(world: TwinWorld) -> None:
    uids = await world.service(people=20)
    refused = message_path("p0007")
    world.store.faults.append(
        failing(StoreRejected("too odd"), times=50, where=lambda call: call.touches(refused))
    )
    await write_job(world, uids)
    await world.work()

    assert delivery(world).state == "ERROR"
    assert info(world)["failed"] == {"storeRejected": 1}
    assert messages(world, uids) == [uid for uid in uids if uid != "p0007"]
    assert len(pushed(world)) == 19


async def test_pushes_wait_for_a_busy_provider_and_go_once(world: TwinWorld) -> None:
    uids = await world.service(people=3)
    world.sender.give("token-p0001", *[PushFate.RETRY] * 3, PushFate.ACCEPTED)
    await write_job(world, uids)
    await world.work()

    waits = delivery(world)
    assert waits.state == "PROCESSING"
    assert waits.error is not None
    assert waits.error.startswith("providerError:pushesWait: 1 pushes wait")
    assert info(world)["waiting"] == ["p0001"]
    world.clock.advance(600)
    assert await world.app.upkeep().run_once() >= 1
    await world.work()

    assert (delivery(world).state, delivery(world).attempts) == ("SUCCESS", 2)
    accepted = [one for one in world.sender.sent if one.device.uid != "p0001"]
    assert len(accepted) == 2
    assert len(world.sender.sent_to("token-p0001")) == 4
    assert world.sender.sent_to("token-p0001")[-1].sound is not None, "it was never shown before"
    assert counted(world, uids) == [1, 1, 1]


async def test_a_mass_message_keeps_to_its_budget(world: TwinWorld) -> None:
    uids = await world.service(people=500)
    await write_job(world, uids)
    before = world.store.counts
    await world.work()
    spent = world.store.counts - before

    assert spent.writes <= 500 * 4 + 7, "four each at first contact, and seven for the job"
    assert spent.reads <= 500 * 3 + 5, "record, chat and devices each; five for the job"
