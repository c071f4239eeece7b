"""Staff learn in sentences what became of a person of a campaign, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import ExplainRecipient
from parley.domain.campaigns.recipient_words import PUSHES, REASONS
from parley.store import Update
from schema import ids, paths
from schema.reasons import PushOutcome, RecipientReason
from tests.unit.parley.services.conftest import TwinWorld as World

PRO = {"field": "attributes.plan", "op": "==", "value": "pro"}


async def explain(world: World, uid: str = "p0000", *, caller: str = "staff1") -> dict[str, Any]:
    request = ExplainRecipient(campaign_id="c1", user_id=uid)
    return await world.app.explain_recipients.explain(caller=UserCaller(caller), request=request)


async def send(world: World, people: int = 2, **job: Any) -> None:
    await world.service(people=people)
    await world.campaign(**job)
    await world.app.run_campaigns.run("c1")
    await world.work()


def checks(told: dict[str, Any]) -> dict[str, bool]:
    return {one["check"]: one["ok"] for one in told["checks"]}


async def test_a_person_who_got_it_has_one_attempt_with_its_time(world: World) -> None:
    await send(world)
    told = await explain(world)

    assert told["inAudience"] is True
    assert (told["state"], told["channel"]) == ("sent", "chat")
    (attempt,) = told["attempts"]
    assert (attempt["channel"], attempt["result"]) == ("chat", "sent")
    assert attempt["at"] <= world.clock.now()
    assert told["text"].startswith('Person 0 (p0000) is in the audience of the campaign "News".')
    assert "Their message was sent by chat on" in told["text"]
    assert "The push was handed over to the provider." in told["text"]
    assert all(checks(told).values())
    assert checks(told).keys() >= {
        "audience",
        "inService",
        "consent.chat",
        "expiry",
        "frequencyCap",
        "window",
        "text",
        "consent.push",
        "devices",
        "notMuted",
    }


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        (
            {"where": PRO},
            'They do not meet attributes.plan == "pro" (the person has "free").',
        ),
        (
            {"where": {"not": {"field": "attributes.plan", "op": "exists", "value": True}}},
            'They do not meet not attributes.plan exists (the person has "free").',
        ),
        (
            {"where": {"or": [PRO, {"field": "locale", "op": "in", "value": ["de", "fr"]}]}},
            'They do not meet any of: attributes.plan == "pro" (the person has "free"); or '
            'locale in ["de", "fr"] (the person has no locale).',
        ),
        (
            {"where": {"and": [{"field": "attributes.plan", "op": "!=", "value": ""}, PRO]}},
            'They do not meet attributes.plan == "pro" (the person has "free").',
        ),
        (
            {"userIds": ["p0001"]},
            "They do not meet being one of the people that userIds names.",
        ),
    ],
)
async def test_a_person_outside_the_audience_learns_by_which_condition(
    world: World, audience: dict[str, Any], said: str
) -> None:
    await send(world, audience=audience)
    told = await explain(world)

    assert told["inAudience"] is False
    assert "state" not in told
    assert told["attempts"] == []
    assert checks(told)["audience"] is False
    assert told["text"] == (
        f'Person 0 (p0000) is not in the audience of the campaign "News". {said}'
    )


async def test_a_stranger_to_the_service_is_outside(world: World) -> None:
    await send(world)
    told = await explain(world, "ghost")

    assert told["inAudience"] is False
    assert told["text"] == (
        'ghost is not in the audience of the campaign "News". '
        "They do not meet being a user of the service."
    )


async def test_who_joined_after_the_audience_was_frozen_is_told_so(world: World) -> None:
    await send(world)
    await world.write({paths.service_user("acme", "late"): {"uid": "late", "displayName": "Lea"}})
    told = await explain(world, "late")

    assert told["inAudience"] is False
    assert "They match it now, and did not when it was frozen" in told["text"]


async def test_before_planning_it_is_told_as_it_would_be_now(world: World) -> None:
    start = world.clock.now() + timedelta(hours=1)
    await send(world, schedule={"startAt": start}, audience={"where": PRO})

    likely, unlikely = await explain(world, "p0001"), await explain(world, "p0000")

    assert likely["inAudience"] is True
    assert "As things stand, Person 1 (p0001) will be in it." in likely["text"]
    assert "The campaign begins on" in likely["text"]
    assert likely["text"].endswith("As things stand, they get it by chat.")
    assert unlikely["inAudience"] is False
    assert "will not be in it" in unlikely["text"]


async def test_a_skipped_and_a_failed_person_learn_the_reason(world: World) -> None:
    await world.service(people=2)
    refused = {"chat": {"marketing": {"granted": False, "at": world.clock.now(), "source": "x"}}}
    await world.store.commit(
        [
            Update(paths.service_user("acme", "p0000"), {"consents": refused}),
            Update(paths.service_user("acme", "p0001"), {"displayName": 5}),
        ]
    )
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    skipped, failed = await explain(world, "p0000"), await explain(world, "p0001")

    assert (skipped["state"], skipped["reason"]) == ("skipped", "noConsent")
    assert "They were skipped on" in skipped["text"]
    assert "they have not agreed to messages of this kind." in skipped["text"]
    assert checks(skipped)["consent.chat"] is False
    assert (failed["state"], failed["reason"]) == ("failed", "invalidUser")
    assert "displayName must be a text and is 5" in failed["detail"]
    assert failed["detail"] in failed["text"]


async def test_a_held_person_learns_when_it_goes(world: World) -> None:
    await world.service(people=1)
    await world.store.commit([Update(paths.service_user("acme", "p0000"), {"timeZone": "UTC"})])
    now = world.clock.now()
    window = {
        "from": f"{now + timedelta(hours=2):%H:%M}",
        "to": f"{now + timedelta(hours=3):%H:%M}",
        "timeZone": "recipient",
    }
    await world.campaign(schedule={"window": window})
    await world.app.run_campaigns.run("c1")
    await world.work()
    told = await explain(world)

    assert (told["state"], told["reason"]) == ("held", "outsideWindow")
    assert told["attempts"] == []
    assert "Their message is held" in told["text"]
    assert checks(told)["window"] is False


async def test_a_muted_chat_and_a_person_without_devices_show_in_the_checks(world: World) -> None:
    await world.service(people=2)
    chat_id = ids.case_chat_id("p0000", "acme")
    await world.store.commit([Update(paths.push_tokens("p0000"), {"muted": {chat_id: True}})])
    await world.store.commit([Update(paths.push_tokens("p0001"), {"devices": {}})])
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    muted, without = await explain(world, "p0000"), await explain(world, "p0001")

    assert checks(muted)["notMuted"] is False
    assert "they had muted the chat" in muted["text"]
    assert checks(without)["devices"] is False
    assert "they had no device with the app" in without["text"]


async def test_a_campaign_that_could_not_be_planned_says_so(world: World) -> None:
    expired = world.clock.now() - timedelta(minutes=1)
    await send(world, schedule={"expireAt": expired})
    told = await explain(world)

    assert told["attempts"] == []
    assert "it failed before it was planned" in told["text"]


async def test_a_campaign_that_cannot_run_is_told_with_its_fault(world: World) -> None:
    await send(world, message={"body": "{{ user."})
    told = await explain(world)

    assert (told["inAudience"], told["attempts"]) == (False, [])
    assert "it cannot run: message.body" in told["text"]


@pytest.mark.parametrize("role", ["owner", "admin", "agent", "viewer"])
async def test_staff_of_any_role_may_ask(world: World, role: str) -> None:
    await send(world)
    await world.write({paths.staff("acme", "al"): {"role": role, "displayName": "Al"}})

    assert (await explain(world, caller="al"))["state"] == "sent"


async def test_strangers_may_not_ask(world: World) -> None:
    await send(world)

    with pytest.raises(Refused, match="there is no campaign 'c1'"):
        await explain(world, caller="p0000")


async def test_an_unknown_campaign_is_named(world: World) -> None:
    await world.service()

    with pytest.raises(Refused, match="there is no campaign 'c1'"):
        await explain(world)


async def test_explaining_reads_a_handful_of_documents(world: World) -> None:
    await send(world, people=250)
    before = world.store.counts

    await explain(world, "p0200")

    spent = world.store.counts - before
    assert spent.reads <= 9
    assert spent.of("reads", "campaignStatus/batches") == 1
    assert (spent.writes, spent.deletes) == (0, 0)


@pytest.mark.parametrize("reason", RecipientReason)
def test_each_reason_has_words(reason: RecipientReason) -> None:
    assert REASONS[reason]


@pytest.mark.parametrize("outcome", PushOutcome)
def test_each_outcome_of_a_push_has_words(outcome: PushOutcome) -> None:
    assert PUSHES[outcome]
