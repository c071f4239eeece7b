"""A record that is wrong concerns its person alone, and only where the campaign needs it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from parley.domain.campaigns.batch import Sending, compose
from parley.domain.campaigns.job import read_campaign
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.campaigns.templates import BodyTemplate
from parley.store import SERVER_TIME, Snapshot
from parley.testing.clock import START
from schema import paths
from schema.batches import planned_batch_fields
from schema.chats import Chat
from schema.ledger import StoredBatch
from tests.unit.parley.services.campaigns_seen import (
    assert_sums,
    batches_of,
    recipients_of,
    status_of,
)
from tests.unit.parley.services.conftest import TwinWorld as World

PLAIN = {"body": "News for you"}


async def one_of_three(world: World, fields: dict[str, Any], uid: str = "p0001") -> None:
    """Three people; one has this record."""
    await world.service(people=3)
    await world.write({paths.service_user("acme", uid): fields})


async def sent(world: World, **job: Any) -> dict[str, dict[str, Any]]:
    await world.campaign(**job)
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert_sums(world)
    return recipients_of(world)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"displayName": 7, "locale": [], "timeZone": {}, "attributes": "x", "tags": "y"},
        {"consents": {"chat": {"marketing": {"granted": True}}}},
        {"consents": {"chat": {"transactional": "?"}, "email": 7}},
        {"consents": None},
    ],
)
async def test_fields_that_a_campaign_does_not_use_may_be_wrong(
    world: World, fields: dict[str, Any]
) -> None:
    await one_of_three(world, fields)

    recipients = await sent(world, message=PLAIN)

    assert {held["state"] for held in recipients.values()} == {"sent"}
    assert len(world.sender.sent) == 3


async def test_a_record_without_a_name_gets_the_default(world: World) -> None:
    await one_of_three(world, {"uid": "p0001"})

    await sent(world)

    message = world.at(paths.message("p0001:service:acme", "c1:p0001"))
    assert message["body"] == "Hello there"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"displayName": 7}, "displayName must be a text and is 7"),
        ({"consents": {"chat": {"marketing": False}}}, "consents.chat.marketing"),
        ({"consents": {"chat": {"marketing": {"at": START}}}}, "consents.chat.marketing.granted"),
        ({"consents": "all"}, "consents must be a map"),
    ],
)
async def test_a_wrong_needed_field_fails_only_that_person_and_is_named(
    world: World, fields: dict[str, Any], named: str
) -> None:
    await one_of_three(world, fields)

    recipients = await sent(world)

    bad = recipients["p0001"]
    assert (bad["state"], bad["reason"]) == ("failed", "invalidUser")
    assert named in bad["detail"]
    assert status_of(world).counts.sent == 2
    assert status_of(world).failed_by == {"invalidUser": 1}


async def test_unreadable_push_consent_costs_only_the_push(
    world: World,
) -> None:
    await one_of_three(world, {"consents": {"push": {"marketing": "no"}}})

    recipients = await sent(world, message=PLAIN)

    held = recipients["p0001"]
    assert (held["state"], held["push"]) == ("sent", "noConsent")
    assert "consents.push.marketing" in held["detail"]
    assert {one.device.uid for one in world.sender.sent} == {"p0000", "p0002"}


@pytest.mark.parametrize("uid", ["a:b", "service", "x" * 129, "p0001:service:acme"])
@pytest.mark.parametrize(
    "audience", [{"all": True}, {"where": {"field": "tags", "op": "exists", "value": True}}]
)
async def test_a_record_with_an_invalid_uid_fails_alone(
    world: World, uid: str, audience: dict[str, Any]
) -> None:
    await one_of_three(world, {"displayName": "?", "tags": []}, uid=uid)

    recipients = await sent(world, audience=audience)

    assert len(recipients) == 4
    bad = recipients[uid]
    assert (bad["state"], bad["reason"]) == ("failed", "invalidUser")
    assert "valid uid" in bad["detail"]
    assert status_of(world).counts.sent == 3


async def test_an_unreadable_case_chat_still_gets_the_message(world: World) -> None:
    await world.service(people=2)
    await world.write({paths.chat("p0001:service:acme"): {"memberIds": 7, "messageCount": "x"}})

    recipients = await sent(world)

    assert {held["state"] for held in recipients.values()} == {"sent"}


async def test_a_blank_text_beside_attachments_is_a_message_without_a_body(world: World) -> None:
    await world.service(people=1)
    picture = {"path": "a/b", "contentType": "image/png", "size": 9, "name": "b"}

    await sent(
        world, message={"body": "\u00a0{{ user.attributes.none }}", "attachments": [picture]}
    )

    message = world.at(paths.message("p0000:service:acme", "c1:p0000"))
    assert "body" not in message
    assert message["attachments"] == [picture]
    assert [one.body for one in world.sender.sent] == ["1 attachment"]


async def test_a_long_service_name_is_shortened_to_a_valid_title(
    world: World,
) -> None:
    await world.service(people=1)
    await world.write({paths.service("acme"): {"name": "😀" * 500, "kind": "dashboard"}})

    await sent(world)

    assert Chat.parse(world.at(paths.chat("p0000:service:acme"))).title == "😀" * 50


async def test_a_failure_of_everybody_for_one_reason_is_reported_with_an_example(
    world: World,
) -> None:
    await world.service(people=3)

    await sent(world, message={"body": "{{ 1 | divided_by: 0 }}"})

    status = status_of(world)
    assert status.state == "completedWithErrors"
    assert status.error is not None
    assert status.error.code == "allFailed"
    assert "all 3 people failed with templateError" in status.error.message
    detail = recipients_of(world)["p0000"]["detail"]
    assert detail in status.error.message


async def test_a_failure_of_some_people_is_not_an_error_of_the_campaign(world: World) -> None:
    await one_of_three(world, {"displayName": 7})

    await sent(world)

    assert status_of(world).state == "completedWithErrors"
    assert status_of(world).error is None


async def test_the_estimated_end_is_removed_when_a_campaign_is_over(world: World) -> None:
    await world.service(people=250)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    first, *others = world.publisher.take()
    world.clock.advance(10)
    await world.handle(first)
    world.publisher.take()
    await world.app.campaign_progress.refresh_marked()
    assert status_of(world).eta_at is not None

    world.clock.advance(10)
    world.publisher.published.extend(others)
    await world.work()

    status = status_of(world)
    assert (status.state, status.eta_at, status.rate > 0) == ("completed", None, True)
    assert batches_of(world)


class OddTemplate(BodyTemplate):
    """A text that raises what no template should."""

    def render(self, context: Mapping[str, Any], **options: Any) -> str:
        raise KeyError("field")


def composed(
    fields: dict[str, Any], body: str, *, template: type[BodyTemplate] = BodyTemplate
) -> dict[str, Any]:
    """The ledger's entry of one person with this record; nothing goes near a store."""
    campaign = read_campaign(
        "c1",
        {
            "serviceId": "acme",
            "createdBy": "sam",
            "createdAt": START,
            "name": "News",
            "kind": "individual",
            "channels": ["chat"],
            "purpose": "marketing",
            "audience": {"all": True},
            "message": {"body": body},
            "command": "start",
        },
    )
    campaign = dataclasses.replace(campaign, body=template(body))
    batch = planned_batch_fields(
        service_id="acme",
        kind="individual",
        number=0,
        uids=["ann"],
        skipped={},
        at=SERVER_TIME,
    )
    person = Person("ann", Snapshot(paths.service_user("acme", "ann"), fields, START), None)
    sending = Sending(campaign, ServiceRules("Acme"), START)
    part = compose(sending, "b1", StoredBatch.read(batch, START), START, [person])
    return part.recipients["ann"]


def test_invalid_unicode_fails_only_its_person() -> None:
    held = composed({"displayName": "Ann\ud800"}, "Hello {{ user.displayName }}")
    assert (held["state"], held["reason"]) == ("failed", "templateError")
    assert "surrogate" in held["detail"]


def test_any_rendering_failure_concerns_only_that_person() -> None:
    held = composed({}, "{{ user.attributes.x }}", template=OddTemplate)
    assert (held["state"], held["reason"]) == ("failed", "templateError")
    assert "KeyError" in held["detail"]


def test_a_text_that_is_too_long_fails_with_its_length() -> None:
    held = composed({"displayName": "x" * 9_000}, "{{ user.displayName }}{{ user.displayName }}")
    assert (held["reason"], held["detail"]) == (
        "bodyTooLong",
        "the text has 18000 characters (limit: 10000)",
    )
