"""STOP and START by SMS: what each takes and gives back, whatever is repeated."""

from __future__ import annotations

import pytest

from parley.domain.delivery.consent import has_opted_out, is_granted
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.testing.faults import Fault, failing, lost_answer
from schema import ids, paths
from schema.addressees import Addressee
from schema.messages import Message
from schema.received_sms import ReceivedSms
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    PHONE,
    answer,
    consent,
    history,
    person,
    receive,
    under,
)

CASE = ids.case_chat_id("ann", "acme")


def may_send(world: World, uid: str = "ann", service_id: str = "acme") -> dict[str, bool]:
    """Whether an SMS of each purpose may be sent."""
    addressee = Addressee(world.at(paths.service_user(service_id, uid)))
    return {
        "marketing": is_granted(addressee, "sms", "marketing"),
        "transactional": is_granted(addressee, "sms", "transactional"),
    }


NOTHING = {"marketing": False, "transactional": False}
DEFAULT = {"marketing": False, "transactional": True}
ALL = {"marketing": True, "transactional": True}


async def test_stop_withdraws_both_purposes_and_start_gives_them_back(acme: World) -> None:
    await answer(acme, granted=True)
    assert may_send(acme) == ALL

    await receive(acme, "Stop.", "SM1")
    assert may_send(acme) == NOTHING
    assert consent(acme) == (False, "stop")
    assert consent(acme, "transactional") == (False, "stop")

    acme.clock.advance(1)
    await receive(acme, "START", "SM2")
    assert may_send(acme) == ALL
    assert consent(acme) == (True, "start")
    told = [(one.purpose, one.granted, one.source, one.message_sid) for one in history(acme)]
    assert sorted(told[1:]) == [
        ("marketing", False, "stop", "SM1"),
        ("marketing", True, "start", "SM2"),
        ("transactional", False, "stop", "SM1"),
        ("transactional", True, "start", "SM2"),
    ]


async def test_start_gives_back_no_more_than_stop_took(acme: World) -> None:
    await receive(acme, "STOP", "SM1")
    await receive(acme, "START", "SM2")
    assert may_send(acme) == DEFAULT

    await answer(acme, granted=False, purpose="transactional")
    await receive(acme, "STOP", "SM3")
    await receive(acme, "START", "SM4")
    assert may_send(acme) == NOTHING


async def test_a_withdrawal_in_the_app_after_stop_outlasts_start(acme: World) -> None:
    await answer(acme, granted=True)
    await receive(acme, "STOP", "SM1")
    await answer(acme, granted=False)

    await receive(acme, "START", "SM2")

    assert may_send(acme) == DEFAULT
    assert consent(acme) == (False, "app")


@pytest.mark.parametrize("body", ["STOP", "START", "HELP", "ARRÊT"])
async def test_the_provider_confirms_a_keyword_and_parley_sends_nothing(
    acme: World, body: str
) -> None:
    """A confirmation of ours would be a second one, and after STOP the provider refuses it."""
    await receive(acme, "STOP", "SM1")
    await receive(acme, body, "SM2")
    await acme.work()

    assert acme.sms.calls == []
    assert not [path for path in acme.store.paths() if path.startswith("nonChatSMSQueue/")]


async def test_a_second_stop_forgets_nothing_of_what_the_first_took(acme: World) -> None:
    await answer(acme, granted=True)
    await receive(acme, "STOP", "SM1")
    await receive(acme, "STOP", "SM2")
    await acme.app.consents.withdraw_by_provider("acme", PHONE, acme.clock.now(), "21610")
    await receive(acme, "START", "SM3")

    assert may_send(acme) == ALL


async def test_a_repeat_of_a_message_changes_nothing_later(acme: World) -> None:
    await receive(acme, "STOP", "SM1")
    await receive(acme, "START", "SM2")
    before = history(acme)

    await receive(acme, "STOP", "SM1")
    assert may_send(acme) == DEFAULT
    assert history(acme) == before

    await receive(acme, "STOP", "SM3")
    await receive(acme, "START", "SM2")
    assert may_send(acme) == NOTHING


async def test_stop_concerns_everybody_who_shares_the_phone(acme: World) -> None:
    for uid in ("bea", "cleo"):
        await person(acme, uid)
    await person(acme, "dan", phone="+13105550100")

    await receive(acme, "STOP", "SM1")
    for uid in ("ann", "bea", "cleo"):
        assert may_send(acme, uid) == NOTHING
    assert may_send(acme, "dan") == DEFAULT

    await receive(acme, "START", "SM2")
    for uid in ("ann", "bea", "cleo"):
        assert may_send(acme, uid) == DEFAULT


