"""Emails under crashes, lost answers and races: at least once, and always the same email."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.errors import ParleyError
from parley.store import Update
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_mail import MailFault
from schema.patches import PathPatch
from tests.simulation.test_deliveries_at_random import FAULTS, FaultName, fault_at
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import JOB, Office

Action = Literal["deliver", "deliver twice", "retry", "give up"]
Fate = Literal["accept", "busy", "refuse", "refuse one", "lose answer", "kill"]

ACTIONS: list[Action] = ["deliver", "deliver", "deliver", "deliver twice", "retry", "give up"]
FATES: list[Fate] = ["accept", "busy", "refuse", "refuse one", "lose answer", "kill"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTIONS),
        st.sampled_from(FATES),
        st.sampled_from(FAULTS),
        st.integers(0, 6),
        st.sampled_from([0.0, 1.0, 30.0, 90.0, 4_000.0]),
    ),
    max_size=10,
)
Step = tuple[Action, Fate, FaultName, int, float]


def mail_faults(fate: Fate) -> list[MailFault]:
    match fate:
        case "accept":
            return []
        case "busy":
            return [MailFault(code=451)]
        case "refuse":
            return [MailFault(code=550)]
        case "refuse one":
            return [MailFault("^bob", code=550)]
        case "lose answer":
            return [MailFault(loses_answer=True)]
        case "kill":
            return [MailFault(kills=True)]


async def act(office: Office, action: Action) -> None:
    match action:
        case "deliver":
            await office.deliver()
        case "deliver twice":
            others = office.world.new_process()
            # A claim is known by the random end of its lease.
            others.randomness.seed(office.mail.calls + 2)
            both = [office.deliver(), others.email_jobs.deliver("e1", "acme")]
            await asyncio.gather(*both, return_exceptions=True)
        case "retry":
            delivery = office.world.at(JOB).get("delivery") or {}
            if delivery.get("state") == "ERROR":
                pressed: PathPatch = {("delivery", "state"): "RETRY"}
                await office.world.store.commit([Update(JOB, pressed)])
        case "give up":
            await office.world.app.email_jobs.give_up("e1", "it failed")


async def play(steps: list[Step]) -> Office:
    office = Office(TwinWorld())
    await office.open()
    await office.job(to=["ann@a.example", "bob@b.example"])
    for action, fate, fault, position, seconds in steps:
        office.world.clock.advance(seconds)
        office.mail.faults = mail_faults(fate)
        office.world.store.faults = fault_at(fault, position)
        try:
            await act(office, action)
        except (ParleyError, WorkerDied):
            pass  # The queue brings the job back.
        finally:
            office.world.store.faults = []
    return office


async def deliver_until_settled(office: Office) -> None:
    office.mail.faults = []
    end = office.world.clock.now() + timedelta(hours=3)
    while office.world.clock.now() < end:
        await office.deliver()
        if office.delivery()["state"] in ("SUCCESS", "ERROR"):
            return
        office.world.clock.advance(30)
    raise AssertionError(f"the job was not settled: {office.delivery()}")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_an_email_is_sent_at_least_once_and_always_under_its_id(steps: list[Step]) -> None:
    async def run() -> None:
        office = await play(steps)
        await deliver_until_settled(office)

        delivery, mails = office.delivery(), office.mails()
        assert len({mail["Message-ID"] for mail in mails}) <= 1
        assert len(mails) <= delivery["attempts"]
        if delivery["state"] == "SUCCESS":
            reached = {address for mail in office.mail.mails for address in mail.recipients}
            assert set(delivery["info"]["accepted"]) <= reached
            assert delivery["info"]["messageId"] == mails[0]["Message-ID"]
        else:
            assert delivery["error"].split(":")[0] in ("givenUp", "providerError")
        sent = len(mails)
        await office.deliver()
        assert len(office.mails()) == sent, "a settled email is not sent again"

    asyncio.run(run())
