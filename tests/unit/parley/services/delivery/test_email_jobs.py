"""Email jobs on the twins: from the document that staff write to what its delivery says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.store import Delete, Update
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_mail import MailFault
from schema import paths
from schema.events import EmailQueued
from schema.patches import PathPatch
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import JOB, Office


@pytest.fixture
async def office(world: TwinWorld) -> Office:
    office = Office(world)
    await office.open()
    return office


async def test_a_job_is_sent_and_answered_in_its_document(office: Office) -> None:
    delivery = await office.send()

    assert delivery["state"] == "SUCCESS"
    assert delivery["attempts"] == 1
    assert delivery["startTime"]
    assert delivery["endTime"]
    assert "leaseExpireTime" not in delivery
    info = delivery["info"]
    assert info["accepted"] == ["ann@a.example"]
    assert info["rejected"] == []
    (mail,) = office.mails()
    assert mail["Message-ID"] == info["messageId"]
    assert mail["From"] == "Acme <hello@acme.example>"
    assert (mail["To"], mail["Subject"]) == ("ann@a.example", "Hello")
    assert mail.get_content() == "How are you?\r\n"
    assert mail["Date"].datetime == office.world.clock.now().replace(microsecond=0)


async def test_an_email_takes_two_commits_and_few_reads(office: Office) -> None:
    await office.job()
    before = office.world.store.counts

    await office.deliver()

    used = office.world.store.counts - before
    assert (used.writes, used.reads) == (2, 5)
    assert used.of("reads", "bans") == 1, "once in two seconds, for all jobs of the process"


async def test_people_get_it_by_their_uids_and_strangers_are_left_out(office: Office) -> None:
    no = {"transactional": {"granted": False, "at": office.world.clock.now(), "source": "app"}}
    await office.person("cat", email="cat@c.example", consents={"email": no})
    await office.person("dan")
    await office.person("eve", email="eve at e")

    delivery = await office.send(
        to=None, toUids=["ann", "cat", "gone"], ccUids=["bob", "dan"], bccUids=["eve"]
    )

    assert delivery["state"] == "SUCCESS"
    assert delivery["info"]["accepted"] == ["ann@a.example", "bob@b.example"]
    assert delivery["info"]["leftOut"] == {
        "cat": "noConsent",
        "gone": "notInService",
        "dan": "noEmail",
        "eve": "invalidEmail",
    }
    assert office.mails()[0]["To"] == "Ann Lee <ann@a.example>"


async def test_an_email_that_nobody_remains_for_is_an_error(office: Office) -> None:
    delivery = await office.send(to=None, toUids=["gone"])

    assert delivery["state"] == "ERROR"
    assert delivery["attempts"] == 0
    assert delivery["error"].startswith("noRecipients: nobody is left to send to: 'gone' (notIn")
    assert office.mail.calls == 0


async def test_bcc_is_delivered_and_not_in_the_data(office: Office) -> None:
    delivery = await office.send(cc="cc@c.example", bcc=["Bea <bcc@c.example>"])

    assert delivery["info"]["accepted"] == ["ann@a.example", "cc@c.example", "bcc@c.example"]
    (arrived,) = office.mail.mails
    assert arrived.recipients == ("ann@a.example", "cc@c.example", "bcc@c.example")
    assert b"bcc@c.example" not in arrived.data
    assert b"Bea" not in arrived.data


async def test_a_service_without_senders_says_so(office: Office) -> None:
    await office.write(paths.service("acme"), {"name": "Acme", "kind": "dashboard"})

    delivery = await office.send()

    assert delivery["error"].startswith("noSender: services/acme.email.senders is missing")


async def test_a_service_with_wrong_settings_says_so(office: Office) -> None:
    wrong = {"name": "Acme", "kind": "dashboard", "email": {"senders": ["nobody"]}}
    await office.write(paths.service("acme"), wrong)

    delivery = await office.send()

    assert delivery["error"].startswith("invalidSettings: services/acme.email cannot be used")


async def test_some_accepted_is_success_and_the_others_are_told(office: Office) -> None:
    office.mail.faults = [MailFault("^bob", 550)]

    delivery = await office.send(to=["ann@a.example", "bob@b.example"])

    assert delivery["state"] == "SUCCESS"
    assert delivery["info"]["accepted"] == ["ann@a.example"]
    assert delivery["info"]["rejected"] == [
        {"address": "bob@b.example", "code": 550, "message": "no"}
    ]


async def test_all_refused_is_an_error_and_a_retry_sends_again(office: Office) -> None:
    office.mail.faults = [MailFault(code=550, times=1)]
    delivery = await office.send()
    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith("providerError:550: ann@a.example: no")
    assert delivery["info"]["rejected"][0]["address"] == "ann@a.example"

    pressed: PathPatch = {("delivery", "state"): "RETRY"}
    await office.world.store.commit([Update(JOB, pressed)])
    await office.deliver()

    delivery = office.delivery()
    assert (delivery["state"], delivery["attempts"]) == ("SUCCESS", 2)
    assert "error" not in delivery


async def test_a_temporary_refusal_is_retried_for_an_hour(office: Office) -> None:
    office.mail.faults = [MailFault(code=451)]
    await office.job()
    start = office.world.clock.now()
    attempts = 0
    while True:
        await office.deliver()
        delivery = office.delivery()
        if delivery["state"] == "ERROR":
            break
        assert delivery["state"] == "PROCESSING"
        assert delivery["error"].startswith("providerError:451")
        attempts += 1
        assert delivery["attempts"] == attempts
        wait = delivery["leaseExpireTime"] - office.world.clock.now()
        office.world.clock.advance(wait.total_seconds())

    assert office.world.clock.now() - start == timedelta(hours=1)
    assert 10 < delivery["attempts"] < 60


async def test_a_job_that_waits_is_published_again_when_it_is_due(office: Office) -> None:
    office.mail.faults = [MailFault(code=451, times=1)]
    await office.send()

    office.world.clock.advance(10)
    await office.world.app.due_jobs.publish_due()

    assert office.world.publisher.published == [EmailQueued(job_id="e1", service_id="acme")]
    await office.world.work()
    assert office.delivery()["state"] == "SUCCESS"


async def test_a_lost_answer_is_sent_again_under_the_same_message_id(office: Office) -> None:
    office.mail.faults = [MailFault(loses_answer=True, times=1)]
    await office.send()
    assert office.delivery()["state"] == "PROCESSING"

    office.world.clock.advance(10)
    await office.deliver()

    assert (office.delivery()["state"], office.delivery()["attempts"]) == ("SUCCESS", 2)
    ids = [mail["Message-ID"] for mail in office.mails()]
    assert len(ids) == 2
    assert set(ids) == {office.delivery()["info"]["messageId"]}


async def test_a_lapsed_lease_is_taken_over_and_not_slept_on(office: Office) -> None:
    office.mail.faults = [MailFault(kills=True, times=1)]
    await office.job()
    with pytest.raises(WorkerDied):
        await office.deliver()
    assert office.delivery()["state"] == "PROCESSING"
    await office.deliver()
    assert len(office.mails()) == 1, "the lease holds"

    office.world.clock.advance(76)
    await office.deliver()

    assert (office.delivery()["state"], office.delivery()["attempts"]) == ("SUCCESS", 2)
    assert len({mail["Message-ID"] for mail in office.mails()}) == 1


async def test_a_settled_job_is_not_sent_again(office: Office) -> None:
    await office.send()
    await office.deliver()

    assert len(office.mails()) == 1


async def test_two_jobs_have_two_message_ids(office: Office) -> None:
    await office.job()
    await office.write(paths.email_notification("e2"), office.world.at(JOB))
    await office.deliver()
    await office.world.app.email_jobs.deliver("e2")

    assert len({mail["Message-ID"] for mail in office.mails()}) == 2


async def test_a_given_up_job_tells_its_author(office: Office) -> None:
    await office.job()

    await office.world.app.email_jobs.give_up("e1", "it failed 20 times.")

    delivery = office.delivery()
    assert delivery["state"] == "ERROR"
    assert delivery["error"] == (
        "givenUp: it failed 20 times; set delivery.state to RETRY to try again"
    )


async def test_a_job_that_was_deleted_is_left_alone(office: Office) -> None:
    await office.job()
    await office.world.store.commit([Delete(JOB)])

    await office.deliver()

    assert office.mail.calls == 0


async def test_no_address_of_a_person_reaches_the_log(
    office: Office, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    office.mail.faults = [MailFault(code=550)]
    await office.send(bcc="eve@e.example")

    assert office.delivery()["state"] == "ERROR"
    logged = f"{capsys.readouterr()} {caplog.text}"
    assert "delivery.notAccepted" in logged
    assert "@a.example" not in logged
    assert "@e.example" not in logged
