"""Answers of staff in a case that is led by SMS go out as SMS, once."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.chats.sms_answers import sms_parts
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import SERVER_TIME
from parley.testing.faults import Fault, StoreCall, failing, lost_answer
from schema import ids, limits, paths
from schema.messages import Message
from schema.sms import SmsJob
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    CASE,
    DASHBOARD,
    answer,
    person,
    receive,
    texting_world,
    under,
    work,
)
from tests.world import fire_triggers


@pytest.fixture
async def acme(world: World) -> World:
    """Ann has asked something by SMS, and has no device."""
    await texting_world(world)
    await receive(world, "Where is my order?")
    await work(world)
    return world


async def reply(world: World, body: str = "On its way", message_id: str = "m1", **more: Any) -> str:
    """Write what the dashboard writes; return the id of its SMS job."""
    message = {
        "senderId": DASHBOARD,
        "staffId": "agent",
        "body": body,
        "createdAt": SERVER_TIME,
    } | more
    entry = {
        "chatId": CASE,
        "messageId": message_id,
        "senderId": message["senderId"],
        "createdAt": SERVER_TIME,
        "shard": 1,
    }
    await world.write(
        {paths.message(CASE, message_id): message, paths.message_queue(CASE, message_id): entry}
    )
    return ids.sms_answer_id(CASE, message_id)


def jobs(world: World) -> list[SmsJob]:
    return [SmsJob.parse(world.at(path)) for path in under(world, paths.NON_CHAT_SMS_QUEUE)]


async def test_an_answer_goes_out_as_sms_and_the_message_names_its_job(acme: World) -> None:
    job_id = await reply(acme)
    await work(acme)

    job = SmsJob.parse(acme.at(paths.non_chat_sms(job_id)))
    assert (job.service_id, job.created_by, job.purpose) == ("acme", "agent", "transactional")
    assert job.to.model_dump() == {"user_id": "ann"}
    assert (job.body, job.delivery) == ("On its way", None)
    assert Message.parse(acme.at(paths.message(CASE, "m1"))).sms_job_id == job_id


async def test_it_goes_out_once_whatever_is_repeated(acme: World) -> None:
    await reply(acme)
    await work(acme, repeats=3)

    assert len(jobs(acme)) == 1


@pytest.mark.parametrize(
    "fault",
    [failing(Conflict("outraced")), failing(CommitOutcomeUnknown("?")), lost_answer()],
    ids=["conflict", "unknown", "lost"],
)
async def test_a_fan_out_whose_commit_fails_sends_one_sms(acme: World, fault: Fault) -> None:
    await reply(acme)
    acme.store.faults.append(fault)
    await work(acme)
    assert len(jobs(acme)) == 1


async def test_the_job_comes_with_the_commit_that_fans_out(acme: World) -> None:
    commits: list[StoreCall] = []
    acme.store.faults.append(
        lambda call: (
            commits.append(call) if call.operation == "commit" and call.moment == "after" else None
        )
    )
    job_id = await reply(acme)
    commits.clear()
    await work(acme)

    (with_job,) = [call for call in commits if call.touches(paths.non_chat_sms(job_id))]
    assert with_job.touches(paths.message_queue(CASE, "m1"))


async def test_a_person_with_a_device_is_pushed_to_instead(acme: World) -> None:
    await acme.person("ann", "token-1")
    await reply(acme)
    await work(acme)

    assert not jobs(acme)
    assert [one.device.token for one in acme.sender.sent] == ["token-1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"phone": None},
        {"consents": {"sms": {"transactional": {"granted": False, "at": SERVER_TIME}}}},
        {"consents": {"sms": {"transactional": {"granted": "?"}}}},
    ],
)
async def test_nothing_is_sent_without_phone_or_consent(
    acme: World, changed: dict[str, Any]
) -> None:
    await person(acme, "ann", **changed)
    await reply(acme)
    await work(acme)
    assert not jobs(acme)


async def test_nothing_is_sent_after_stop(acme: World) -> None:
    await receive(acme, "STOP", "SM2")
    await reply(acme)
    await work(acme)
    assert not jobs(acme)

    await receive(acme, "START", "SM3")
    await reply(acme, message_id="m2")
    await work(acme)
    assert len(jobs(acme)) == 1


async def test_a_withdrawal_of_marketing_alone_does_not_hold_an_answer(acme: World) -> None:
    await answer(acme, granted=False)
    await reply(acme)
    await work(acme)
    assert len(jobs(acme)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"campaignId": "c1"},
        {"senderId": "ann", "staffId": None},
        {"staffId": None},
        {"deletedAt": SERVER_TIME},
        {"senderId": "system", "event": "opened", "by": "service:acme"},
    ],
)
async def test_only_what_staff_say_is_sent(acme: World, more: dict[str, Any]) -> None:
    await reply(acme, **more)
    await work(acme)
    assert not jobs(acme)


async def test_a_case_that_is_led_in_the_app_costs_no_read_more(world: World) -> None:
    await texting_world(world)
    chat = {
        "serviceId": "acme",
        "kind": "case",
        "createdBy": "ann",
        "createdAt": SERVER_TIME,
        "state": "open",
        "title": "Acme",
        "memberIds": ["ann", DASHBOARD],
        "memberCount": 2,
        "messageCount": 0,
    }
    await world.write({paths.chat(CASE): chat})
    reads: list[str] = []
    world.store.faults.append(
        lambda call: (
            reads.extend(call.paths)
            if call.operation == "get_many" and call.moment == "before"
            else None
        )
    )
    await reply(world)
    await work(world)

    assert not jobs(world)
    assert paths.service_user("acme", "ann") not in reads
    assert not [path for path in reads if path.startswith(paths.NON_CHAT_SMS_QUEUE)]
    assert reads.count(paths.push_tokens("ann")) == reads.count(paths.message(CASE, "m1"))


async def test_several_answers_that_are_folded_each_go_out(acme: World) -> None:
    for number in range(3):
        await reply(acme, f"Answer {number}", f"m{number}")
    await acme.app.fan_out_messages.fan_out(CASE, ["m0", "m1", "m2"])

    assert sorted(job.body for job in jobs(acme)) == ["Answer 0", "Answer 1", "Answer 2"]


async def test_a_long_answer_goes_out_in_numbered_parts(acme: World) -> None:
    words = " ".join(f"word{number}" for number in range(600))
    job_id = await reply(acme, words)
    await work(acme)

    parts = [
        acme.at(paths.non_chat_sms(name))["body"] for name in (job_id, f"{job_id}-2", f"{job_id}-3")
    ]
    assert len(jobs(acme)) == 3
    assert " ".join(part.removeprefix(f"({n}/3) ") for n, part in enumerate(parts, 1)) == words
    assert all(limits.length(part) <= limits.SMS_BODY for part in parts)


@pytest.mark.parametrize(
    ("text", "count"),
    [("x" * 1_600, 1), ("x" * 1_601, 2), ("😀" * 800, 1), ("😀" * 801, 2), ("x" * 10_000, 7)],
)
def test_parts_fit_and_lose_nothing(text: str, count: int) -> None:
    parts = sms_parts(text)
    assert len(parts) == count
    assert all(limits.length(part) <= limits.SMS_BODY for part in parts)
    assert "".join(part.split(") ", 1)[-1] for part in parts) == text


async def test_attachments_are_told(acme: World) -> None:
    file = {"path": "a/b", "contentType": "image/png", "size": 1, "name": "b.png"}
    await reply(acme, "Look", attachments=[file, file])
    await work(acme)
    assert [job.body for job in jobs(acme)] == ["Look\n[2 attachments]"]


async def test_a_job_that_stands_under_the_id_does_not_stop_the_fan_out(acme: World) -> None:
    job_id = ids.sms_answer_id(CASE, "m1")
    taken = {"serviceId": "rival", "createdBy": "eve", "createdAt": SERVER_TIME, "body": "x"}
    await acme.write({paths.non_chat_sms(job_id): taken})
    await reply(acme)
    await work(acme)

    assert not under(acme, paths.MESSAGE_QUEUE)
    assert acme.at(paths.non_chat_sms(job_id))["body"] == "x"


async def test_the_mark_of_a_job_queues_no_change_of_the_message(acme: World) -> None:
    await reply(acme)
    path = paths.message(CASE, "m1")
    before = acme.at(path)
    await work(acme)
    published = len(acme.publisher.published)

    await fire_triggers(acme.app, path, before, acme.at(path))
    assert len(acme.publisher.published) == published
    await fire_triggers(acme.app, path, before, acme.at(path) | {"body": "Changed"})
    assert len(acme.publisher.published) == published + 1