async def test_stop_concerns_the_sender_s_services_alone(acme: World) -> None:
    await acme.service("twin")
    await acme.service("rival")
    shared = acme.at(paths.service("acme"))["sms"]
    for service_id, sms in (("twin", shared), ("rival", {"from": "+13105550100"})):
        await acme.write(
            {paths.service(service_id): {"name": "X", "kind": "dashboard", "sms": sms}}
        )
        await person(acme, "ann", service_id)

    await receive(acme, "STOP", "SM1")

    assert may_send(acme) == may_send(acme, service_id="twin") == NOTHING
    assert may_send(acme, service_id="rival") == DEFAULT


async def test_a_stop_of_the_old_mexican_form_binds_the_present_one(acme: World) -> None:
    await person(acme, "ann", phone="+525512345678")
    await receive(acme, "ALTO", from_="+5215512345678")

    assert may_send(acme) == NOTHING
    assert under(acme, "services/acme/smsOptOuts") == [paths.sms_opt_out("acme", "+525512345678")]


@pytest.mark.parametrize("from_", [PHONE, f"rcs:{PHONE}"])
async def test_one_opt_out_covers_sms_mms_and_rcs(acme: World, from_: str) -> None:
    await receive(acme, "STOP", from_=from_)
    assert may_send(acme) == NOTHING


async def test_an_opt_out_stands_in_no_chat_and_staff_see_it(acme: World) -> None:
    await receive(acme, "Stop!", "SM1")
    await receive(acme, "unstop", "SM2")

    assert not under(acme, paths.messages(CASE))
    seen = [ReceivedSms.parse(acme.at(path)) for path in under(acme, "services/acme/inboundSms")]
    assert [(one.state, one.body, one.uids) for one in seen] == [
        ("optedOut", "Stop!", ["ann"]),
        ("optedIn", "unstop", ["ann"]),
    ]


@pytest.mark.parametrize("body", ["Yes", "START"])
async def test_a_yes_of_somebody_who_is_not_opted_out_is_an_answer(acme: World, body: str) -> None:
    await receive(acme, body, "SM1")

    assert Message.parse(acme.at(paths.message(CASE, "sms-SM1"))).body == body
    assert not history(acme)

    # The provider repeats it when the person has opted out in the meantime.
    await receive(acme, "STOP", "SM2")
    await receive(acme, body, "SM1")
    assert may_send(acme) == NOTHING


async def test_a_call_for_help_is_shown_to_staff(acme: World) -> None:
    await receive(acme, "HELP")
    assert Message.parse(acme.at(paths.message(CASE, "sms-SM1"))).body == "HELP"


async def test_what_the_provider_understood_decides(acme: World) -> None:
    await receive(acme, "lass das", "SM1", opt_out_type="STOP")
    assert may_send(acme) == NOTHING
    await receive(acme, "doch", "SM2", opt_out_type="START")
    assert may_send(acme) == DEFAULT


async def test_an_opt_out_of_an_unknown_number_binds_the_number(acme: World) -> None:
    await receive(acme, "STOP", "SM1", from_="+13105550100")
    (path,) = under(acme, "services/acme/smsOptOuts")
    assert path == paths.sms_opt_out("acme", "+13105550100")

    await receive(acme, "START", "SM2", from_="+13105550100")
    assert not under(acme, "services/acme/smsOptOuts")


async def test_a_consent_that_cannot_be_read_is_not_given_back(acme: World) -> None:
    await person(acme, "ann", consents={"sms": {"marketing": "yes", "transactional": {}}})
    await receive(acme, "STOP", "SM1")
    assert may_send(acme) == NOTHING

    await receive(acme, "START", "SM2")
    assert may_send(acme) == NOTHING


async def test_opting_out_is_told_from_never_having_agreed(acme: World) -> None:
    def opted_out() -> bool:
        return has_opted_out(
            Addressee(acme.at(paths.service_user("acme", "ann"))), "sms", "marketing"
        )

    assert not opted_out()
    await answer(acme, granted=False)
    assert not opted_out()
    await receive(acme, "STOP", "SM1")
    assert opted_out()
    await receive(acme, "START", "SM2")
    assert not opted_out()
    await answer(acme, granted=True, by="agent", user_id="ann")


@pytest.mark.parametrize(
    "fault",
    [failing(Conflict("outraced")), failing(CommitOutcomeUnknown("?")), lost_answer()],
    ids=["conflict", "unknown", "lost"],
)
@pytest.mark.parametrize("body", ["STOP", "START"])
async def test_a_commit_that_fails_is_repeated_and_counts_once(
    acme: World, fault: Fault, body: str
) -> None:
    if body == "START":
        await receive(acme, "STOP", "SM0")
    count = len(history(acme))
    acme.store.faults.append(fault)

    await receive(acme, body)

    assert may_send(acme) == (NOTHING if body == "STOP" else DEFAULT)
    assert len(history(acme)) == count + 2
    assert not under(acme, paths.messages(CASE))
