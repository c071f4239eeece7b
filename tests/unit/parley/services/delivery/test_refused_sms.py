"""SMS that are not sent: each answer names the reason, the field, the value and the way out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parley.store import SERVER_TIME, Delete, Update
from parley.testing.faults import StoreCall
from schema import paths
from schema.events import SmsQueued
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    ANN,
    ANNS_PHONE,
    NOBODYS_PHONE,
    PATH,
    counted,
    delivery,
    error,
    job_fields,
    person,
    press_retry,
    send_sms,
    service,
    write_sms,
)

STOPPED = {"granted": False, "at": datetime(2026, 1, 1, tzinfo=UTC), "source": "stop"}
WITHDRAWN = {"granted": False, "at": datetime(2026, 1, 1, tzinfo=UTC), "source": "app"}


@pytest.fixture
async def acme(world: World) -> World:
    """A service without settings, and Ann."""
    await service(world)
    await person(world)
    return world


@pytest.mark.parametrize(
    ("changed", "beginning"),
    [
        ({"to": {"phone": "555"}}, "invalidJob: to.phone must be "),
        ({"to": {}}, "invalidJob: to"),
        ({"to": {"userId": "a:b"}}, "invalidJob: to.userId must be a user id"),
        ({"body": ""}, "invalidJob: body must be 1 to 1600 characters long and is 0"),
        ({"body": "x" * 1601}, "invalidJob: body must be 1 to 1600 characters long and is 1601"),
        ({"body": " "}, "invalidJob: body must have a visible character"),
        ({"purpose": "fun"}, "invalidJob: purpose should be 'marketing' or 'transactional'"),
        ({"purpose": None}, "invalidJob: purpose is missing"),
        ({"expireAt": "soon"}, "invalidJob: expireAt must be a timestamp and is 'soon'"),
        ({"from": "ACME"}, "invalidJob: from is not a field that may stand here"),
        ({"serviceId": "nowhere"}, "serviceNotFound: serviceId: there is no service 'nowhere'"),
        (
            {"createdBy": "stranger"},
            "notAllowed: createdBy: only an owner, admin or agent of 'acme' sends SMS, and "
            "'stranger' is not on its staff; let one of them write the job",
        ),
        ({"to": {"userId": "bob"}}, "notInService: to.userId: 'bob' is no user of service 'acme'"),
        (
            {"to": {"phone": "+12530001"}},
            "invalidPhone: to.phone: '+12530001' is no valid number by the numbering plans",
        ),
        ({"to": {"phone": "+448451234567"}}, "invalidPhone: to.phone: '+448451234567' is a number"),
        (
            {"to": {"phone": NOBODYS_PHONE}, "purpose": "marketing"},
            "noConsent: the holder of this number has not agreed to marketing SMS",
        ),
        ({"purpose": "marketing"}, "noConsent: 'ann' has not agreed to marketing SMS"),
    ],
)
async def test_a_job_that_must_not_be_sent_says_why(
    changed: dict[str, Any], beginning: str, acme: World
) -> None:
    await send_sms(acme, **changed)
    assert error(acme).startswith(beginning)
    assert delivery(acme).attempts == 0
    assert acme.sms.calls == []
    assert counted(acme) == 0


async def test_a_viewer_may_not_send_and_a_demoted_agent_no_longer(acme: World) -> None:
    await send_sms(acme)
    viewer = {"role": "viewer", "displayName": "Sam"}
    await acme.write({paths.staff("acme", "agent1"): viewer})
    path = paths.non_chat_sms("j2")
    await send_sms(acme, path)
    assert "'agent1' is viewer there" in error(acme, path)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"phone": None}, "noPhone: to.userId: 'ann' has no phone"),
        ({"phone": ""}, "noPhone: "),
        ({"phone": 12025550123}, "invalidPhone: to.userId: the phone of 'ann' must be a text"),
        ({"phone": "call me"}, "invalidPhone: to.userId: the phone 'call me' is no phone number"),
        ({"consents": {"sms": {"transactional": STOPPED}}}, "optedOut: 'ann' has opted out of SMS"),
        ({"consents": {"sms": {"transactional": WITHDRAWN}}}, "noConsent: 'ann' has not agreed"),
        ({"consents": {"sms": 7}}, "invalidUser: the record of 'ann' cannot be read: consents.sms"),
        (
            {"consents": {"sms": {"transactional": {"granted": "no"}}}},
            "invalidUser: the record of 'ann' cannot be read: consents.sms.transactional.granted",
        ),
    ],
)
async def test_a_person_who_cannot_get_it_gets_none(
    fields: dict[str, Any], reason: str, acme: World
) -> None:
    await person(acme, **fields)
    await send_sms(acme)
    assert error(acme).startswith(reason)
    assert acme.sms.calls == []


async def test_other_fields_of_a_record_do_not_matter(acme: World) -> None:
    await person(acme, attributes=7, tags="x", displayName=None, smsSent="often")
    assert (await send_sms(acme)).state == "SUCCESS"
    assert counted(acme) == 1


async def test_marketing_goes_to_those_who_agreed(acme: World) -> None:
    agreed = {"granted": True, "at": datetime(2026, 1, 1, tzinfo=UTC), "source": "app"}
    await person(acme, consents={"sms": {"marketing": agreed}})
    assert (await send_sms(acme, purpose="marketing")).state == "SUCCESS"


@pytest.mark.parametrize("stored", ["+525587654321", "+5215587654321"])
@pytest.mark.parametrize("asked", ["+525587654321", "+5215587654321"])
async def test_a_job_to_a_phone_goes_by_the_consents_of_its_holder(
    stored: str, asked: str, acme: World
) -> None:
    await person(acme, phone=stored, consents={"sms": {"transactional": STOPPED}})
    await send_sms(acme, to={"phone": asked})
    assert error(acme).startswith("optedOut: 'ann'")


async def test_one_of_two_who_proved_the_number_and_withdrew_is_enough(acme: World) -> None:
    await person(acme, provenPhone=ANNS_PHONE)
    withdrawn = {"sms": {"transactional": WITHDRAWN}}
    await person(acme, "bob", provenPhone=ANNS_PHONE, consents=withdrawn)
    await send_sms(acme, to={"phone": ANNS_PHONE})
    assert error(acme).startswith("noConsent: 'bob'")


async def test_an_opt_out_of_the_number_holds_for_whom_it_belongs_to_later(acme: World) -> None:
    out = {"at": SERVER_TIME, "source": "stop"}
    await acme.write({paths.sms_opt_out("acme", ANNS_PHONE): out})
    await send_sms(acme)
    assert error(acme).startswith("optedOut: ")


async def test_nothing_is_sent_when_the_person_opts_out_just_before_the_claim(
    acme: World,
) -> None:
    """The claim fails with the person's record, and is decided again."""
    await write_sms(acme)
    stopped = {"consents": {"sms": {"transactional": STOPPED}}}
    left = 1

    async def opt_out_first(call: StoreCall) -> None:
        nonlocal left
        if left and call.operation == "commit" and call.moment == "before" and call.touches(PATH):
            left -= 1
            await acme.store.commit([Update(paths.service_user("acme", ANN), stopped)])

    acme.store.faults.append(opt_out_first)
    await acme.app.sms_jobs.deliver(PATH)
    assert left == 0
    assert error(acme).startswith("optedOut: 'ann'")
    assert acme.sms.calls == []


