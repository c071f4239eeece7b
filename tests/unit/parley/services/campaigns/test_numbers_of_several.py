"""Nobody displaces another in a campaign by stating their number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schema import paths
from schema.campaign_sms import NumberHolder
from tests.simulation.test_preview_is_sending import preview
from tests.unit.parley.services.campaigns.sms_campaigns import (
    people,
    phone,
    send,
    sent_to,
    states,
)
from tests.unit.parley.services.campaigns.test_explaining_sms import explained
from tests.unit.parley.services.conftest import TwinWorld

STATED = {"phone": phone(7)}
PROVEN = {"phone": phone(7), "provenPhone": phone(7)}
NAMED = {"message": {"body": "Hi {{ user.displayName }}"}}


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize("records", [(STATED, PROVEN), (PROVEN, STATED), (STATED, STATED, PROVEN)])
async def test_who_proved_a_number_gets_the_sms(
    size: int, records: tuple[dict[str, str], ...]
) -> None:
    world = TwinWorld(batch_size=size)
    await people(world, *records)

    await send(world, **NAMED)

    owner = f"p{records.index(PROVEN)}"
    assert sent_to(world) == [phone(7)]
    assert world.sms.sent[0].request.body == f"Hi Person {owner[1:]}"
    found = states(world)
    assert found.pop(owner) == "sent sms"
    assert set(found.values()) <= {"skipped duplicatePhone", "skipped noConsent sms"}
    claim = NumberHolder.parse(world.at(paths.campaign_number("c1", phone(7))))
    assert (claim.uid, claim.is_proven) == (owner, True)


async def test_of_those_who_state_it_the_first_gets_the_sms(world: TwinWorld) -> None:
    then = world.clock.now() - timedelta(days=1)
    late = {"phone": phone(7), "createdAt": then - timedelta(days=9), "phoneSince": then}
    early = {"phone": phone(7), "createdAt": then - timedelta(days=2)}
    await people(world, late, {}, early)

    await send(world, **NAMED)

    assert states(world) == {
        "p0": "skipped duplicatePhone",
        "p1": "sent sms",
        "p2": "sent sms",
    }


async def test_an_explanation_and_a_preview_know_who_gives_way() -> None:
    world = TwinWorld(batch_size=1)
    await people(world, STATED)
    await send(world, **NAMED)
    await people(world, STATED, PROVEN)

    told = await explained(world, "p1")
    shown = await preview(world, {"kind": "oneWay", "channels": ["sms"], **NAMED})

    assert {one["check"]: one["ok"] for one in told["checks"]}["duplicatePhone.sms"] is True
    assert (shown["willSend"], shown["excluded"]) == (2, {})
