"""A number that the provider refuses after a STOP loses its consent, once."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.delivery.sms_callbacks import SmsCallback
from parley.errors import StoreUnavailable
from parley.store import Update
from parley.testing.faults import StoreCall, failing
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.delivery.sms_written import (
    ANNS_PHONE,
    JOB,
    error,
    person,
    press_retry,
    send_sms,
    service,
    work,
)

ANN = paths.service_user("acme", "ann")


@pytest.fixture
async def acme(world: World) -> World:
    await service(world)
    await person(world)
    return world


def consents(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.at(ANN).get("consents", {}).get("sms", {})
    return {purpose: (one["granted"], one["source"]) for purpose, one in found.items()}


async def test_a_refused_call_withdraws_both_purposes_and_says_who_said_so(acme: World) -> None:
    acme.sms.opted_out.add(ANNS_PHONE)

    await send_sms(acme)

    assert error(acme).startswith("providerError:21610: ")
    assert consents(acme) == {
        "marketing": (False, "provider"),
        "transactional": (False, "provider"),
    }


async def test_another_refusal_withdraws_nothing(acme: World) -> None:
    acme.sms.fates_of[ANNS_PHONE] = "refuse"

    await send_sms(acme)

    assert consents(acme) == {}


async def test_the_next_sms_is_not_even_handed_to_the_provider(acme: World) -> None:
    acme.sms.opted_out.add(ANNS_PHONE)
    await send_sms(acme)
    before = len(acme.sms.calls)
    await press_retry(acme)
    await work(acme)

    assert error(acme).startswith("optedOut: ")
    assert len(acme.sms.calls) == before


async def test_a_replayed_callback_does_not_undo_a_start(acme: World) -> None:
    await send_sms(acme)
    callback = SmsCallback(acme.sms.sent[0].sid, "failed", ANNS_PHONE, "21610")
    await acme.app.sms_status.apply(JOB, callback, attempt=1)
    assert consents(acme)["marketing"] == (False, "provider")
    given_back = {"granted": True, "at": acme.clock.now(), "source": "start"}
    await acme.store.commit([Update(ANN, {"consents": {"sms": {"marketing": given_back}}})])

    await acme.app.sms_status.apply(JOB, callback, attempt=1)

    assert consents(acme)["marketing"] == (True, "start")


async def test_the_refusal_is_recorded_even_if_the_consents_cannot_be(acme: World) -> None:
    acme.sms.opted_out.add(ANNS_PHONE)

    def writes_history(call: StoreCall) -> bool:
        return any("/consentHistory/" in write.path for write in call.writes)

    acme.store.faults.append(failing(StoreUnavailable("told to be away"), where=writes_history))
    await send_sms(acme)

    assert error(acme).startswith("providerError:21610: ")
    assert consents(acme) == {}
