"""How a number that a person states comes to be known as theirs."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.access import UserCaller
from parley.domain.people_requests import ImportPeople
from parley.store import SERVER_TIME, Update
from schema import ids, paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    CASE,
    PHONE,
    person,
    receive,
    texting_world,
    under,
)

OTHER = "+12125550124"
STAFF = UserCaller("staff1")


async def state(world: World, uid: str = "ann", **fields: Any) -> None:
    """Let a person write their own record, and its trigger run."""
    record = world.store.document(paths.user(uid)) or {"createdAt": SERVER_TIME}
    world.clock.advance(11)
    await world.write({paths.user(uid): record | {"displayName": uid} | fields})
    await world.app.mirror_user.mirror(uid)


def known(world: World, uid: str = "ann", service_id: str = "default") -> tuple[Any, Any]:
    """The number of a person's record, and the one that is surely theirs."""
    record = world.at(paths.service_user(service_id, uid))
    return record.get("phone"), record.get("provenPhone")


async def imports(world: World, csv: str) -> dict[str, int]:
    request = ImportPeople(service_id="acme", csv=csv)
    report = await world.app.import_people.run(caller=STAFF, request=request)
    return report.counts()


async def test_a_number_by_which_the_account_signs_in_is_theirs_in_every_service(
    world: World,
) -> None:
    await world.service()
    world.accounts.phones["ann"] = PHONE
    await state(world, phone=PHONE, serviceIds=["default", "acme"])

    assert known(world) == known(world, service_id="acme") == (PHONE, PHONE)
    assert world.at(paths.user("ann"))["provenPhone"] == PHONE

    await state(world, displayName="Anne")
    assert world.accounts.asked == ["ann"], "nobody asks again"


@pytest.mark.parametrize("phones", [{}, {"ann": OTHER}, {"bob": PHONE}])
async def test_a_number_that_the_account_does_not_have_is_only_stated(
    world: World, phones: dict[str, str]
) -> None:
    world.accounts.phones = phones
    await state(world, phone=PHONE)
    assert known(world) == (PHONE, None)


async def test_another_number_is_proven_anew(world: World) -> None:
    world.accounts.phones["ann"] = PHONE
    await state(world, phone=PHONE)
    await state(world, phone=OTHER)
    assert known(world) == (OTHER, PHONE), "which is not the one that they state"

    world.accounts.phones["ann"] = OTHER
    await state(world, displayName="Anne")
    assert known(world) == (OTHER, OTHER)


async def test_accounts_that_are_away_hold_nothing_up(world: World) -> None:
    world.accounts.phones["ann"] = PHONE
    world.accounts.is_away = True
    await state(world, phone=PHONE)
    assert known(world) == (PHONE, None)

    world.accounts.is_away = False
    await state(world, displayName="Anne")
    assert known(world) == (PHONE, PHONE)


async def test_without_a_number_no_account_is_asked_for(world: World) -> None:
    await state(world)
    assert world.accounts.asked == []


async def test_a_record_notes_since_when_its_number_is_stated(world: World) -> None:
    await state(world)
    assert "phoneSince" not in world.at(paths.service_user("default", "ann"))
    await state(world, phone=PHONE)
    since = world.at(paths.service_user("default", "ann"))["phoneSince"]
    await state(world, displayName="Anne")
    assert world.at(paths.service_user("default", "ann"))["phoneSince"] == since

    fields = world.at(paths.user("ann"))
    del fields["phone"]
    world.clock.advance(11)
    await world.write({paths.user("ann"): fields})
    await world.app.mirror_user.mirror("ann")
    assert "phoneSince" not in world.at(paths.service_user("default", "ann"))


async def test_staff_vouch_for_the_numbers_that_they_import(world: World) -> None:
    await world.service()
    await imports(world, f"uid,phone\nann,{PHONE}\n")
    assert known(world, service_id="acme") == (PHONE, PHONE)

    await state(world, serviceIds=["default", "acme"])
    assert known(world, service_id="acme") == (PHONE, PHONE), "she states none herself"
    await state(world, phone=OTHER)
    assert known(world, service_id="acme") == (OTHER, PHONE), "her own comes before theirs"


async def test_an_export_that_is_imported_again_vouches_for_nothing(world: World) -> None:
    await world.service()
    await person(world, "mal")
    counts = await imports(world, f"uid,phone\nmal,{PHONE}\n")
    assert counts["unchanged"] == 1
    assert known(world, "mal", "acme") == (PHONE, None)


async def test_an_sms_is_of_who_proved_its_number(world: World) -> None:
    await texting_world(world)
    record = paths.service_user("acme", "ann")
    await world.store.commit([Update(record, {"provenPhone": PHONE})])
    world.clock.advance(60)
    await person(world, "mal")
    await world.write({paths.non_chat_sms("j1"): job_to(world, "mal")})

    await receive(world, "My code is 1234")

    assert under(world, paths.messages(CASE))
    assert not under(world, paths.messages(ids.case_chat_id("mal", "acme")))


def job_to(world: World, uid: str) -> dict[str, Any]:
    return {
        "serviceId": "acme",
        "createdBy": "agent",
        "createdAt": world.clock.now(),
        "to": {"userId": uid},
        "body": "Hi",
        "purpose": "transactional",
    }


async def test_however_many_state_a_number_its_owner_is_found(world: World) -> None:
    await texting_world(world)
    record = paths.service_user("acme", "ann")
    await world.store.commit([Update(record, {"provenPhone": PHONE})])
    for number in range(120):
        await person(world, f"a{number:03d}")

    await receive(world, "My code is 1234")

    assert under(world, paths.messages(CASE))


async def test_an_unknown_number_that_texts_is_surely_its_own(world: World) -> None:
    await texting_world(world, unknown="create")
    await receive(world, "Hello", from_=OTHER)
    uid = ids.texting_uid("acme", OTHER)
    assert known(world, uid, "acme") == (OTHER, OTHER)
