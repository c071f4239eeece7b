from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.chats.post_paces import Edit
from parley.domain.people_requests import BanUser, UnbanUser
from parley.errors import Conflict, RetryableError
from parley.services.upkeep.reconcile import Reconcile
from parley.store import SERVER_TIME
from parley.testing.faults import failing, lost_answer
from schema import paths
from schema.bans import Ban
from tests.unit.parley.services.audits_seen import audits
from tests.unit.parley.services.conftest import TwinWorld as World


@pytest.fixture
async def town(world: World) -> World:
    """Ann and Bob talk; a service's owner is no owner of the project."""
    await world.service()
    await world.direct_chat()
    await world.write(
        {
            paths.staff("default", "mod"): {"role": "owner", "displayName": "Mod"},
            paths.staff("default", "agent"): {"role": "admin", "displayName": "Agent"},
        }
    )
    return world


async def ban(world: World, uid: str = "bob", by: str = "mod", **more: Any) -> None:
    asked = BanUser.model_validate({"userId": uid, "reason": "threats", **more})
    await world.app.bans.ban(caller=UserCaller(by), request=asked)


async def unban(world: World, uid: str = "bob", by: str = "mod") -> None:
    await world.app.bans.unban(caller=UserCaller(by), request=UnbanUser(user_id=uid))


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


async def test_a_banned_person_is_refused_at_once_and_cannot_sign_in(town: World) -> None:
    await town.app.bans.require_not_banned("bob")

    await ban(town)

    assert await refusal(town.app.bans.require_not_banned("bob")) == "banned"
    assert town.accounts.disabled == {"bob"}
    assert Ban.parse(town.at(paths.ban("bob"))).due_at is None
    await town.app.bans.require_not_banned("ann")


@pytest.mark.parametrize("by", ["agent", "staff", "ann"])
async def test_only_owners_of_the_project_ban(town: World, by: str) -> None:
    assert await refusal(ban(town, by=by)) == "notStaff"
    assert town.accounts.disabled == set()
    assert town.store.document(paths.ban("bob")) is None


async def test_nobody_bans_themselves(town: World) -> None:
    assert await refusal(ban(town, uid="mod")) == "notAllowed"


async def test_a_ban_that_would_be_over_is_refused(town: World) -> None:
    assert await refusal(ban(town, until=town.clock.now() - timedelta(hours=1))) == "pastTime"


@pytest.mark.parametrize("fault", [lost_answer, lambda: failing(Conflict("told to"))])
async def test_a_ban_and_its_end_are_audited_once_whatever_repeats(town: World, fault: Any) -> None:
    town.store.faults.append(fault())
    await ban(town)
    await ban(town)
    town.store.faults.append(fault())
    await unban(town)
    await unban(town)

    assert [one.action for one in audits(town)] == ["banned", "unbanned"]
    assert town.accounts.disabled == set()
    await town.app.bans.require_not_banned("bob")


async def test_a_ban_with_an_end_ends(town: World) -> None:
    await ban(town, until=town.clock.now() + timedelta(days=1))
    assert await town.app.bans.keep(town.clock.now()) == 0

    town.clock.advance(86_401)

    await town.app.bans.require_not_banned("bob")
    assert await town.app.bans.keep(town.clock.now()) == 1
    assert town.accounts.disabled == set()
    assert town.store.document(paths.ban("bob")) is None


async def test_upkeep_disables_an_account_that_could_not_be_disabled(town: World) -> None:
    town.accounts.is_away = True
    with pytest.raises(RetryableError):
        await ban(town)
    assert await refusal(town.app.bans.require_not_banned("bob")) == "banned"
    assert await town.app.bans.keep(town.clock.now()) == 0

    town.accounts.is_away = False

    assert await town.app.bans.keep(town.clock.now()) == 1
    assert town.accounts.disabled == {"bob"}
    assert await town.app.bans.keep(town.clock.now()) == 0


async def test_what_a_banned_person_still_posts_reaches_nobody(town: World) -> None:
    await town.person("ann", "a1")
    await town.post("ann:bob", "m0", "bob", "before")
    await town.app.fan_out_messages.fan_out("ann:bob", ["m0"])
    row = town.at(paths.user_chat("ann", "ann:bob"))
    pushes = len(town.sender.sent)
    await ban(town)
    await town.post("ann:bob", "m1", "bob", "a threat")
    await town.post("ann:bob", "m2", "ann", "hello?")

    await town.app.fan_out_messages.fan_out("ann:bob", ["m1", "m2"])

    message = town.at(paths.message("ann:bob", "m1"))
    assert "body" not in message
    assert message["deletedAt"] is not None
    assert town.store.document(paths.message_queue("ann:bob", "m1")) is None
    after = town.at(paths.user_chat("ann", "ann:bob"))
    assert after["messageCount"] == row["messageCount"], "Ann has nothing new"
    assert after["lastMessage"]["id"] == "m2"
    assert len(town.sender.sent) == pushes


