"""Email jobs on the twins: from the document that staff write to what its delivery says."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from parley.store import Delete, Set, Update
from parley.testing.in_memory_jobs import WorkerDied
from parley.testing.in_memory_mail import MailFault
from schema import paths
from schema.events import EmailQueued
from schema.patches import PathPatch
from tests.unit.parley.services.conftest import TwinWorld

JOB = paths.email_notification("e1")
PDF = "campaigns/acme/sam/a.pdf"


class Office:
    """A service with an agent, two people and a mail server."""

    def __init__(self, world: TwinWorld) -> None:
        self.world = world
        self.mail = world.mail

    async def open(self) -> None:
        await self.write(
            paths.service("acme"),
            {
                "name": "Acme",
                "kind": "dashboard",
                "email": {"senders": ["Acme <hello@acme.example>", "bills@acme.example"]},
            },
        )
        for uid, role in (("sam", "agent"), ("vic", "viewer")):
            await self.write(paths.staff("acme", uid), {"role": role, "displayName": uid})
        await self.person("ann", email="ann@a.example", displayName="Ann Lee")
        await self.person("bob", email="bob@b.example")

    async def write(self, path: str, fields: dict[str, Any]) -> None:
        await self.world.store.commit([Set(path, fields)])

    async def person(self, uid: str, **fields: Any) -> None:
        await self.write(paths.service_user("acme", uid), {"uid": uid, **fields})

    async def job(self, **fields: Any) -> None:
        """Write a job as staff do; a field that is None is left out."""
        job = {
            "serviceId": "acme",
            "createdBy": "sam",
            "createdAt": self.world.clock.now(),
            "to": "ann@a.example",
            "message": {"subject": "Hello", "text": "How are you?"},
            **fields,
        }
        await self.write(JOB, {name: value for name, value in job.items() if value is not None})

    async def send(self, **fields: Any) -> dict[str, Any]:
        """Write a job, deliver it once, and return what its delivery says."""
        await self.job(**fields)
        await self.deliver()
        return self.delivery()

    async def deliver(self) -> None:
        await self.world.app.email_jobs.deliver("e1", "acme")

    def delivery(self) -> dict[str, Any]:
        delivery: dict[str, Any] = self.world.at(JOB)["delivery"]
        return delivery

    def mails(self) -> list[EmailMessage]:
        return [parse(one.data) for one in self.mail.mails]


def parse(data: bytes) -> EmailMessage:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


@pytest.fixture
async def office(world: TwinWorld) -> Office:
    office = Office(world)
    await office.open()
    return office


async def test_a_job_is_sent_and_answered_in_its_document(office: Office) -> None:
    delivery = await office.send()

    assert delivery["state"] == "SUCCESS"
    assert delivery["attempts"] == 1
    assert delivery["startTime"] and delivery["endTime"]
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
    assert (used.writes, used.reads) == (2, 4)


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


async def test_an_email_without_a_sender_is_from_the_first(office: Office) -> None:
    await office.send()
    await office.send(**{"from": "bills@acme.example"})
    await office.send(**{"from": "hello@acme.example"})

    senders = [mail["From"] for mail in office.mails()]
    assert senders == ["Acme <hello@acme.example>", "bills@acme.example", "hello@acme.example"]


@pytest.mark.parametrize(
    "sender", ["ceo@other.example", "Boss <hello@acme.example>", "bills@acme.example, a@b.example"]
)
async def test_an_email_is_from_no_other_sender(office: Office, sender: str) -> None:
    delivery = await office.send(**{"from": sender})

    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith("invalidJob: from must")
    assert sender[:20] in delivery["error"]
    assert office.mail.calls == 0


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"serviceId": "nowhere"}, "serviceNotFound: serviceId: there is no service 'nowhere'"),
        ({"createdBy": "vic"}, "notAllowed: createdBy: only an owner, admin or agent"),
        ({"createdBy": "ann"}, "notAllowed: createdBy: only an owner, admin or agent"),
        ({"to": "ann"}, "invalidJob: to must be an address such as ann@example.com and is 'ann'"),
        ({"to": ["a@b.example", "x y"]}, "invalidJob: to[1] must be an address"),
        ({"cc": "a@b c@d"}, "invalidJob: cc has two addresses without a comma"),
        ({"message": {"subject": "Hi"}}, "invalidJob: message needs text or html"),
        ({"message": None}, "invalidJob: an email needs a message or a template"),
        ({"headers": {"Bcc": "x@y"}}, "invalidJob: headers.Bcc cannot be set here; use bcc"),
        ({"headers": {"message-id": "x"}}, "invalidJob: headers.message-id is set by the server"),
        ({"headers": {"X-A": "a\r\nBcc: x@y"}}, "invalidJob: headers.X-A must be"),
        ({"message": {"subject": "a\nb", "text": ""}}, "invalidJob: message.subject must be"),
        ({"to": "ann@a.example\nBcc: x@y.example"}, "invalidJob: to must be a text of one line"),
        ({"template": {"name": "gone"}}, "invalidJob: template.name: there is no services/acme/"),
        ({"sendGrid": {}}, "invalidJob: sendGrid is not a field that may stand here"),
        ({"to": [f"a{n}@b.example" for n in range(501)]}, "invalidJob: to must have at most 500"),
        (
            {"to": [f"a{n}@b.example" for n in range(500)], "cc": "c@d.example"},
            "invalidJob: to, cc and bcc have 501 recipients, and an email takes up to 500",
        ),
    ],
)
async def test_a_malformed_job_is_answered_with_the_field(
    office: Office, fields: dict[str, Any], reason: str
) -> None:
    delivery = await office.send(**fields)

    assert delivery["state"] == "ERROR"
    assert delivery["error"].startswith(reason), delivery["error"]
    assert office.mail.calls == 0


async def test_a_service_without_senders_says_so(office: Office) -> None:
    await office.write(paths.service("acme"), {"name": "Acme", "kind": "dashboard"})

    delivery = await office.send()

    assert delivery["error"].startswith("noSender: services/acme.email.senders is missing")


async def test_a_service_with_wrong_settings_says_so(office: Office) -> None:
    wrong = {"name": "Acme", "kind": "dashboard", "email": {"senders": ["nobody"]}}
    await office.write(paths.service("acme"), wrong)

    delivery = await office.send()

    assert delivery["error"].startswith("invalidSettings: services/acme.email cannot be used")


async def test_a_template_wins_over_the_message(office: Office) -> None:
    await office.write(
        paths.email_template("acme", "welcome"),
        {"subject": "Hi {{ name }}", "html": "<p>{{ name }}</p>"},
    )

    await office.send(
        template={"name": "welcome", "data": {"name": "<Ann> & co\nBcc: x@y"}},
        message={"subject": "Hello", "text": "kept", "html": "gone"},
    )

    (mail,) = office.mails()
    assert mail["Subject"] == "Hi <Ann> & co Bcc: x@y"
    assert mail["Bcc"] is None
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and plain.get_content() == "kept\r\n"
    assert rich is not None
    assert rich.get_content() == "<p>&lt;Ann&gt; &amp; co\r\nBcc: x@y</p>\r\n"


async def test_a_template_that_cannot_be_rendered_is_an_error(office: Office) -> None:
    await office.write(
        paths.email_template("acme", "sum"), {"subject": "Hi", "text": "{{ 1 | divided_by: n }}"}
    )

    delivery = await office.send(template={"name": "sum", "data": {"n": 0}}, message=None)

    assert delivery["error"].startswith("invalidJob: services/acme/emailTemplates/sum: text: ")


async def test_files_go_out_by_path_and_by_content(office: Office) -> None:
    office.world.files.files[PDF] = b"%PDF-1" * 50_000

    delivery = await office.send(
        message={
            "subject": "Hello",
            "text": "See the files",
            "attachments": [
                {"filename": "Übersicht 2026.pdf", "path": PDF},
                {"filename": "a.txt", "content": "héllo"},
                {"filename": "b.bin", "content": "AAEC", "encoding": "base64"},
                {"filename": "c.x", "content": "<x/>", "contentType": "text/xml; charset=utf-8"},
            ],
        }
    )

    assert delivery["state"] == "SUCCESS"
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in office.mails()[0].iter_attachments()
    ]
    assert found == [
        ("Übersicht 2026.pdf", "application/pdf", b"%PDF-1" * 50_000),
        ("a.txt", "text/plain", "héllo".encode()),
        ("b.bin", "application/octet-stream", b"\x00\x01\x02"),
        ("c.x", "text/xml", b"<x/>"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "attachments/ann:service:acme/ann/f1",
        "attachments/ann:broadcast:acme/sam/f1",
        "campaigns/acme/sam/f1.pdf",
        "emails/acme/sam/f1.pdf",
    ],
)
async def test_a_file_that_staff_of_the_service_may_read_goes_out(
    office: Office, path: str
) -> None:
    office.world.files.files[path] = b"x"

    delivery = await office.send(message=with_file(path))

    assert delivery["state"] == "SUCCESS"


@pytest.mark.parametrize(
    "path",
    [
        "attachments/ann:bob/ann/f1",
        "attachments/ann:service:other/ann/f1",
        "attachments/ann:broadcast:other/ann/f1",
        "attachments/group1/ann/f1",
        "attachments/ann:service:acme:x/ann/f1",
        "campaigns/other/sam/f1.pdf",
        "emails/other/sam/f1.pdf",
        "imports/acme/sam/people.csv",
        "emails/acme/../other",
        "emails/../other/f1",
        "emails/acme/sam/../f1",
        "emails/acme/sam/x/f1",
        "/emails/acme/sam/f1",
        "emails/acme/sam/",
        "https://files.example/emails/acme/sam/f1",
        "gs://bucket/emails/acme/sam/f1",
        "EMAILS/acme/sam/f1",
        "emails/acme/sam/f1\n",
    ],
)
async def test_a_file_of_another_chat_or_service_is_refused(office: Office, path: str) -> None:
    office.world.files.files[path] = b"secret"

    delivery = await office.send(message=with_file(path))

    assert delivery["state"] == "ERROR"
    assert "message.attachments[0].path" in delivery["error"]
    assert office.mail.calls == 0


async def test_a_missing_file_is_an_error_with_its_path(office: Office) -> None:
    delivery = await office.send(message=with_file(PDF))

    assert delivery["error"].startswith("invalidJob: message.attachments[0].path: there is no file")
    assert PDF in delivery["error"]


async def test_inline_content_has_a_limit_together(office: Office) -> None:
    half = {"filename": "a.txt", "content": "x" * 256_000}
    message = {"subject": "Hello", "text": "", "attachments": [half, half]}
    assert (await office.send(message=message))["state"] == "SUCCESS"

    message["attachments"] = [half, half, {"filename": "b", "content": "x"}]
    delivery = await office.send(message=message)

    assert "has 512001 bytes together, and the limit is 512000" in delivery["error"]


async def test_files_of_storage_have_a_limit_together(office: Office) -> None:
    office.world.files.files[PDF] = b"x" * (11 * 1024 * 1024)
    file = {"filename": "a.pdf", "path": PDF}

    delivery = await office.send(
        message={"subject": "Hello", "text": "", "attachments": [file, file]}
    )

    assert delivery["error"].startswith("invalidJob: message.attachments[1].path: the files of the")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encoding": "base64", "content": "%%"}, "message.attachments[0].content is no base64"),
        ({"encoding": "hex", "content": "xy"}, "message.attachments[0].content is no hex"),
        ({"encoding": "latin1", "content": "я"}, "message.attachments[0].content is no latin1"),
        ({"encoding": "utf-16"}, "message.attachments[0].encoding must be utf-8, base64"),
        ({"contentType": "pdf"}, "message.attachments[0].contentType must be a type"),
        ({"contentType": "multipart/mixed"}, "message.attachments[0].contentType must be a type"),
        ({"filename": "a\nb"}, "message.attachments[0].filename must be a text of one line"),
    ],
)
async def test_a_file_that_cannot_be_read_is_named(
    office: Office, change: dict[str, Any], words: str
) -> None:
    file = {"filename": "a.txt", "content": "abc", **change}

    delivery = await office.send(message={"subject": "Hi", "text": "", "attachments": [file]})

    assert delivery["error"].startswith(f"invalidJob: {words}")


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


def with_file(path: str) -> dict[str, Any]:
    return {"subject": "Hi", "text": "", "attachments": [{"filename": "a.pdf", "path": path}]}
