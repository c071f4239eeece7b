"""Pushes of messages that were fanned out before: at least once, and seldom twice."""

from __future__ import annotations

import pytest

from parley.domain.delivery.push import PushFate, PushResult
from parley.errors import StoreUnavailable
from parley.services.delivery.push_orders import PushIncomplete
from parley.store import SERVER_TIME, Merge
from parley.testing.faults import failing, lost_answer
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World


async def test_a_copy_that_finds_the_work_done_pushes_only_when_it_came_before(
    world: World,
) -> None:
    """The worker that did the work holds a message of its own, which comes again if it dies."""
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    await fanned_out_by_one_who_died(world, chat_id)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"], is_first=lambda: True)
    assert world.sender.sent == []

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    assert len(world.sender.sent) == 1


async def test_a_first_copy_pushes_what_would_be_old_before_another_came(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(100)
    await fanned_out_by_one_who_died(world, chat_id)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"], is_first=lambda: True)

    assert len(world.sender.sent) == 1


async def fanned_out_by_one_who_died(world: World, chat_id: str) -> None:
    """The commit of a worker that ended before its pushes."""
    world.store.faults.append(failing(StoreUnavailable("it died"), moment="after"))
    with pytest.raises(StoreUnavailable):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])


async def test_after_a_backlog_a_fault_of_the_provider_loses_no_push(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(600)
    world.sender.give("bob-1", PushFate.RETRY)
    with pytest.raises(PushIncomplete):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    world.clock.advance(20)
    world.sender.give("bob-1", PushFate.ACCEPTED)
    world.sender.sent.clear()

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert [one.data["messageId"] for one in world.sender.sent] == ["m1"]


async def test_a_provider_that_is_away_for_minutes_is_given_up_and_that_is_told(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.sender.give("bob-1", PushFate.RETRY)
    with pytest.raises(PushIncomplete):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    world.clock.advance(121)
    world.sender.sent.clear()

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert world.sender.sent == []
    assert "push.tooLate" in caplog.text


async def test_a_commit_whose_answer_was_lost_pushes_what_waited_long(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.clock.advance(600)
    world.store.faults.append(lost_answer())

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"], is_first=lambda: True)

    assert len(world.sender.sent) == 1


async def test_what_may_have_been_shown_comes_again_without_a_sound(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    await fanned_out_by_one_who_died(world, chat_id)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    await world.post(chat_id, "m2", "ann")
    await world.app.fan_out_messages.fan_out(chat_id, ["m1", "m2"])

    assert [(one.data["messageId"], one.sound) for one in world.sender.sent] == [
        ("m1", None),
        ("m2", "default"),
    ]


async def test_what_was_refused_was_never_shown_and_rings_when_it_comes(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    world.sender.give("bob-1", PushFate.REFUSED)
    with pytest.raises(PushIncomplete):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    world.sender.give("bob-1", PushFate.ACCEPTED)

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert {one.sound for one in world.sender.sent} == {"default"}


async def test_what_may_have_been_accepted_is_silent_when_it_is_sent_again(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.post(chat_id, "m1", "ann")
    lost = PushResult(PushFate.RETRY, code="ServerDisconnectedError", is_in_doubt=True)
    busy = PushResult(PushFate.RETRY, status=503, code="UNAVAILABLE", retry_after=5.0)
    world.sender.fates["bob-1"] = [lost, busy]
    with pytest.raises(PushIncomplete):
        await world.app.fan_out_messages.fan_out(chat_id, ["m1"])
    world.sender.give("bob-1", PushFate.ACCEPTED)
    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert [one.sound for one in world.sender.sent] == ["default", None, None]


async def test_a_service_chooses_how_its_pushes_sound(world: World) -> None:
    chat_id = await world.direct_chat()
    await world.person("bob", "bob-1")
    await world.write(
        {paths.service("default"): {"name": "Us", "kind": "default", "push": {"sound": "ping"}}}
    )
    await world.app.push_settings.refresh()
    await world.post(chat_id, "m1", "ann")

    await world.app.fan_out_messages.fan_out(chat_id, ["m1"])

    assert [one.sound for one in world.sender.sent] == ["ping"]


async def test_a_campaign_sounds_as_its_service_chose_and_a_repeat_of_it_is_silent(
    world: World,
) -> None:
    await world.service(people=1)
    service = world.at(paths.service("acme"))
    await world.write({paths.service("acme"): {**service, "push": {"sound": "ping"}}})
    world.sender.give("token-p0000", PushFate.RETRY)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    with pytest.raises(PushIncomplete):
        await world.work()
    rung = {one.sound for one in world.sender.sent}
    # The worker that claimed the pushes died before it wrote the outcomes.
    batch = next(path for path in world.store.paths() if "/batches/" in path)
    await world.store.commit([Merge(batch, {"pushClaimedAt": SERVER_TIME})])
    world.sender.give("token-p0000", PushFate.ACCEPTED)

    await world.handle(world.publisher.published[-1])

    assert rung == {"ping"}
    assert world.sender.sent[-1].sound is None
