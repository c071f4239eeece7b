"""Dead letters are listed with the way out, and go back on their queues."""

from __future__ import annotations

import json
from typing import Any

import pytest

from parley.cli.dead_letter_commands import delete, list_letters, redrive, show_letter
from parley.cli.output import Failed
from parley.domain.ports import Received
from parley.errors import QueueUnavailable
from parley.services.upkeep.dead_letters import DeadLetters
from schema import paths
from schema.dead_letters import DeadLetter
from schema.events import CampaignBatchReady, CampaignQueued, MessageQueued, Payload
from schema.reasons import DeadLetterCode
from tests.unit.parley.services.campaigns_seen import parked, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld as World

Told = pytest.CaptureFixture[str]


async def park(
    world: World,
    payload: Payload,
    *,
    code: DeadLetterCode = DeadLetterCode.EXHAUSTED,
    error: str = "StoreUnavailable: away",
    data: bytes | None = None,
) -> str:
    """What the runner writes about a message that it takes off its queue."""
    content = data if data is not None else payload.model_dump_json(by_alias=True).encode()
    received = Received("a", "1", content, 20, world.clock.now())
    readable = payload if data is None else None
    return await DeadLetters(world.store, payload.queue).store(
        received, code=code, error=error, payload=readable
    )


def letter(world: World, letter_id: str) -> DeadLetter:
    return DeadLetter.parse(world.at(paths.dead_letter(letter_id)))


async def run(world: World, **named: Any) -> int:
    asked: dict[str, Any] = {"letter_id": None, "queue": None, "every": False, "as_json": False}
    return await redrive(world.app, **asked | named)


async def test_a_redriven_letter_is_on_its_queue_and_marked(world: World) -> None:
    payload = CampaignQueued(campaign_id="c1")
    letter_id = await park(world, payload)

    assert await run(world, letter_id=letter_id) == 0

    assert world.publisher.take() == [payload]
    assert letter(world, letter_id).redriven_at is not None


async def test_a_letter_that_is_parked_again_waits_again(world: World) -> None:
    payload = CampaignQueued(campaign_id="c1")
    letter_id = await park(world, payload)
    await run(world, letter_id=letter_id)

    assert await park(world, payload) == letter_id

    assert letter(world, letter_id).redriven_at is None


async def test_all_letters_of_a_queue_go_once(world: World) -> None:
    await park(world, CampaignQueued(campaign_id="c1"))
    await park(world, CampaignQueued(campaign_id="c2"))
    await park(world, MessageQueued(chat_id="a:b", message_id="m"))

    assert await run(world, queue="campaign-queue") == 0
    assert len(world.publisher.take()) == 2
    assert await run(world, every=True) == 0
    assert world.publisher.take() == [MessageQueued(chat_id="a:b", message_id="m")]
    assert await run(world, every=True) == 0
    assert world.publisher.take() == []


@pytest.mark.parametrize(
    "data", [b"no json", b"[1]", b'{"v": 2, "campaignId": "c1"}', b'{"v": 1}', b"\xff"]
)
async def test_what_is_no_payload_stays_and_says_why(
    world: World, data: bytes, capsys: Told
) -> None:
    letter_id = await park(
        world, CampaignQueued(campaign_id="c1"), data=data, code=DeadLetterCode.MALFORMED
    )
    good = await park(world, CampaignQueued(campaign_id="c2"))

    assert await run(world, every=True) == 1

    assert world.publisher.take() == [CampaignQueued(campaign_id="c2")]
    assert letter(world, letter_id).redriven_at is None
    assert letter(world, good).redriven_at is not None
    assert "payload: " in capsys.readouterr().out


async def test_a_letter_is_not_marked_when_its_queue_is_away(world: World) -> None:
    letter_id = await park(world, CampaignQueued(campaign_id="c1"))
    world.publisher.fail()

    with pytest.raises(QueueUnavailable):
        await run(world, letter_id=letter_id)

    assert letter(world, letter_id).redriven_at is None


async def test_a_letter_is_shown_with_its_error_and_the_way_out(world: World, capsys: Told) -> None:
    batch = CampaignBatchReady(campaign_id="c1", batch_id="b1", service_id="acme")
    letter_id = await park(world, batch, error="why it failed")

    await list_letters(world.app, queue=None, as_json=True)
    (listed,) = json.loads(capsys.readouterr().out)
    await show_letter(world.app, letter_id=letter_id, as_json=False)
    shown = capsys.readouterr().out

    assert listed["error"] == {"code": "exhausted", "message": "why it failed"}
    assert listed["serviceId"] == "acme"
    assert "parley campaign retry-failed c1" in listed["wayOut"]
    assert "why it failed" in shown
    await list_letters(world.app, queue="message-queue", as_json=False)
    assert capsys.readouterr().out == "nothing\n"


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ({"letter_id": "none"}, "deadLetters/none does not exist"),
        ({"letter_id": "a/b"}, "cannot be a letter's id"),
        ({"queue": "letters"}, "--queue: 'letters' is not a queue; the queues are campaign-queue"),
        ({}, "nothing is named"),
        ({"letter_id": "x", "every": True}, "exclude each other"),
    ],
)
async def test_a_wrong_request_names_the_way_out(
    world: World, named: dict[str, Any], why: str
) -> None:
    with pytest.raises(Failed, match=why):
        await run(world, **named)


async def test_a_redriven_batch_sends_nothing_twice(world: World) -> None:
    await world.service(people=150)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    poison, *_ = [one for one in world.publisher.published if isinstance(one, CampaignBatchReady)]
    world.publisher.published.remove(poison)
    letter_id = await park(world, poison, code=DeadLetterCode.POISON)
    await parked(world, poison)
    await world.work()
    before = recipients_of(world)
    assert status_of(world).state == "completedWithErrors"
    assert {one["state"] for one in before.values()} == {"sent", "failed"}

    await run(world, letter_id=letter_id)
    await world.work()

    assert recipients_of(world) == before


async def test_a_letter_that_can_never_be_redriven_is_deleted(world: World, capsys: Told) -> None:
    letter_id = await park(world, CampaignQueued(campaign_id="c1"), data=b"not JSON")
    assert await run(world, letter_id=letter_id) == 1

    await delete(world.app, letter_id=letter_id, as_json=False)

    assert world.store.document(paths.dead_letter(letter_id)) is None
    assert f"{letter_id} of campaign-queue is deleted" in capsys.readouterr().out
    with pytest.raises(Failed, match="does not exist"):
        await delete(world.app, letter_id=letter_id, as_json=False)


async def test_a_letter_is_shown_in_the_words_of_people(world: World, capsys: Told) -> None:
    letter_id = await park(world, CampaignQueued(campaign_id="c1"))

    await show_letter(world.app, letter_id=letter_id, as_json=False)

    told = capsys.readouterr().out
    assert "error: exhausted: StoreUnavailable: away\n" in told
    assert '"campaignId": "c1"' in told
    assert "DeadLetterCode" not in told
