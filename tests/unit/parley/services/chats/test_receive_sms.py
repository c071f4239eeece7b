"""Inbound SMS: into whose chat they go, and that each goes there once."""

from __future__ import annotations

import pytest

from parley.domain.access import UserCaller
from parley.domain.delivery.inbound_sms import InboundMedia
from parley.domain.people_requests import BanUser
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.testing.faults import Fault, StoreCall, failing, lost_answer
from schema import paths
from schema.chats import Chat
from schema.memberships import Member
from schema.messages import Message, MessageQueueEntry
from schema.received_sms import ReceivedSms
from schema.user_chats import UserChat
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    CASE,
    DASHBOARD,
    receive,
    said,
    under,
    work,
)


async def test_an_sms_of_a_known_person_opens_their_case(acme: World) -> None:
    await receive(acme, "Where is my order?")
    await work(acme)

    chat = Chat.parse(acme.at(paths.chat(CASE)))
    assert (chat.state, chat.kind, chat.by_sms) == ("open", "case", True)
    assert chat.member_ids == ["ann", DASHBOARD]
    message = Message.parse(acme.at(paths.message(CASE, "sms-SM1")))
    assert (message.sender_id, message.body, message.via) == ("ann", "Where is my order?", "sms")
    assert not under(acme, paths.MESSAGE_QUEUE)
    row = UserChat.parse(acme.at(paths.user_chat(DASHBOARD, CASE)))
    assert (row.message_count - row.read_count, row.other_uid) == (1, "ann")
    assert row.last_message is not None
    assert row.last_message.preview == "Where is my order?"
    assert Member.parse(acme.at(paths.chat_member(CASE, "ann"))).role == "member"
    UserChat.parse(acme.at(paths.user_chat("ann", CASE)))


async def test_message_and_outbox_entry_come_in_one_commit_as_a_client_writes_them(
    acme: World,
) -> None:
    commits: list[StoreCall] = []
    acme.store.faults.append(
        lambda call: (
            commits.append(call) if call.operation == "commit" and call.moment == "after" else None
        )
    )

    await receive(acme, "Hello")

    entry = MessageQueueEntry.parse(acme.at(paths.message_queue(CASE, "sms-SM1")))
    assert (entry.chat_id, entry.message_id, entry.sender_id) == (CASE, "sms-SM1", "ann")
    assert len(commits) == 1


async def test_a_repeat_changes_nothing_before_and_after_the_fan_out(acme: World) -> None:
    await receive(acme, "Hello")
    await receive(acme, "Hello")
    await work(acme)
    before = {path: acme.at(path) for path in acme.store.paths()}

    await receive(acme, "Hello")
    await work(acme)

    assert {path: acme.at(path) for path in acme.store.paths()} == before
    assert said(acme) == ["Hello"]


async def test_a_closed_case_is_opened_again_once(acme: World) -> None:
    await receive(acme, "Hello")
    await work(acme)
    await acme.write({paths.chat(CASE): acme.at(paths.chat(CASE)) | {"state": "closed"}})

    await receive(acme, "Are you there?", "SM2")
    await work(acme)

    chat = Chat.parse(acme.at(paths.chat(CASE)))
    assert (chat.state, chat.message_count) == ("open", 2)
    assert said(acme) == ["Hello", "Are you there?"]


async def test_a_case_of_the_app_notes_that_its_person_writes_by_sms(acme: World) -> None:
    await acme.app.open_chats.open_case(
        caller=UserCaller("ann"),
        service_id="acme",
    )
    assert Chat.parse(acme.at(paths.chat(CASE))).by_sms is None

    await receive(acme, "Hello")
    await work(acme)

    assert Chat.parse(acme.at(paths.chat(CASE))).by_sms is True
    assert said(acme) == ["Hello"]


@pytest.mark.parametrize(
    "fault",
    [failing(Conflict("outraced")), failing(CommitOutcomeUnknown("?")), lost_answer()],
    ids=["conflict", "unknown", "lost"],
)
async def test_a_commit_that_fails_is_repeated_and_posts_once(acme: World, fault: Fault) -> None:
    acme.store.faults.append(fault)
    await receive(acme, "Hello")
    await work(acme)
    assert said(acme) == ["Hello"]


async def test_media_are_told_and_not_fetched(acme: World) -> None:
    media = (InboundMedia("https://a/1", "image/jpeg"), InboundMedia("https://a/2", "video/mp4"))

    await receive(acme, "Look", media=media)
    await receive(acme, "", "SM2", media=media[:1])
    await receive(acme, " \n", "SM3")

    assert said(acme) == [
        "Look\n[attachment 1 of 2: image/jpeg]\n[attachment 2 of 2: video/mp4]",
        "[attachment 1 of 1: image/jpeg]",
        "(empty SMS)",
    ]


async def test_a_person_whom_staff_muted_is_kept_out_of_the_case(acme: World) -> None:
    await receive(acme, "Hello")
    await work(acme)
    member = paths.chat_member(CASE, "ann")
    await acme.write({member: acme.at(member) | {"canPost": False}})

    await receive(acme, "Hello again", "SM2")

    assert said(acme) == ["Hello"]
    kept = ReceivedSms.parse(acme.at(paths.received_sms("acme", "sms-SM2")))
    assert (kept.state, kept.uids) == ("muted", ["ann"])


@pytest.mark.parametrize("minutes", [0, 66, 24 * 60])
async def test_a_banned_person_is_kept_out_of_the_case_however_old_the_ban(
    acme: World, minutes: int
) -> None:
    """An SMS needs no token, so the worker's list of those who may hold one is not enough."""
    await acme.write({paths.staff("default", "mod"): {"role": "owner", "displayName": "Mod"}})
    ban = BanUser(user_id="ann", reason="threats")
    await acme.app.bans.ban(caller=UserCaller("mod"), request=ban)
    acme.clock.advance(60 * minutes)

    await receive(acme, "I know where you live", "SM2")
    await work(acme)

    assert said(acme) == []
    kept = ReceivedSms.parse(acme.at(paths.received_sms("acme", "sms-SM2")))
    assert (kept.state, kept.body) == ("muted", "I know where you live")
    await receive(acme, "STOP", "SM3")
    stopped = ReceivedSms.parse(acme.at(paths.received_sms("acme", "sms-SM3")))
    assert stopped.state == "optedOut", "who is banned may still refuse SMS"


@pytest.mark.parametrize("sid", ["a/b", "..", "x" * 200, "ключ", ""])
async def test_an_odd_message_sid_still_names_one_message(acme: World, sid: str) -> None:
    for _ in range(2):
        await receive(acme, "Hello", sid)
    await work(acme)
    assert said(acme) == ["Hello"]
