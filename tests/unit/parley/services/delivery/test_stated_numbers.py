"""A number that somebody only states neither silences nor rings its owner."""

from __future__ import annotations

from typing import Any

import pytest

from parley.store import Update
from schema import paths
from schema.events import SmsQueued
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    ANNS_PHONE,
    counted,
    delivery,
    error,
    job_fields,
    person,
    send_sms,
    service,
)

TO_NUMBER = {"phone": ANNS_PHONE}


@pytest.fixture
async def acme(world: World) -> World:
    """Ann has proved her number; mal states it, too."""
    await service(world)
    await person(world, provenPhone=ANNS_PHONE)
    await person(world, "mal", consents=answered(world, granted=False))
    return world


def answered(world: World, *, granted: bool, purpose: str = "transactional") -> dict[str, Any]:
    entry = {"granted": granted, "at": world.clock.now(), "source": "app"}
    return {"sms": {purpose: entry}}


def path_of(number: int) -> str:
    return paths.non_chat_sms(f"j{number}")


async def test_a_withdrawal_of_somebody_who_states_it_silences_nobody(acme: World) -> None:
    answer = await send_sms(acme, to=TO_NUMBER)
    assert answer.state == "SUCCESS"
    assert (counted(acme), counted(acme, "mal")) == (1, 0)


async def test_marketing_needs_the_consent_of_the_owner_alone(acme: World) -> None:
    await person(
        acme, provenPhone=ANNS_PHONE, consents=answered(acme, granted=True, purpose="marketing")
    )
    answer = await send_sms(acme, to=TO_NUMBER, purpose="marketing")
    assert answer.state == "SUCCESS"


async def test_a_consent_of_somebody_who_states_it_grants_nothing(acme: World) -> None:
    await person(acme, "mal", consents=answered(acme, granted=True, purpose="marketing"))
    await send_sms(acme, to=TO_NUMBER, purpose="marketing")
    assert error(acme).startswith("noConsent: 'ann'")


async def test_a_job_to_somebody_who_states_it_needs_the_consent_of_the_owner(
    acme: World,
) -> None:
    await person(acme, "mal")
    assert (await send_sms(acme, to={"userId": "mal"})).state == "SUCCESS"
    assert (counted(acme), counted(acme, "mal")) == (0, 1), "it uses up nothing of her day"

    withdrawn = {"consents": answered(acme, granted=False)}
    await acme.store.commit([Update(paths.service_user("acme", "ann"), withdrawn)])
    await send_sms(acme, path_of(2), to={"userId": "mal"})
    assert error(acme, path_of(2)).startswith("noConsent: 'ann'")


async def test_a_campaigns_sms_to_somebody_who_states_it_is_not_sent(acme: World) -> None:
    await person(acme, "mal")
    path = paths.campaign_sms("c1", "mal")
    await acme.write({path: job_fields(acme, to={"userId": "mal"})})
    await acme.handle(SmsQueued(job_id="c1:mal"))
    assert error(acme, path).startswith("noConsent: to.userId: 'mal' states a number that another")
    assert "ann" not in error(acme, path)
    assert acme.sms.sent == []


async def test_a_stated_number_gets_sms_while_nobody_else_has_proved_it(world: World) -> None:
    await service(world)
    await person(world)
    assert (await send_sms(world)).state == "SUCCESS"
    await person(world, "bob", phone="+12025550124", provenPhone=ANNS_PHONE)
    answer = await send_sms(world, path_of(2))
    assert answer.state == "SUCCESS", "bob has another number now"


async def test_of_those_who_only_state_it_a_later_one_silences_nobody(world: World) -> None:
    await service(world)
    await person(world)
    world.clock.advance(60)
    await person(world, "mal", consents=answered(world, granted=False))
    assert (await send_sms(world, to=TO_NUMBER)).state == "SUCCESS"

    withdrawn = {"consents": answered(world, granted=False)}
    await world.store.commit([Update(paths.service_user("acme", "ann"), withdrawn)])
    await send_sms(world, path_of(2), to=TO_NUMBER)
    assert error(world, path_of(2)).startswith("noConsent: 'ann'"), "nor does it grant for her"


async def test_many_who_state_one_number_share_its_day(world: World) -> None:
    await service(world, maxPerPersonPerDay=3)
    uids = [f"mal{number}" for number in range(5)]
    for uid in uids:
        await person(world, uid)
    states = [
        (await send_sms(world, path_of(number), to={"userId": uid})).state
        for number, uid in enumerate(uids)
    ]
    assert states == ["SUCCESS"] * 3 + ["ERROR"] * 2
    assert error(world, path_of(4)).startswith("personLimit: 'mal4' got 3 SMS")
    await send_sms(world, path_of(9), to=TO_NUMBER)
    assert error(world, path_of(9)).startswith(f"personLimit: '{ANNS_PHONE}' got 3 SMS")
    world.clock.advance(24 * 3600)
    assert (await send_sms(world, path_of(10), to={"userId": "mal0"})).state == "SUCCESS"


async def test_one_person_with_many_numbers_has_one_day(world: World) -> None:
    await service(world, maxPerPersonPerDay=2)
    for number in range(3):
        await person(world, phone=f"+1202555010{number}", smsSent=sent(world, number))
        await send_sms(world, path_of(number))
    assert error(world, path_of(2)).startswith("personLimit: 'ann' got 2 SMS")


def sent(world: World, count: int) -> dict[str, Any]:
    return {"day": f"{world.clock.now():%Y-%m-%d}", "count": count}


async def test_what_the_provider_refuses_is_given_back_to_person_and_number(world: World) -> None:
    await service(world, maxPerPersonPerDay=1)
    await person(world)
    world.sms.fates = ["refuse"]
    assert (await send_sms(world)).state == "ERROR"
    assert counted(world) == 0
    assert (await send_sms(world, path_of(2))).state == "SUCCESS"
    assert delivery(world, path_of(2)).info is not None


async def test_those_who_proved_one_number_have_a_day_each(world: World) -> None:
    await service(world, maxPerPersonPerDay=1)
    for uid in ("ann", "bob"):
        await person(world, uid, provenPhone=ANNS_PHONE)
        answer = await send_sms(world, paths.non_chat_sms(f"to-{uid}"), to={"userId": uid})
        assert (answer.state, counted(world, uid)) == ("SUCCESS", 1)
