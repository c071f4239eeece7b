"""Derived values are recounted: what has drifted is named, and corrected under its fences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from parley.cli.output import Failed
from parley.cli.reconcile_command import reconcile as command
from parley.domain.access import UserCaller
from parley.domain.operations_requests import ReconcileDrift
from parley.domain.requests import CreateGroup
from parley.errors import Conflict
from parley.services.upkeep.reconcile import Reconcile, Report
from parley.store import Delete, Update
from parley.testing.faults import failing
from schema import ids, paths
from schema.events import MessageQueued
from tests.unit.parley.services.campaigns_seen import batches_of
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.group import Group

CASE = ids.case_chat_id("p0001", "acme")


async def recount(world: World, *, repair: bool = False, service: str | None = None) -> Report:
    service_of = Reconcile(store=world.store, clock=world.clock)
    return await service_of.reconcile(service_id=service, repair=repair)


async def say(world: World, chat_id: str, message_id: str, sender: str) -> None:
    world.clock.advance(1)
    await world.post(chat_id, message_id, sender)
    await world.handle(MessageQueued(chat_id=chat_id, message_id=message_id))


@pytest.fixture
async def busy(world: World, group: Group) -> World:
    """A world in which much has happened, and nothing has drifted."""
    await world.service(people=3)
    direct = await world.direct_chat()
    await say(world, direct, "m1", "ann")
    await say(world, group.id, "m1", "bob")
    world.clock.advance(1)
    await group.add("ann", "dan")
    await say(world, group.id, "m2", "dan")
    await group.remove("ann", "cat")
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    await say(world, CASE, "m1", "p0001")
    await world.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")
    await world.post(group.id, "waiting", "ann")
    return world


async def test_nothing_drifts_by_itself(busy: World) -> None:
    report = await recount(busy)

    assert report.drift == {}
    assert (report.chats, report.campaigns, report.unreadable) == (6, 1, [])


def spoilt(world: World, kind: str, group: Group) -> tuple[str, Mapping[str, Any]]:
    """A document, and fields that are wrong in it."""
    chat, (batch_id, batch) = paths.chat(group.id), next(iter(batches_of(world).items()))
    counts = batch.counts.fields()
    match kind:
        case "unread":
            return paths.user_chat("bob", group.id), {"messageCount": 9, "readCount": 8}
        case "messageCount":
            return chat, {"messageCount": 1}
        case "lastMessage":
            last = world.at(chat)["lastMessage"] | {"preview": "of old"}
            return chat, {"lastMessage": last}
        case "memberCount":
            return chat, {"memberCount": 7, "memberIds": ["ann"]}
        case "batchCounts":
            wrong = counts | {"sent": 1, "planned": 2}
            return paths.campaign_batch("c1", batch_id), {"counts": wrong}
        case _:
            return paths.campaign_status("c1"), {"counts": counts | {"sent": 5}}


@pytest.mark.parametrize(
    "kind",
    ["unread", "messageCount", "lastMessage", "memberCount", "batchCounts", "campaignCounts"],
)
async def test_each_kind_of_drift_is_named_and_corrected(
    busy: World, group: Group, kind: str
) -> None:
    path, wrong = spoilt(busy, kind, group)
    right = {name: busy.at(path)[name] for name in wrong}
    await busy.store.commit([Update(path, wrong)])

    report = await recount(busy)
    assert dict(report.drift) == {kind: 1}
    assert [one.path for one in report.examples[next(iter(report.drift))]] == [path]
    assert {name: busy.at(path)[name] for name in wrong} == wrong, "it was only to be reported"

    assert (await recount(busy, repair=True)).remaining == 0
    repaired = {name: busy.at(path)[name] for name in wrong}
    assert repaired | {"readCount": 0} == right | {"readCount": 0}
    assert (await recount(busy)).drift == {}


async def test_the_last_message_of_a_row_and_a_missing_row_are_restored(
    busy: World, group: Group
) -> None:
    ann, bob = paths.user_chat("ann", group.id), paths.user_chat("bob", group.id)
    before = busy.at(bob)
    last = busy.at(ann)["lastMessage"] | {"id": "m0"}
    await busy.store.commit([Delete(bob), Update(ann, {"lastMessage": last})])

    report = await recount(busy, repair=True)

    assert dict(report.repaired) == {"lastMessage": 1, "rowMissing": 1}
    assert busy.at(bob)["messageCount"] == before["messageCount"]
    assert busy.at(bob)["lastMessage"] == before["lastMessage"]
    assert (await recount(busy)).drift == {}


async def test_a_correction_that_is_outraced_is_decided_again(busy: World, group: Group) -> None:
    await busy.store.commit([Update(paths.chat(group.id), {"messageCount": 1})])
    busy.store.faults.append(failing(Conflict("first")))

    report = await recount(busy, repair=True)

    assert (dict(report.drift), report.remaining) == ({"messageCount": 1}, 0)


async def test_an_unreadable_chat_is_named_and_left_alone(busy: World, group: Group) -> None:
    await busy.store.commit([Update(paths.chat(group.id), {"kind": 7})])

    report = await recount(busy, repair=True)

    assert report.unreadable == [paths.chat(group.id)]
    assert busy.at(paths.chat(group.id))["kind"] == 7


async def test_one_service_is_recounted_without_the_others(busy: World, group: Group) -> None:
    await busy.store.commit([Update(paths.chat(group.id), {"messageCount": 1})])

    assert (await recount(busy, service="acme")).drift == {}
    assert (await recount(busy, service="default")).drift.total() == 1


async def test_the_command_fails_while_drift_is_left(
    busy: World, group: Group, capsys: pytest.CaptureFixture[str]
) -> None:
    await busy.store.commit([Update(paths.chat(group.id), {"messageCount": 1})])

    assert await command(busy.app, service_id=None, repair=False, as_json=False) == 1
    assert "--repair" in capsys.readouterr().out
    assert await command(busy.app, service_id=None, repair=True, as_json=True) == 0
    assert '"repaired": 1' in capsys.readouterr().out
    assert await command(busy.app, service_id=None, repair=False, as_json=False) == 0
    assert "nothing has drifted" in capsys.readouterr().out


async def test_an_unknown_service_is_named(world: World) -> None:
    with pytest.raises(Failed, match="there is no service 'nowhere'"):
        await command(world.app, service_id="nowhere", repair=False, as_json=False)


async def test_what_a_recount_tells_holds_no_word_of_a_chat(busy: World) -> None:
    """Those who look after a project read nobody's chats."""
    chat = paths.chat("ann:bob")
    secret = busy.at(chat)["lastMessage"] | {"preview": "meet me at nine"}
    await busy.store.commit([Update(chat, {"lastMessage": secret})])
    await busy.write({paths.staff("default", "ola"): {"role": "owner", "displayName": "Ola"}})

    told = await busy.app.operations.reconcile(caller=UserCaller("ola"), request=ReconcileDrift())

    (drift,) = told["drifts"]
    assert (drift["kind"], drift["path"]) == ("lastMessage", chat)
    assert "15 characters" in drift["found"]
    assert "meet me" not in str(told)
    assert busy.at(paths.message("ann:bob", "m1"))["body"] not in str(told)


async def test_a_text_from_before_somebody_was_asked_in_is_restored_to_those_alone_who_read_it(
    busy: World,
) -> None:
    """A group whose new members read what is said from then on, and one who is asked silently."""
    request = CreateGroup(title="Hikers", user_ids=["bob"], history_for="sinceJoined")
    made = await busy.app.open_chats.create_group(caller=UserCaller("ann"), request=request)
    group = Group(busy, made.chat_id)
    await say(busy, group.id, "m1", "ann")
    busy.clock.advance(1)
    await busy.people("ned", adds="nobody")
    assert (await group.add("ann", "ned")).invited == ["ned"]

    assert (await recount(busy)).drift == {}
    row = busy.at(paths.user_chat("bob", group.id))
    nothing = row["lastMessage"] | {"preview": ""}
    await busy.store.commit([Update(paths.user_chat("bob", group.id), {"lastMessage": nothing})])
    assert (await recount(busy, repair=True)).remaining == 0

    assert busy.at(paths.user_chat("bob", group.id))["lastMessage"] == row["lastMessage"]
    assert busy.at(paths.chat(group.id))["lastMessage"]["preview"] == ""
