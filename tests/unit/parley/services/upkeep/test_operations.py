"""What owners of ``default`` see and do about the project, and tests of campaigns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.cli.health_command import problems_of
from parley.domain.access import Refused, UserCaller
from parley.domain.operations_requests import (
    CampaignsOf,
    ReconcileDrift,
    RedriveDeadLetters,
    SendTest,
)
from parley.store import SERVER_TIME
from schema import ids, paths
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.audits_seen import audits
from tests.unit.parley.services.conftest import TwinWorld as World

OLA = UserCaller("ola")
LETTER = "a" * 32
BROKEN = "b" * 32


@pytest.fixture
async def project(world: World) -> World:
    """An owner of the project, a service with two people, and two dead letters."""
    await world.service(people=2)
    await world.write(
        {
            paths.staff("default", "ola"): {"role": "owner", "displayName": "Ola"},
            paths.staff("default", "ann"): {"role": "admin", "displayName": "Ann"},
            paths.dead_letter(LETTER): letter({"chatId": "a:b", "messageId": "m1"}),
            paths.dead_letter(BROKEN): letter("no JSON"),
        }
    )
    return world


def letter(payload: Any) -> dict[str, Any]:
    return {
        "queue": "message-queue",
        "payload": payload,
        "error": {"code": "exhausted", "message": "it failed"},
        "attempts": 20,
        "firstAt": SERVER_TIME,
        "parkedAt": SERVER_TIME,
    }


async def test_health_tells_what_waits_and_what_was_parked(project: World) -> None:
    await project.post("a:b", "m1", "a")
    project.clock.advance(90)
    report = await project.app.operations.health(caller=OLA)
    first = report["queues"][0]
    assert (first["queue"], first["waiting"], first["isStill"]) == ("message-queue", 1, True)
    assert first["oldestSeconds"] >= 90
    assert report["deadLetters"] == [{"queue": "message-queue", "count": 2}]
    assert report["campaigns"] == []


async def test_what_was_given_up_neither_waits_nor_hides_what_does(project: World) -> None:
    for number in range(5):
        await project.post("a:b", f"m{number}", "a")
        await project.app.give_up_messages.message("a:b", f"m{number}", DeadLetterCode.PERMANENT)
    queue = (await project.app.operations.health(caller=OLA))["queues"][0]
    assert (queue["waiting"], queue["isStill"], "oldestSeconds" in queue) == (0, False, False)

    await project.post("a:b", "m5", "a")
    project.clock.advance(90)
    queue = (await project.app.operations.health(caller=OLA))["queues"][0]
    assert (queue["waiting"], queue["isStill"]) == (1, True)


def queue_of(report: dict[str, Any], inbox: str) -> dict[str, Any]:
    (found,) = [one for one in report["queues"] if one.get("inbox") == inbox]
    return dict(found)


INBOXES = {
    "sms": paths.non_chat_sms("j1"),
    "emails": paths.email_notification("j1"),
    "massMessages": paths.mass_message("j1"),
}


@pytest.mark.parametrize(("inbox", "path"), INBOXES.items())
async def test_a_job_that_no_worker_takes_stands_still(
    project: World, inbox: str, path: str
) -> None:
    job = {"serviceId": "acme", "createdBy": "ann", "createdAt": SERVER_TIME}
    await project.write({path: job})
    project.clock.advance(30)
    queue = queue_of(await project.app.operations.health(caller=OLA), inbox)
    assert (queue["waiting"], queue["oldestSeconds"], queue["isStill"]) == (1, 30, False)

    project.clock.advance(60)
    queue = queue_of(await project.app.operations.health(caller=OLA), inbox)
    assert (queue["waiting"], queue["isStill"]) == (1, True)

    at = project.clock.now()
    done = {"state": "SUCCESS", "attempts": 1, "startTime": at, "endTime": at}
    await project.write({path: job | {"createdAt": at, "delivery": done}})
    project.clock.advance(90)
    queue = queue_of(await project.app.operations.health(caller=OLA), inbox)
    assert (queue["waiting"], queue["isStill"]) == (0, False)


async def test_a_line_of_sms_that_moves_does_not_stand_still(project: World) -> None:
    """A number sends one segment a second, so the last of many wait for minutes."""
    job = {"serviceId": "acme", "createdBy": "ann", "createdAt": SERVER_TIME}
    await project.write({paths.non_chat_sms(f"j{number}"): job for number in range(100)})
    project.clock.advance(90)
    under_way = {
        "state": "PROCESSING",
        "attempts": 1,
        "startTime": project.clock.now(),
        "leaseExpireTime": project.clock.now() + timedelta(seconds=20),
    }
    await project.write({paths.non_chat_sms("j0"): job | {"delivery": under_way}})

    queue = queue_of(await project.app.operations.health(caller=OLA), "sms")

    assert queue["waiting"] >= 10
    assert not queue["isStill"]


async def test_health_tells_what_jobs_wait_for(project: World) -> None:
    error = "providerError:20003: Authenticate; check TWILIO_AUTH_TOKEN"
    waits = {
        "state": "PROCESSING",
        "attempts": 3,
        "error": error,
        "startTime": SERVER_TIME,
        "leaseExpireTime": project.clock.now() + timedelta(seconds=60),
    }
    job = {"serviceId": "acme", "createdBy": "ann", "createdAt": SERVER_TIME}
    await project.write({paths.non_chat_sms("j1"): job | {"delivery": waits}})

    report = await project.app.operations.health(caller=OLA)

    assert queue_of(report, "sms")["waitsFor"] == error
    assert "waitsFor" not in queue_of(report, "emails")
    assert [words for words in problems_of(report) if error in words]


async def test_a_campaign_that_no_worker_begins_stands_still(project: World) -> None:
    await project.campaign("c1")
    project.clock.advance(90)

    (campaign,) = (await project.app.operations.health(caller=OLA))["campaigns"]

    assert (campaign["campaignId"], campaign["state"]) == ("c1", "queued")
    assert (campaign["idleSeconds"], campaign["isStill"]) == (90, True)


@pytest.mark.parametrize("who", ["ann", "staff1", "p0000"])
async def test_only_owners_of_default_see_the_project(project: World, who: str) -> None:
    caller = UserCaller(who)
    with pytest.raises(Refused, match="requires the role owner"):
        await project.app.operations.health(caller=caller)
    with pytest.raises(Refused, match="requires the role owner"):
        await project.app.operations.redrive(
            caller=caller, request=RedriveDeadLetters(ids=[LETTER])
        )
    with pytest.raises(Refused, match="requires the role owner"):
        await project.app.operations.reconcile(caller=caller, request=ReconcileDrift())


async def test_letters_go_back_and_the_audit_says_by_whom(project: World) -> None:
    request = RedriveDeadLetters.model_validate({"queue": "message-queue"})
    done = await project.app.operations.redrive(caller=OLA, request=request)

    assert done["redriven"] == 1
    assert [one["id"] for one in done["refused"]] == [BROKEN]
    assert [getattr(one, "message_id", None) for one in project.publisher.published] == ["m1"]
    (entry,) = audits(project)
    assert (entry.action, entry.by, entry.after) == ("redriven", "ola", {"message-queue": 1})
    report = await project.app.operations.health(caller=OLA)
    assert report["deadLetters"] == [{"queue": "message-queue", "count": 1}]


def job(**changed: Any) -> dict[str, Any]:
    return {
        "serviceId": "acme",
        "name": "Spring",
        "kind": "oneWay",
        "channels": ["chat"],
        "purpose": "transactional",
        "audience": {"all": True},
        "message": {"body": "Hello {{ user.displayName }}"},
        **changed,
    }


async def test_a_test_goes_to_named_people_alone_and_is_counted_nowhere(project: World) -> None:
    request = SendTest(job=job(), user_ids=["p0001", "nobody"], test_id="t1")
    for _ in range(2):
        sent = await project.app.send_tests.send(caller=UserCaller("staff1"), request=request)

    first, second = sent["tests"]
    assert (first["userId"], first["text"], first["jobId"]) == ("p0001", "Hello Person 1", "t1-0")
    assert (second["userId"], second["reason"], "jobId" in second) == (
        "nobody",
        "notInService",
        False,
    )
    written = project.at(paths.mass_message("t1-0"))
    assert (written["userIds"], written["message"]) == (["p0001"], {"body": "Hello Person 1"})
    assert not [
        path for path in project.store.paths() if path.startswith("campaign") and "t1" not in path
    ]

    await project.app.post_mass_messages.post("t1-0")
    case = ids.case_chat_id("p0001", "acme")
    assert project.at(paths.message(case, ids.mass_message_id("t1-0", "p0001")))["body"]


async def test_only_those_who_may_send_a_campaign_test_it(project: World) -> None:
    request = SendTest(job=job(), user_ids=["p0001"], test_id="t1")
    with pytest.raises(Refused, match="requires the role"):
        await project.app.send_tests.send(caller=UserCaller("p0001"), request=request)


async def test_a_person_has_the_campaigns_that_they_were_in(project: World) -> None:
    await project.write(
        {
            paths.campaign("c1"): {"serviceId": "acme", "name": "One", "createdAt": SERVER_TIME},
            paths.campaign("c2"): {"serviceId": "acme", "name": "Two", "createdAt": SERVER_TIME},
            paths.campaign_batch("c1", "b1"): {
                "serviceId": "acme",
                "uids": ["p0000"],
                "count": 1,
                "state": "done",
                "counts": {},
                "recipients": {
                    "p0000": {"state": "skipped", "reason": "noConsent", "at": SERVER_TIME}
                },
            },
        }
    )
    request = CampaignsOf(service_id="acme", user_id="p0000")
    found = await project.app.campaigns_of_person.find(caller=UserCaller("staff1"), request=request)
    by_id = {one["campaignId"]: one for one in found["campaigns"]}
    assert (by_id["c1"]["inAudience"], by_id["c1"]["state"]) == (True, "skipped")
    assert by_id["c1"]["reason"] == "noConsent"
    assert by_id["c2"]["inAudience"] is False
    with pytest.raises(Refused, match="requires the role"):
        await project.app.campaigns_of_person.find(caller=UserCaller("p0000"), request=request)
