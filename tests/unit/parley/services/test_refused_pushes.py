"""Pushes that the provider refuses: whose fault it is, what becomes of them, and who hears it."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from io import StringIO
from json import loads
from typing import Any

import pytest

from parley.domain.delivery import push
from parley.domain.delivery.push import PushFate, PushResult
from parley.services.delivery.push_messages import PushMessages
from parley.services.delivery.push_orders import PushIncomplete, PushOrder
from parley.structured_logging import JsonLines
from schema import paths
from schema.reasons import RecipientState
from tests.unit.parley.services.conftest import TwinWorld as World

CREW = [f"u{number}" for number in range(7)]


@pytest.fixture
def messages(world: World) -> PushMessages:
    return PushMessages(
        store=world.store, sender=world.sender, clock=world.clock, randomness=random.Random(1)
    )


@pytest.fixture
async def crew(world: World) -> World:
    for uid in CREW:
        await world.person(uid, uid)
    return world


class Logged:
    """The lines that were logged since it was made."""

    def __init__(self, text: StringIO) -> None:
        self._text = text

    def of(self, action: str) -> list[dict[str, Any]]:
        lines = [loads(line) for line in self._text.getvalue().splitlines()]
        return [line for line in lines if line["action"] == action]


@pytest.fixture
def logged() -> Iterator[Logged]:
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("parley")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield Logged(text)
    root.removeHandler(handler)
    root.setLevel(level)


def orders(*uids: str, message_id: str = "m1") -> list[PushOrder]:
    data = push.message_data(
        chat_id="crew",
        message_id=message_id,
        service_id="default",
        kind="group",
        sender_id="ann",
    )
    return [PushOrder(uid=uid, title="Ann", body="hi", data=data) for uid in uids]


def all_meet(world: World, *results: PushResult, of: list[str] = CREW) -> None:
    for token in of:
        world.sender.fates[token] = list(results)


def devices(world: World, uid: str) -> list[str]:
    return list(world.at(paths.push_tokens(uid))["devices"])


REFUSED = PushResult(PushFate.REFUSED, status=401, code="UNAUTHENTICATED")
MISMATCH = PushResult(PushFate.WRONG_SENDER, status=403, code="SENDER_ID_MISMATCH")
UNREGISTERED = PushResult(PushFate.DEAD_TOKEN, status=404, code="UNREGISTERED")
ACCEPTED = PushResult(PushFate.ACCEPTED, status=200)


async def test_refused_credentials_are_retried_and_logged_once(
    crew: World, messages: PushMessages, logged: Logged
) -> None:
    all_meet(crew, REFUSED)

    with pytest.raises(PushIncomplete) as waiting:
        await messages.push(orders(*CREW))

    assert waiting.value.outcomes == {}
    (line,) = logged.of("push.refused")
    assert (line["severity"], line["status"], line["code"]) == ("ERROR", 401, "UNAUTHENTICATED")

    all_meet(crew, ACCEPTED)
    crew.clock.advance(2)
    assert await messages.push(orders(*CREW)) == ["handedOver"] * 7
    assert len(logged.of("push.refused")) == len(logged.of("push.acceptedAgain")) == 1


async def test_a_refusal_that_ends_at_once_needs_no_second_delivery(
    crew: World, messages: PushMessages
) -> None:
    all_meet(crew, REFUSED, ACCEPTED)

    assert await messages.push(orders(*CREW)) == ["handedOver"] * 7


async def test_each_notification_of_a_mixed_batch_has_its_own_outcome(
    crew: World, messages: PushMessages
) -> None:
    crew.sender.give("u1", PushFate.DEAD_TOKEN)
    crew.sender.give("u2", PushFate.REJECTED)
    crew.sender.fates["u3"] = [REFUSED, REFUSED, REFUSED, ACCEPTED]

    with pytest.raises(PushIncomplete) as waiting:
        await messages.push(orders(*CREW))

    assert waiting.value.outcomes == {
        0: "handedOver",
        1: "noDevice",
        2: "failed",
        4: "handedOver",
        5: "handedOver",
        6: "handedOver",
    }
    assert devices(crew, "u1") == []
    assert devices(crew, "u2") == ["device-u2"]


async def test_rejected_notifications_are_counted_in_one_log_line(
    crew: World, messages: PushMessages, logged: Logged
) -> None:
    wrong = PushResult(PushFate.REJECTED, status=400, code="INVALID_ARGUMENT")
    all_meet(crew, wrong)

    assert await messages.push(orders(*CREW)) == ["failed"] * 7

    (line,) = logged.of("push.rejected")
    assert (line["status"], line["code"], line["count"]) == (400, "INVALID_ARGUMENT", 7)


async def test_credentials_of_another_project_cost_nobody_a_device(
    crew: World, messages: PushMessages, logged: Logged
) -> None:
    assert await messages.push(orders(*CREW)) == ["handedOver"] * 7
    all_meet(crew, MISMATCH)

    with pytest.raises(PushIncomplete):
        await messages.push(orders(*CREW, message_id="m2"))

    assert all(devices(crew, uid) == [f"device-{uid}"] for uid in CREW)
    (line,) = logged.of("push.refused")
    assert (line["severity"], line["status"], line["code"]) == ("ERROR", 403, "SENDER_ID_MISMATCH")

    all_meet(crew, ACCEPTED)
    assert await messages.push(orders(*CREW, message_id="m2")) == ["handedOver"] * 7


async def test_a_token_of_another_project_is_removed_if_others_are_accepted(
    crew: World, messages: PushMessages, logged: Logged
) -> None:
    crew.sender.fates["u3"] = MISMATCH

    outcomes = await messages.push(orders(*CREW))

    assert outcomes[3] == "noDevice"
    assert devices(crew, "u3") == []
    assert logged.of("push.refused") == []


async def test_a_token_that_was_accepted_once_is_kept_despite_a_mismatch(
    crew: World, messages: PushMessages
) -> None:
    crew.sender.fates["u3"] = [ACCEPTED, MISMATCH, ACCEPTED]
    both = [*orders(*CREW), *orders("u3", message_id="m2")]

    assert await messages.push(both) == ["handedOver"] * 8
    assert devices(crew, "u3") == ["device-u3"]


async def test_credentials_corrected_during_a_call_cost_no_device(
    crew: World, messages: PushMessages
) -> None:
    all_meet(crew, MISMATCH, ACCEPTED)

    assert await messages.push(orders(*CREW)) == ["handedOver"] * 7
    assert all(devices(crew, uid) == [f"device-{uid}"] for uid in CREW)


async def test_credentials_corrected_during_a_sending_cost_no_device(
    crew: World, messages: PushMessages
) -> None:
    all_meet(crew, MISMATCH, ACCEPTED)
    crew.sender.fates["u3"] = [MISMATCH, MISMATCH, ACCEPTED]

    assert await messages.push(orders(*CREW)) == ["handedOver"] * 7
    assert all(devices(crew, uid) == [f"device-{uid}"] for uid in CREW)


async def test_a_token_of_another_project_goes_once_our_credentials_are_corrected(
    crew: World, messages: PushMessages
) -> None:
    all_meet(crew, MISMATCH, ACCEPTED)
    crew.sender.fates["u3"] = MISMATCH

    outcomes = await messages.push(orders(*CREW))

    assert outcomes[3] == "noDevice"
    assert devices(crew, "u3") == []


@pytest.mark.parametrize(
    ("answer", "code", "crowd"),
    [(MISMATCH, "SENDER_ID_MISMATCH", 30), (UNREGISTERED, "UNREGISTERED", 130)],
)
async def test_mass_removals_stop_and_are_logged(
    world: World,
    messages: PushMessages,
    logged: Logged,
    answer: PushResult,
    code: str,
    crowd: int,
) -> None:
    people = [f"p{number}" for number in range(crowd)]
    for uid in (*people, "well"):
        await world.person(uid, uid)
    all_meet(world, answer, of=people)

    try:
        await messages.push(orders(*people, "well"))
    except PushIncomplete:
        assert answer is MISMATCH

    assert all(devices(world, uid) for uid in people)
    (line,) = logged.of("push.removalsStopped")
    assert (line["severity"], line["code"], line["count"]) == ("ERROR", code, crowd)


async def test_many_small_runs_remove_no_more_than_one_large_run(
    world: World, messages: PushMessages, logged: Logged
) -> None:
    people = [f"p{number}" for number in range(130)]
    for uid in people:
        await world.person(uid, uid)
    all_meet(world, UNREGISTERED, of=people)

    outcomes = [(await messages.push(orders(uid)))[0] for uid in people]

    assert [len(devices(world, uid)) for uid in people] == [0] * 100 + [1] * 30
    assert outcomes == ["noDevice"] * 100 + ["failed"] * 30
    assert len(logged.of("push.removalsStopped")) == 1


async def test_a_campaign_with_only_refused_pushes_sends_them_later(
    world: World, logged: Logged
) -> None:
    await world.service(people=20)
    tokens = [f"token-p{number:04d}" for number in range(20)]
    all_meet(world, REFUSED, of=tokens)
    await world.campaign()
    await world.app.run_campaigns.run("c1")

    with pytest.raises(PushIncomplete):
        await world.work()
    batch = next(path for path in world.store.paths() if "/batches/" in path)
    recipients = world.at(batch)["recipients"].values()
    assert {held["state"] for held in recipients} == {RecipientState.SENT}
    assert all("push" not in held for held in recipients)

    all_meet(world, ACCEPTED, of=tokens)
    # Longer than a repeat would be made: nobody was told yet.
    world.clock.advance(600)
    await world.handle(world.publisher.published[-1])

    assert {held["push"] for held in world.at(batch)["recipients"].values()} == {"handedOver"}
    assert len(logged.of("push.refused")) == 1