async def test_once_a_ban_has_answered_nothing_of_the_person_arrives_in_any_process(
    town: World,
) -> None:
    """Each worker has just looked who is banned."""
    await town.person("ann", "a1")
    workers = [town.app, town.new_process()]
    for number, worker in enumerate(workers):
        await town.post("ann:bob", f"before{number}", "bob", "hello")
        await worker.fan_out_messages.fan_out("ann:bob", [f"before{number}"])
    pushes = len(town.sender.sent)

    await ban(town)
    for number, worker in enumerate(workers):
        await town.post("ann:bob", f"after{number}", "bob", "a threat")
        await worker.fan_out_messages.fan_out("ann:bob", [f"after{number}"])

    assert pushes == 2
    assert len(town.sender.sent) == pushes
    assert "body" not in town.at(paths.message("ann:bob", "after1"))


async def test_the_list_of_recent_bans_is_read_at_most_every_two_seconds(town: World) -> None:
    await ban(town)
    before = town.store.counts

    for _ in range(5):
        assert set(await town.app.bans.banned_lately()) == {"bob"}

    assert (town.store.counts - before).reads == 1
    town.clock.advance(3_901)
    assert not await town.app.bans.banned_lately()


async def test_what_a_banned_person_edits_stays_as_it_was_in_lists(town: World) -> None:
    await town.post("ann:bob", "m1", "bob", "hello")
    await town.app.fan_out_messages.fan_out("ann:bob", ["m1"])
    await ban(town)
    message = town.at(paths.message("ann:bob", "m1"))
    await town.write({paths.message("ann:bob", "m1"): message | {"body": "a threat"}})

    await town.app.fan_out_messages.follow_changes("ann:bob", ["m1"])

    row = town.at(paths.user_chat("ann", "ann:bob"))
    assert row["lastMessage"]["preview"] == "hello"


async def edit(town: World, body: str) -> Edit:
    """Bob edits what he said, as the rules let anybody with a token."""
    path = paths.message("ann:bob", "m1")
    await town.write({path: town.at(path) | {"body": body, "editedAt": SERVER_TIME}})
    return Edit("m1", "bob", town.at(path)["editedAt"])


async def test_what_a_banned_person_edits_loses_its_text(town: World) -> None:
    """Everybody who opens the chat would read the new one for good."""
    await town.post("ann:bob", "m1", "bob", "hello")
    await town.app.fan_out_messages.fan_out("ann:bob", ["m1"])
    of_before = await edit(town, "hello there")
    town.clock.advance(1)
    await ban(town)
    await town.app.fan_out_messages.follow_changes("ann:bob", ["m1"], [of_before])
    assert town.at(paths.message("ann:bob", "m1"))["body"] == "hello there"

    town.clock.advance(3)
    of_now = await edit(town, "a threat")
    await town.app.fan_out_messages.follow_changes("ann:bob", ["m1"], [of_now])

    message = town.at(paths.message("ann:bob", "m1"))
    assert "body" not in message
    assert message["deletedAt"] is not None
    await town.app.fan_out_messages.follow_changes("ann:bob", ["m1"])
    row = town.at(paths.user_chat("ann", "ann:bob"))
    assert row["lastMessage"]["preview"] == ""


async def test_a_recount_leaves_out_what_a_ban_kept_from_everybody(town: World) -> None:
    await town.post("ann:bob", "m1", "bob", "hello")
    await town.app.fan_out_messages.fan_out("ann:bob", ["m1"])
    await ban(town)
    town.clock.advance(1)
    await town.post("ann:bob", "m2", "bob", "a threat")
    await town.app.fan_out_messages.fan_out("ann:bob", ["m2"])

    recount = Reconcile(store=town.store, clock=town.clock)
    assert (await recount.reconcile()).drift.total() == 0


async def test_banned_staff_are_heard_no_more(town: World) -> None:
    await town.app.open_chats.open_case(caller=UserCaller("ann"), service_id="acme")
    case = "ann:service:acme"
    await ban(town, uid="staff")
    await town.post(case, "m1", "service:acme", "a threat")
    path = paths.message(case, "m1")
    await town.write({path: town.at(path) | {"staffId": "staff"}})

    await town.app.fan_out_messages.fan_out(case, ["m1"])

    assert "body" not in town.at(path)
    assert town.store.document(paths.message_queue(case, "m1")) is None
