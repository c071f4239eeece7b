"""The ledger of consents: who may answer for whom, and what each answer leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused
from parley.domain.people_requests import UpdateConsent
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import paths
from schema.users import ServiceUser
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


async def refusal(call: object) -> str:
    with pytest.raises(Refused) as refused:
        await call  # type: ignore[misc]
    return str(refused.value.reason)


async def test_an_answer_is_stored_with_its_history_in_one_commit(acme: World) -> None:
    commits: list[StoreCall] = []
    acme.store.faults.append(
        lambda call: (
            commits.append(call) if call.operation == "commit" and call.moment == "after" else None
        )
    )

    await answer(acme, granted=True)

    assert len(commits) == 1
    assert consent(acme) == (True, "app")
    (change,) = history(acme)
    assert (change.channel, change.purpose, change.granted) == ("sms", "marketing", True)
    assert (change.source, change.by, change.at) == ("app", "ann", acme.clock.now())
    ServiceUser.parse(acme.at(paths.service_user("acme", "ann")))


async def test_a_repeat_changes_nothing_and_leaves_no_history(acme: World) -> None:
    await answer(acme, granted=True)
    before = acme.at(paths.service_user("acme", "ann"))
    acme.clock.advance(5)

    await answer(acme, granted=True)

    assert len(history(acme)) == 1
    assert acme.at(paths.service_user("acme", "ann")) == before


async def test_each_change_adds_to_the_history(acme: World) -> None:
    for granted in (True, False, True):
        await answer(acme, granted=granted)
        acme.clock.advance(1)

    assert [change.granted for change in history(acme)] == [True, False, True]


async def test_other_channels_and_purposes_stay(acme: World) -> None:
    await answer(acme, granted=True)
    await answer(acme, granted=False, channel="push", purpose="transactional")

    assert consent(acme) == (True, "app")
    assert consent(acme, "transactional", channel="push") == (False, "app")
    assert consent(acme, "transactional") is None


@pytest.mark.parametrize("by", ["staff1", "agent"])
async def test_staff_record_an_answer_for_a_person(acme: World, by: str) -> None:
    assert await answer(acme, granted=True, by=by, user_id="ann") == "ann"

    assert consent(acme) == (True, "staff")
    assert history(acme)[0].by == by


@pytest.mark.parametrize("by", ["viewer", "bob"])
async def test_viewers_and_strangers_answer_for_nobody(acme: World, by: str) -> None:
    assert await refusal(answer(acme, granted=True, by=by, user_id="ann")) == "notStaff"
    assert consent(acme) is None


async def test_a_person_answers_for_themselves_by_their_own_uid_too(acme: World) -> None:
    await answer(acme, granted=True, user_id="ann")
    assert consent(acme) == (True, "app")


async def test_a_service_or_a_person_must_be_known(acme: World) -> None:
    assert await refusal(answer(acme, granted=True, service_id="nowhere")) == "unknownUser"
    assert await refusal(answer(acme, granted=True, by="bob")) == "unknownUser"
    assert await refusal(answer(acme, granted=True, by="staff1", user_id="bob")) == "unknownUser"


async def test_who_signed_up_just_now_answers_in_the_default_service(world: World) -> None:
    own = {"displayName": "Bob", "phone": PHONE, "createdAt": SERVER_TIME}
    await world.write({paths.user("bob"): own})

    await answer(world, granted=True, by="bob", service_id="default")
    await world.app.mirror_user.mirror("bob")

    assert consent(world, uid="bob", service_id="default") == (True, "app")
    record = world.at(paths.service_user("default", "bob"))
    assert (record["displayName"], record["phone"]) == ("Bob", PHONE)
    assert world.at(paths.user("bob"))["serviceIds"] == ["default"]
    assert len(history(world, "bob", "default")) == 1


async def test_a_person_s_own_answer_outlasts_an_equal_one_of_staff(acme: World) -> None:
    await answer(acme, granted=False)
    await answer(acme, granted=False, by="agent", user_id="ann")
    assert consent(acme) == (False, "app")

    await answer(acme, granted=True, by="agent", user_id="ann")
    await answer(acme, granted=True)
    assert consent(acme) == (True, "app")
    assert [change.source for change in history(acme)] == ["app", "staff", "app"]


async def test_staff_cannot_undo_an_opt_out_by_sms(acme: World) -> None:
    await receive(acme, "STOP")

    with pytest.raises(Refused) as refused:
        await answer(acme, granted=True, by="agent", user_id="ann")

    assert (refused.value.reason, refused.value.kind) == ("optedOut", "failed_precondition")
    assert "START" in str(refused.value)
    assert consent(acme) == (False, "stop")
    await answer(acme, granted=False, by="agent", user_id="ann")
    await answer(acme, granted=True, by="agent", user_id="ann", channel="email")
    assert consent(acme) == (False, "stop")


async def test_a_lost_answer_leaves_one_change(acme: World) -> None:
    acme.store.faults.append(lost_answer())
    await answer(acme, granted=True)
    assert len(history(acme)) == 1


@pytest.mark.parametrize("error", [Conflict, CommitOutcomeUnknown])
async def test_a_failed_commit_is_decided_again(acme: World, error: type[Exception]) -> None:
    acme.store.faults.append(failing(error("outraced")))
    await answer(acme, granted=True)
    assert (consent(acme), len(history(acme))) == ((True, "app"), 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channel", "fax"),
        ("purpose", "all"),
        ("granted", "yes"),
        ("granted", 1),
        ("granted", None),
        ("userId", "a:b"),
        ("serviceId", ""),
        ("source", "app"),
    ],
)
def test_each_field_of_an_answer_is_checked(field: str, value: object) -> None:
    right = {"serviceId": "acme", "channel": "sms", "purpose": "marketing", "granted": True}
    UpdateConsent.model_validate(right)
    with pytest.raises(ValidationError):
        UpdateConsent.model_validate(right | {field: value})


async def test_a_refusal_of_the_provider_withdraws_both_purposes(acme: World) -> None:
    await answer(acme, granted=True)
    await person(acme, "bea")
    at = acme.clock.now() + timedelta(seconds=30)

    for _ in range(2):
        await acme.app.consents.withdraw_by_provider("acme", PHONE, at, "21610")

    for uid in ("ann", "bea"):
        assert consent(acme, uid=uid) == (False, "provider")
        assert consent(acme, "transactional", uid) == (False, "provider")
        withdrawn = [change for change in history(acme, uid) if not change.granted]
        assert [(one.code, one.by, one.at) for one in withdrawn] == [("21610", "system", at)] * 2
    assert acme.at(paths.sms_opt_out("acme", PHONE))["source"] == "provider"


async def test_a_late_refusal_of_the_provider_leaves_a_newer_consent(acme: World) -> None:
    at = acme.clock.now()
    await acme.app.consents.withdraw_by_provider("acme", PHONE, at, "21610")
    acme.clock.advance(60)
    await receive(acme, "START")
    assert consent(acme, "transactional") == (True, "start")

    await acme.app.consents.withdraw_by_provider("acme", PHONE, at, "21610")

    assert consent(acme, "transactional") == (True, "start")
    assert not under(acme, "services/acme/smsOptOuts")


async def test_a_refused_number_of_nobody_is_remembered(acme: World) -> None:
    await acme.app.consents.withdraw_by_provider("acme", "+14155550100", acme.clock.now(), "21610")

    assert under(acme, "services/acme/smsOptOuts") == [paths.sms_opt_out("acme", "+14155550100")]
    assert consent(acme, "transactional") is None