async def test_a_service_with_unreadable_settings_says_which(acme: World) -> None:
    await service(acme, **{"from": "+12025550100", "countries": []})
    await send_sms(acme)
    assert error(acme).startswith(
        "invalidSettings: the settings sms of service 'acme' cannot be used: countries must have"
    )
    await service(acme)
    await press_retry(acme)
    assert delivery(acme).state == "SUCCESS"


async def test_a_country_that_is_not_allowed_is_named(acme: World) -> None:
    await service(acme, countries=["DE", "AT"])
    await send_sms(acme)
    assert error(acme) == (
        f"invalidPhone: to.userId: the phone '{ANNS_PHONE}' is in US, and the service sends SMS "
        "only to AT, DE; add the country to sms.countries, or use another number."
    )


async def test_a_job_under_an_id_with_a_colon_is_no_campaigns(acme: World) -> None:
    path = paths.non_chat_sms("c1:ann")
    await acme.write({path: job_fields(acme)})
    await acme.app.sms_jobs.deliver(path)
    assert error(acme, path).startswith("invalidJob: the id of a job holds no colon")


async def test_one_bad_number_stops_no_other(acme: World) -> None:
    for number, phone in enumerate(["+12025550123", "+12530001", "+13105550100"]):
        path = paths.non_chat_sms(f"j{number}")
        await acme.write({path: job_fields(acme, to={"phone": phone})})
        await acme.handle(SmsQueued(job_id=f"j{number}"))
    assert [one.request.to for one in acme.sms.sent] == ["+12025550123", "+13105550100"]


async def test_the_record_that_was_deleted_meanwhile_gets_nothing(acme: World) -> None:
    await write_sms(acme)
    await acme.store.commit([Delete(paths.service_user("acme", ANN))])
    await acme.app.sms_jobs.deliver(PATH)
    assert error(acme).startswith("notInService: ")
