"""A campaign into a named group adds nobody who left it, or was removed from it."""

from __future__ import annotations

from typing import Any

from parley.domain.access import UserCaller
from parley.domain.campaign_requests import ExplainRecipient, PreviewCampaign
from parley.domain.requests import AcceptInvite, AddMembers, LeaveChat, RemoveMember
from parley.store import Update
from schema import ids, paths
from tests.unit.parley.services.campaigns_seen import assert_sums, recipients_of, status_of
from tests.unit.parley.services.conftest import TwinWorld

CHAT = {"title": "Town hall", "uniqueName": "town-hall"}
CHAT_ID = ids.group_chat_id("service:acme", "town-hall")
STAFF = UserCaller("staff1")
JOB: dict[str, Any] = {"kind": "group", "chat": CHAT, "message": {"body": "Hello"}}
TO_ALL: dict[str, Any] = JOB | {
    "serviceId": "acme",
    "name": "News",
    "channels": ["chat"],
    "purpose": "marketing",
    "audience": {"all": True},
}


async def run(world: TwinWorld, campaign_id: str) -> None:
    await world.campaign(campaign_id, **JOB)
    await world.app.run_campaigns.run(campaign_id)
    await world.work()


async def remove(world: TwinWorld, uid: str) -> None:
    request = RemoveMember(chat_id=CHAT_ID, user_id=uid)
    await world.app.change_members.remove(caller=STAFF, request=request)


async def explained(world: TwinWorld, uid: str, campaign_id: str = "c2") -> dict[str, Any]:
    request = ExplainRecipient(campaign_id=campaign_id, user_id=uid)
    return await world.app.explain_recipients.explain(caller=STAFF, request=request)


async def two_gone(world: TwinWorld, people: int = 4) -> tuple[str, str]:
    """A group of a first campaign, from which one has left and another was removed."""
    left, removed, *_ = await world.service(people=people)
    await run(world, "c1")
    world.clock.advance(60)
    await world.app.change_members.leave(
        caller=UserCaller(left), request=LeaveChat(chat_id=CHAT_ID)
    )
    await remove(world, removed)
    world.clock.advance(60)
    return left, removed


async def test_who_left_or_was_removed_is_skipped_with_the_reason(world: TwinWorld) -> None:
    left, removed = await two_gone(world)

    await run(world, "c2")

    recipients = recipients_of(world, "c2")
    for uid, why in (
        (left, "they left the group on 05 January 2026 at 09:01 UTC"),
        (removed, "service:acme removed them from the group on 05 January 2026 at 09:01 UTC"),
    ):
        entry = recipients[uid]
        assert (entry["state"], entry["reason"], entry["detail"]) == ("skipped", "blocked", why)
        assert world.store.document(paths.chat_member(CHAT_ID, uid)) is None
        assert world.store.document(paths.user_chat(uid, CHAT_ID)) is None
        assert len(world.sender.sent_to(f"token-{uid}")) == 1
    status = status_of(world, "c2")
    assert (status.state, status.counts.sent, status.skipped_by) == ("completed", 2, {"blocked": 2})
    assert world.at(paths.chat(CHAT_ID))["memberCount"] == 3
    assert_sums(world, "c2")


async def test_who_accepted_a_new_invitation_gets_the_next_campaign(world: TwinWorld) -> None:
    left, _ = await two_gone(world)
    request = AddMembers(chat_id=CHAT_ID, user_ids=[left])
    await world.app.change_members.add(caller=STAFF, request=request)
    accepted = AcceptInvite(chat_id=CHAT_ID)
    await world.app.answer_invitations.accept(caller=UserCaller(left), request=accepted)

    await run(world, "c2")

    assert recipients_of(world, "c2")[left]["state"] == "sent"
    assert status_of(world, "c2").skipped_by == {"blocked": 1}


async def test_a_preview_excludes_them_and_says_why(world: TwinWorld) -> None:
    left, _ = await two_gone(world)
    request = PreviewCampaign.model_validate({"job": TO_ALL, "userIds": [left]})

    shown = await world.app.preview_campaigns.preview(caller=STAFF, request=request)

    assert (shown["willSend"], shown["excluded"]) == (2, {"blocked": 2})
    (sample,) = shown["samples"]
    assert sample["reason"] == "blocked"


async def test_an_explanation_names_when_and_by_whom(world: TwinWorld) -> None:
    left, removed = await two_gone(world)
    await world.campaign("c2", **JOB)
    before = await explained(world, removed)
    assert {"check": "group", "ok": False, "detail": before["checks"][2]["detail"]} == (
        before["checks"][2]
    )
    assert "service:acme removed them from the group on 05 January 2026" in before["text"]

    await world.app.run_campaigns.run("c2")
    await world.work()

    after = await explained(world, left)
    assert (after["state"], after["reason"]) == ("skipped", "blocked")
    assert "they left the group on 05 January 2026 at 09:01 UTC" in after["text"]
    there = await explained(world, "p0003")
    assert there["checks"][2] == {
        "check": "group",
        "ok": True,
        "detail": "they are a member of the group",
    }


async def test_only_people_who_would_be_added_to_a_found_group_cost_a_read_more(
    world: TwinWorld,
) -> None:
    uids = await world.service(people=50)
    await world.campaign("c1", **(JOB | {"audience": {"userIds": uids[:30]}}))
    before = world.store.counts
    await world.app.run_campaigns.run("c1")
    await world.work()
    assert ("reads", "chats/past") not in (world.store.counts - before).by_collection

    before = world.store.counts
    await run(world, "c2")
    assert (world.store.counts - before).by_collection["reads", "chats/past"] == 20


async def test_a_record_that_cannot_be_read_keeps_its_person_out(world: TwinWorld) -> None:
    left, _ = await two_gone(world)
    await world.store.commit([Update(paths.past_member(CHAT_ID, left), {"leftAt": "yesterday"})])

    await run(world, "c2")

    entry = recipients_of(world, "c2")[left]
    assert (entry["reason"], entry["detail"]) == (
        "blocked",
        "they are no member of the group any more",
    )


async def test_who_lets_nobody_add_them_is_put_into_no_group(world: TwinWorld) -> None:
    unwilling, willing, *_ = await world.service(people=3)
    said = {paths.service_user("acme", unwilling): {"whoMayAddMe": "nobody"}}
    said[paths.service_user("acme", willing)] = {"whoMayAddMe": "contacts"}
    await world.store.commit([Update(path, fields) for path, fields in said.items()])
    preview = PreviewCampaign(job=TO_ALL)
    previewed = await world.app.preview_campaigns.preview(caller=STAFF, request=preview)

    await run(world, "c2")

    entry = recipients_of(world, "c2")[unwilling]
    why = "they let nobody add them to groups"
    assert (entry["state"], entry["reason"], entry["detail"]) == ("skipped", "blocked", why)
    assert world.store.document(paths.chat_member(CHAT_ID, unwilling)) is None
    assert recipients_of(world, "c2")[willing]["state"] == "sent"
    assert previewed["excluded"] == {"blocked": 1}
    told = await explained(world, unwilling)
    assert {"check": "group", "ok": False, "detail": why} in told["checks"]
    # Who is a member already stays one, and gets what is posted.
    await world.store.commit(
        [Update(paths.service_user("acme", willing), {"whoMayAddMe": "nobody"})]
    )
    world.clock.advance(60)
    await run(world, "c3")
    assert recipients_of(world, "c3")[willing]["state"] == "sent"
