from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.store import SERVER_TIME
from schema import paths
from schema.email import EmailJob
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.delivery.office import parse
from tests.unit.parley.services.delivery.unread import CASE, WAIT, Digests, group


@pytest.fixture
async def digests(world: TwinWorld) -> Digests:
    opened = Digests(world)
    await opened.open()
    return opened


async def test_a_person_is_told_of_what_is_unread_for_the_services_time(digests: Digests) -> None:
    await digests.answer()
    await digests.answer()
    await digests.look(WAIT - 1)
    assert digests.jobs() == []
    await digests.look(1)

    (job,) = digests.jobs()
    assert EmailJob.parse(job).created_by == "system"
    assert job["toUids"] == ["ann"]
    assert job["message"]["subject"] == "2 unread messages in Acme"
    assert "- Acme: 2" in job["message"]["text"]
    assert "<li>Acme: 2</li>" in job["message"]["html"]
    assert "hi" not in job["message"]["text"].split(), "no word of a message is in the email"


async def test_the_email_reaches_the_person(digests: Digests) -> None:
    await digests.answer()
    await digests.look(WAIT)
    (path,) = (p for p in digests.world.store.paths() if p.startswith("emailNotifications/"))
    await digests.world.app.email_jobs.deliver(paths.last_segment(path), "acme")

    (mail,) = digests.world.mail.mails
    assert mail.recipients == ("ann@a.example",)
    parsed = parse(mail.data)
    assert parsed["Subject"] == "1 unread message in Acme"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert digests.world.at(path)["delivery"]["state"] == "SUCCESS"


@pytest.mark.parametrize(
    "consents",
    [{}, {"email": {}}, {"email": {"transactional": {"granted": False}}}, {"email": "yes"}],
)
async def test_only_a_person_who_said_yes_is_noted(digests: Digests, consents: Any) -> None:
    await digests.person("ann", consents=consents)
    await digests.answer()
    assert digests.note() is None


async def test_a_consent_withdrawn_meanwhile_ends_it(digests: Digests) -> None:
    await digests.answer()
    await digests.person("ann")
    await digests.look(WAIT)
    assert digests.jobs() == []
    assert digests.note() is None


async def test_nothing_is_sent_if_all_was_read(digests: Digests) -> None:
    await digests.answer()
    digests.world.clock.advance(60)
    await digests.read()
    await digests.look(WAIT)
    assert digests.jobs() == []
    assert digests.note() is None


async def test_the_time_counts_from_the_first_unread_message(digests: Digests) -> None:
    await digests.answer()
    digests.world.clock.advance(600)
    await digests.read()
    digests.world.clock.advance(2_400)
    await digests.answer()
    await digests.look(10)
    assert digests.jobs() == [], "what is unread is ten minutes old"
    await digests.look(49)
    assert digests.jobs() == []
    await digests.look(1)
    assert len(digests.jobs()) == 1


async def test_a_person_who_reads_nothing_is_told_once_a_week(digests: Digests) -> None:
    await digests.answer()
    looks = 0
    for _ in range(6 * 24):
        await digests.answer()
        looks += (await digests.look(WAIT)).reads > 1
    assert len(digests.jobs()) == 1
    assert looks <= 12, "looks become rare"
    for _ in range(3 * 24):
        await digests.answer()
        await digests.look(WAIT)
    assert len(digests.jobs()) == 2


async def test_reading_anything_begins_another_stretch(digests: Digests) -> None:
    await digests.answer()
    await digests.look(WAIT)
    digests.world.clock.advance(60)
    await digests.read()
    digests.world.clock.advance(60)
    await digests.answer()
    await digests.look(WAIT)
    await digests.look(WAIT)
    assert len(digests.jobs()) == 2


async def test_messages_that_were_told_of_are_not_told_of_again(digests: Digests) -> None:
    other = await group(digests)
    await digests.answer()
    await digests.answer(other, "bob")
    await digests.look(WAIT)
    digests.world.clock.advance(60)
    await digests.read(other)
    for _ in range(5):
        await digests.look(WAIT)
    assert len(digests.jobs()) == 1
    assert digests.note() is None, "the person came back, and nothing is new"


async def test_the_email_names_only_chats_that_staff_may_read(digests: Digests) -> None:
    private = await group(digests, title="Surprise for Sam")
    shared = await group(digests, "service:acme", title="Acme <news>")
    await digests.answer(private, "bob")
    await digests.answer(shared, "bob")
    await digests.answer()
    await digests.look(WAIT)

    (job,) = digests.jobs()
    assert "Surprise" not in str(job)
    assert "- Acme <news>: 1" in job["message"]["text"]
    assert "<li>Acme &lt;news&gt;: 1</li>" in job["message"]["html"]
    assert "- another conversation: 1" in job["message"]["text"]


@pytest.mark.parametrize("posts", [1, 15])
async def test_nobody_is_told_of_messages_of_those_whom_they_block(
    digests: Digests, posts: int
) -> None:
    hikers = await group(digests, "cat", title="Hikers")
    await digests.world.write({paths.user_block("ann", "bob"): {"createdAt": SERVER_TIME}})
    for _ in range(posts):
        await digests.answer(hikers, "bob")
    await digests.look(WAIT)
    assert digests.jobs() == []

    digests.world.clock.advance(60)
    for _ in range(posts):
        await digests.answer(hikers, "bob")
    await digests.answer(hikers, "cat")
    await digests.look(WAIT)
    assert len(digests.jobs()) == 1, "the blocked one hides nobody else"


@pytest.mark.parametrize("muted", [True, "until"])
async def test_muted_chats_do_not_count(digests: Digests, muted: Any) -> None:
    until = digests.world.clock.now() + timedelta(hours=3) if muted == "until" else True
    await digests.world.write({paths.push_tokens("ann"): {"devices": {}, "muted": {CASE: until}}})
    await digests.answer()
    await digests.look(WAIT)
    assert digests.jobs() == []


async def test_archived_chats_do_not_count(digests: Digests) -> None:
    await digests.answer()
    row = paths.user_chat("ann", CASE)
    await digests.world.write({row: digests.world.at(row) | {"archived": True}})
    await digests.look(WAIT)
    assert digests.jobs() == []


async def test_a_deleted_message_is_not_told_of(digests: Digests) -> None:
    await digests.answer()
    message = paths.message(CASE, "m1")
    deleted = digests.world.at(message) | {"deletedAt": digests.world.clock.now()}
    await digests.world.write({message: deleted})
    await digests.look(WAIT)
    assert digests.jobs() == []


async def test_a_service_replaces_the_text_by_a_template(digests: Digests) -> None:
    template = {
        "subject": "{{ unread }} new",
        "text": "{% for c in chats %}{{ c.title }}{% endfor %}",
    }
    await digests.world.write({paths.email_template("acme", "digest"): template})
    await digests.answer()
    await digests.look(WAIT)
    (path,) = (p for p in digests.world.store.paths() if p.startswith("emailNotifications/"))
    await digests.world.app.email_jobs.deliver(paths.last_segment(path), "acme")
    (mail,) = digests.world.mail.mails
    assert parse(mail.data)["Subject"] == "1 new"
    assert parse(mail.data).get_content().strip() == "Acme"
