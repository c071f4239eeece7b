"""Whose an inbound SMS is: the service of its sender, and the person of its number."""

from __future__ import annotations

import pytest

from parley.services.chats.receive_sms import ReceiveSms
from parley.store import SERVER_TIME
from schema import ids, paths
from schema.chats import Chat
from schema.messages import Message
from schema.received_sms import ReceivedSms
from schema.users import ServiceUser
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    CASE,
    PHONE,
    SENDER,
    person,
    receive,
    said,
    sms,
    texting_world,
    under,
    work,
)


async def test_the_service_of_the_sender_gets_it_and_no_other(acme: World) -> None:
    await acme.service("rival")
    await acme.write(
        {
            paths.service("rival"): {
                "name": "R",
                "kind": "dashboard",
                "sms": {"from": "+13105550100"},
            }
        }
    )
    await person(acme, "ann", "rival")

    await receive(acme, "For Acme")
    await receive(acme, "For the rival", "SM2", to="+13105550100")

    assert said(acme) == ["For Acme"]
    assert said(acme, ids.case_chat_id("ann", "rival")) == ["For the rival"]


async def test_a_messaging_service_is_known_by_its_sid(acme: World) -> None:
    sid = "MG" + "0a" * 16
    await acme.write(
        {
            paths.service("acme"): {
                "name": "Acme",
                "kind": "dashboard",
                "sms": {"messagingServiceSid": sid},
            }
        }
    )

    await receive(acme, "One", messaging_service_sid=sid, to="+14155550100")
    await receive(acme, "Two", "SM2", to=sid)

    assert said(acme) == ["One", "Two"]


async def test_what_was_sent_to_an_unknown_sender_goes_to_the_default_service(
    acme: World,
) -> None:
    await person(acme, "ann", "default")

    await receive(acme, "Hello", to="+14155550199")

    assert said(acme, ids.case_chat_id("ann", "default")) == ["Hello"]
    assert not under(acme, paths.messages(CASE))


@pytest.mark.parametrize(
    ("stored", "arrives"),
    [
        ("+5215512345678", "+525512345678"),
        ("+525512345678", "+5215512345678"),
        ("+525512345678", "+525512345678"),
    ],
)
async def test_both_forms_of_a_mexican_number_are_one_phone(
    acme: World, stored: str, arrives: str
) -> None:
    await person(acme, "ann", phone=stored)

    await receive(acme, "Hola", from_=arrives)

    assert said(acme) == ["Hola"]


async def test_rcs_of_a_number_goes_the_same_way(acme: World) -> None:
    await receive(acme, "Hello", from_=f"rcs:{PHONE}")

    assert Message.parse(acme.at(paths.message(CASE, "sms-SM1"))).via == "rcs"


async def test_a_shared_phone_is_that_of_the_person_who_was_written_to_last(
    acme: World,
) -> None:
    acme.clock.advance(1)
    for uid in ("bea", "cleo"):
        await person(acme, uid)
    job = {"serviceId": "acme", "createdBy": "staff1", "body": "Hi", "purpose": "transactional"}

    async def job_to(job_id: str, uid: str, service_id: str = "acme") -> None:
        fields = {"to": {"userId": uid}, "createdAt": SERVER_TIME, "serviceId": service_id}
        await acme.write({job_id: job | fields})
        acme.clock.advance(1)

    await receive(acme, "nobody was written to", "SM1")
    await job_to(paths.non_chat_sms("j1"), "bea")
    await receive(acme, "after an SMS", "SM2")
    await job_to(paths.campaign_sms("c1", "cleo"), "cleo")
    await job_to(paths.non_chat_sms("j2"), "bea", "rival")
    await receive(acme, "after a campaign", "SM3")

    assert said(acme) == ["nobody was written to"]
    assert said(acme, ids.case_chat_id("bea", "acme")) == ["after an SMS"]
    assert said(acme, ids.case_chat_id("cleo", "acme")) == ["after a campaign"]


async def test_an_unknown_number_is_kept_for_staff_to_see(acme: World) -> None:
    for _ in range(2):
        await receive(acme, "Who are you?", from_="+13105550100")

    (path,) = under(acme, "services/acme/inboundSms")
    kept = ReceivedSms.parse(acme.at(path))
    assert (kept.state, kept.from_, kept.to) == ("kept", "+13105550100", SENDER)
    assert (kept.body, kept.uids, kept.message_sid) == ("Who are you?", [], "SM1")
    assert not under(acme, "chats")


async def test_an_unknown_number_gets_a_person_and_a_case_by_the_setting(world: World) -> None:
    await texting_world(world, unknown="create")
    uid = ids.texting_uid("acme", "+13105550100")
    chat_id = ids.case_chat_id(uid, "acme")

    for _ in range(2):
        await receive(world, "Hello", from_="+13105550100")
        await work(world)
    await receive(world, "Still me", "SM2", from_="+13105550100")
    await work(world)

    known = ServiceUser.parse(world.at(paths.service_user("acme", uid)))
    assert (known.phone, known.display_name, known.consents) == ("+13105550100", "+13105550100", {})
    assert said(world, chat_id) == ["Hello", "Still me"]
    assert Chat.parse(world.at(paths.chat(chat_id))).state == "open"
    assert not under(world, "services/acme/inboundSms")


async def test_a_person_made_of_an_opted_out_number_gets_no_sms(world: World) -> None:
    await texting_world(world, unknown="create")
    await receive(world, "STOP", from_="+13105550100")
    await receive(world, "Hello", "SM2", from_="+13105550100")
    uid = ids.texting_uid("acme", "+13105550100")

    consents = ServiceUser.parse(world.at(paths.service_user("acme", uid))).consents["sms"]
    assert [consents[purpose].granted for purpose in ("marketing", "transactional")] == [False] * 2

    await receive(world, "START", "SM3", from_="+13105550100")
    consents = ServiceUser.parse(world.at(paths.service_user("acme", uid))).consents["sms"]
    assert consents["transactional"].granted
    assert not consents["marketing"].granted


async def test_on_the_local_stack_services_without_settings_share_a_sender(world: World) -> None:
    await world.service()
    await person(world, "ann")
    local = ReceiveSms(
        store=world.store, consents=world.app.consents, clock=world.clock, is_local=True
    )
    await local.receive(sms("Hello", to="+12025550100"))
    await local.receive(sms("STOP", "SM2", to="+12025550100"))

    assert said(world) == ["Hello"]
    consents = ServiceUser.parse(world.at(paths.service_user("acme", "ann"))).consents["sms"]
    assert not consents["transactional"].granted
