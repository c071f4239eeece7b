"""SMS jobs from the document that staff write to the provider's answer in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.delivery.job_answers import Accepted, Refused
from parley.store import Delete
from parley.testing.in_memory_sms import SmsFate
from schema import paths
from schema.events import SmsQueued
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    ANNS_PHONE,
    JOB,
    NOBODYS_PHONE,
    PATH,
    counted,
    delivery,
    error,
    job_fields,
    pass_time,
    person,
    press_retry,
    send_sms,
    service,
    work,
    write_sms,
)


@pytest.fixture
async def acme(world: World) -> World:
    """A service without settings, and Ann."""
    await service(world)
    await person(world)
    return world


async def test_a_job_to_a_person_goes_to_their_phone_from_the_local_sender(acme: World) -> None:
    answer = await send_sms(acme)
    assert (answer.state, answer.attempts) == ("SUCCESS", 1)
    (sms,) = acme.sms.sent
    assert (sms.request.to, sms.request.body) == (ANNS_PHONE, "Your code is 1234")
    assert (sms.request.sender, sms.request.messaging_service_sid) == ("+12025550100", None)
    info = answer.info
    assert info is not None
    assert (info.status, info.segments, info.encoding) == ("queued", 1, "GSM-7")
    assert (info.to, info.from_, info.message_sid) == (ANNS_PHONE, "+12025550100", sms.sid)


async def test_a_job_to_a_phone_goes_there(acme: World) -> None:
    answer = await send_sms(acme, to={"phone": NOBODYS_PHONE})
    assert answer.state == "SUCCESS"
    assert [one.request.to for one in acme.sms.sent] == [NOBODYS_PHONE]


async def test_mexicos_old_form_is_sent_to_in_the_present_one(acme: World) -> None:
    await send_sms(acme, to={"phone": "+5215587654321"})
    assert [one.request.to for one in acme.sms.sent] == ["+525587654321"]


@pytest.mark.parametrize(
    ("settings", "sender", "messaging_service"),
    [
        ({"from": "+13105550100"}, "+13105550100", None),
        ({"from": "ACME"}, "ACME", None),
        ({"from": "12345"}, "12345", None),
        ({"messagingServiceSid": "MG" + "a" * 32}, None, "MG" + "a" * 32),
        ({"countries": ["US"]}, "+12025550100", None),
    ],
)
async def test_a_service_sends_by_its_messaging_service_or_from_its_own_sender(
    settings: dict[str, Any], sender: str | None, messaging_service: str | None, world: World
) -> None:
    await service(world, **settings)
    await person(world)
    await send_sms(world)
    (sms,) = world.sms.sent
    assert (sms.request.sender, sms.request.messaging_service_sid) == (sender, messaging_service)


async def test_changed_settings_hold_for_the_next_job(acme: World) -> None:
    await send_sms(acme)
    await service(acme, countries=["DE"])
    await send_sms(acme, paths.non_chat_sms("j2"))
    assert error(acme, paths.non_chat_sms("j2")).startswith("invalidPhone: ")


async def test_repeated_queue_messages_send_once(acme: World) -> None:
    await write_sms(acme)
    for _ in range(5):
        await acme.handle(SmsQueued(job_id=JOB, service_id="acme"))
    assert len(acme.sms.sent) == 1


async def test_expiry_goes_to_the_provider_and_ends_what_comes_too_late(acme: World) -> None:
    expires = acme.clock.now() + timedelta(minutes=5)
    await send_sms(acme, expireAt=expires)
    assert acme.sms.sent[0].request.expire_at == expires
    late = paths.non_chat_sms("late")
    await send_sms(acme, late, expireAt=acme.clock.now())
    assert error(acme, late).startswith("expired: expireAt was ")


@pytest.mark.parametrize("fate", ["busy", "away"])
async def test_a_temporary_refusal_is_tried_again_without_counting_twice(
    fate: SmsFate, acme: World
) -> None:
    acme.sms.fates = [fate, fate]
    answer = await send_sms(acme)
    assert (answer.state, answer.attempts) == ("PROCESSING", 1)
    assert (answer.error or "").startswith("providerError:")
    await pass_time(acme, 30)
    answer = delivery(acme)
    assert (answer.state, answer.attempts, answer.error) == ("SUCCESS", 3, None)
    assert len(acme.sms.sent) == counted(acme) == 1


async def test_a_provider_that_stays_away_fails_the_job_after_an_hour(acme: World) -> None:
    acme.sms.fates_of[ANNS_PHONE] = "away"
    await send_sms(acme)
    await pass_time(acme, 3_650)
    assert error(acme).startswith("providerError:noConnection: ")
    assert delivery(acme).attempts > 10
    assert counted(acme) == 0, "nobody got an SMS"
    acme.sms.fates_of.clear()
    await press_retry(acme)
    assert delivery(acme).state == "SUCCESS"
    assert counted(acme) == 1


async def test_a_refusal_for_good_ends_the_job_and_uses_nothing_up(acme: World) -> None:
    acme.sms.fates = ["refuse"]
    await send_sms(acme)
    assert error(acme).startswith("providerError:21211: ")
    assert counted(acme) == 0


async def test_a_lost_answer_is_looked_up_after_five_minutes(acme: World) -> None:
    acme.sms.fates = ["loseAnswer"]
    answer = await send_sms(acme)
    assert answer.info is not None
    assert (answer.state, answer.info.status) == ("PROCESSING", "unknown")
    assert answer.info.to == ANNS_PHONE, "the number that was called is noted before the call"
    await pass_time(acme, 310)
    answer = delivery(acme)
    assert answer.info is not None
    assert (answer.state, answer.info.message_sid) == ("SUCCESS", acme.sms.sent[0].sid)
    assert len(acme.sms.sent) == 1


async def test_a_lost_call_is_sent_again_once_the_provider_shows_that_it_never_came(
    acme: World,
) -> None:
    acme.sms.fates = ["loseCall"]
    await send_sms(acme)
    await pass_time(acme, 299)
    assert acme.sms.sent == []
    await pass_time(acme, 60)
    assert delivery(acme).state == "SUCCESS"
    assert len(acme.sms.sent) == 1


async def test_a_look_up_asks_for_what_was_sent_though_the_person_has_moved_on(
    acme: World,
) -> None:
    acme.sms.fates = ["loseAnswer"]
    await send_sms(acme)
    await person(acme, phone="+12025550199")
    await service(acme, **{"from": "+13105550100"})
    found = await acme.app.sms_jobs.deliver(PATH)
    assert acme.sms.look_ups == 1
    assert found.delivery is not None
    assert found.delivery.state == "SUCCESS"


async def test_a_callback_settles_and_statuses_move_forward_only(acme: World) -> None:
    await send_sms(acme)

    async def report(status: str, attempt: int = 1, code: str | None = None) -> tuple[str, Any]:
        info = {"messageSid": "SM1", "status": status}
        answer = Accepted(info) if code is None else Refused(code, "told so", info)
        await acme.app.sms_jobs.settle(JOB, answer, attempt)
        found = delivery(acme)
        return found.state, found.info and found.info.status

    assert await report("sent") == ("SUCCESS", "sent")
    assert await report("sending") == ("SUCCESS", "sent")
    assert await report("delivered", attempt=2) == ("SUCCESS", "sent"), "there was no attempt 2"
    assert await report("delivered") == ("SUCCESS", "delivered")
    assert await report("undelivered", code="30005") == ("ERROR", "undelivered"), "of a segment"
    assert await report("delivered") == ("ERROR", "undelivered"), "of another segment"
    assert error(acme).startswith("providerError:30005: ")


@pytest.mark.parametrize("job_id", ["nothing", "c1:nobody", "a/b", "", "a:b:c", ":", "x:"])
async def test_a_callback_about_an_unknown_job_changes_nothing(job_id: str, acme: World) -> None:
    before = acme.store.paths()
    found = await acme.app.sms_jobs.settle(job_id, Accepted({"status": "sent"}), 1)
    assert found.delivery is None
    assert acme.store.paths() == before


async def test_a_campaigns_job_is_delivered_by_its_own_id(acme: World) -> None:
    path = paths.campaign_sms("c1", "ann")
    place = {"batchId": "b1", "attempt": 1}
    await acme.write({path: job_fields(acme, campaign=place)})
    await acme.handle(SmsQueued(job_id="c1:ann", service_id="acme"))
    assert delivery(acme, path).state == "SUCCESS"
    await acme.app.sms_jobs.settle("c1:ann", Accepted({"status": "delivered"}), 1)
    info = delivery(acme, path).info
    assert info is not None
    assert info.status == "delivered"
    assert acme.at(path)["campaign"] == place


async def test_a_job_that_was_deleted_is_let_go(acme: World) -> None:
    await write_sms(acme)
    await acme.store.commit([Delete(PATH)])
    await work(acme)
    assert acme.sms.sent == []


async def test_a_job_that_is_given_up_says_so_and_can_be_tried_again(acme: World) -> None:
    await write_sms(acme)
    acme.publisher.take()
    await acme.app.sms_jobs.give_up(JOB, "the handler failed 80 times.")
    assert error(acme) == (
        "givenUp: the handler failed 80 times; set delivery.state to RETRY to try again"
    )
    await press_retry(acme)
    assert delivery(acme).state == "SUCCESS"


@pytest.mark.parametrize("fate", ["loseAnswer", "accept"])
async def test_a_job_that_may_have_been_sent_is_not_given_up(fate: SmsFate, acme: World) -> None:
    acme.sms.fates = [fate]
    before = await send_sms(acme)
    await acme.app.sms_jobs.give_up(JOB, "poison")
    assert delivery(acme) == before


PROVEN = {"provenPhone": ANNS_PHONE}


@pytest.mark.parametrize(
    ("known", "cost"),
    [
        (PROVEN, (6, 3)),  # job, service, author, person, opt-out, job; claim, count, answer
        ({}, (8, 4)),  # who has proved the number, and its own count
    ],
    ids=["proven", "only stated"],
)
async def test_what_one_job_costs(acme: World, known: Any, cost: tuple[int, int]) -> None:
    await person(acme, **known)
    await write_sms(acme)
    before = acme.store.counts
    await work(acme)
    spent = acme.store.counts - before
    assert spent.of("reads", "bans") == 1, "once in two seconds, for all jobs of the process"
    assert (spent.reads - 1, spent.writes) == cost


async def test_what_a_campaigns_job_costs(acme: World) -> None:
    for uid in ("ann", "bob"):
        await person(acme, uid, **PROVEN)
        await acme.write({paths.campaign_sms("c1", uid): job_fields(acme, to={"userId": uid})})
    await acme.handle(SmsQueued(job_id="c1:ann"))
    before = acme.store.counts
    await acme.handle(SmsQueued(job_id="c1:bob"))
    spent = acme.store.counts - before
    assert (spent.reads, spent.writes) == (4, 3), "service and author are remembered"
