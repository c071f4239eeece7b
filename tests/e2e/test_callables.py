"""Callables by the Firebase callable protocol, as any client library speaks it."""

from __future__ import annotations

import asyncio
import math
import uuid
from typing import Any

import httpx
import pytest

from emulator.stack import Stack
from parley.cli.accounts import custom_token
from parley.connect import build
from parley.settings import Settings
from parley.store import Set
from schema import limits, paths
from tests import patient_http
from tests.e2e.callers import SECONDS, Caller, make_owner
from tests.world import World


def test_a_call_without_signing_in_is_unauthenticated(stack: Stack) -> None:
    status, error = Caller(stack, is_signed_in=False).call("openDirectChat", {"userId": "bob"})

    assert (status, error["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("openDirectChat", {}, "userId"),
        ("openDirectChat", {"userId": 7}, "userId"),
        ("openDirectChat", {"userId": "a:b"}, "userId"),
        ("openDirectChat", {"userId": "bob", "more": 1}, "more"),
        ("openDirectChat", None, ""),
        ("openCaseChat", {"serviceId": "a/b"}, "serviceId"),
        ("createGroupChat", {"title": "", "userIds": []}, "title"),
        ("createGroupChat", {"title": "x" * 101, "userIds": []}, "title"),
        ("createGroupChat", {"title": "Hikers", "userIds": ["bob"] * 451}, "userIds"),
        ("createGroupChat", {"title": "Hikers", "userIds": ["system"]}, "userIds"),
        ("addMembers", {"chatId": "c", "userIds": []}, "userIds"),
        ("setRole", {"chatId": "c", "userId": "bob", "role": "king"}, "role"),
        ("updateCase", {"chatId": "a/b", "state": "open"}, "chatId"),
        ("leaveChat", {"chatId": ".."}, "chatId"),
        ("updateChat", {"chatId": "c", "title": "half \ud83d"}, "title"),
        ("createGroupChat", {"title": "x", "userIds": [], "attributes": {"": 1}}, "attributes"),
        (
            "createGroupChat",
            {"title": "x", "userIds": [], "attributes": {"a": math.nan}},
            "attributes.a",
        ),
        ("updateCase", {"chatId": "c", "state": "snoozed", "snoozedUntil": 7}, "snoozedUntil"),
        ("reportMessage", {"chatId": "c", "messageId": "m", "reason": "boredom"}, "reason"),
    ],
)
def test_a_wrong_argument_is_named(stack: Stack, name: str, data: object, field: str) -> None:
    status, error = Caller(stack).call(name, data)

    assert (status, error["status"]) == (400, "INVALID_ARGUMENT")
    assert error["details"]["reason"] == "invalidArgument"
    assert error["message"].startswith(field)


def test_the_deepest_attributes_are_stored_and_audited(stack: Stack) -> None:
    caller = Caller(stack)
    _, made = caller.call("createGroupChat", {"title": "Hikers", "userIds": []})
    attributes: dict[str, Any] = {"a": [{"b": 2**53}]}
    for _ in range(limits.ATTRIBUTES_DEPTH - 3):
        attributes = {"a": attributes}

    for wanted in (attributes, {"other": attributes["a"]}):
        asked = {"chatId": made["chatId"], "attributes": wanted}
        assert caller.call("updateChat", asked) == (200, {"chatId": made["chatId"]})


def test_a_refusal_has_a_reason_of_the_closed_list(stack: Stack) -> None:
    caller = Caller(stack)

    _, with_oneself = caller.call("openDirectChat", {"userId": caller.uid})
    _, unknown = caller.call("openCaseChat", {"serviceId": "nowhere"})

    assert with_oneself["details"]["reason"] == "selfChat"
    assert (unknown["status"], unknown["details"]["reason"]) == ("NOT_FOUND", "unknownService")


def test_a_unique_name_finds_the_same_group_again(stack: Stack) -> None:
    caller = Caller(stack)
    asked = {"title": "Hikers", "userIds": [], "uniqueName": f"hikers-{caller.uid}"}

    _, first = caller.call("createGroupChat", asked)
    _, again = caller.call("createGroupChat", asked)

    assert (first["created"], again["created"]) == (True, False)
    assert first["chatId"] == again["chatId"]


async def test_people_join_rename_and_leave_a_group(stack: Stack) -> None:
    ann, bob, cat = (Caller(stack) for _ in range(3))
    async with build(Settings.from_environment(stack.environment)) as app:
        await World(app.store).people(bob.uid, cat.uid)
    _, made = ann.call("createGroupChat", {"title": "Hikers", "userIds": [bob.uid]})
    assert (made["added"], made["invited"]) == ([bob.uid], [])
    chat_id = made["chatId"]

    joins = {"chatId": chat_id, "userIds": [cat.uid]}
    joined = {"chatId": chat_id, "added": [cat.uid], "invited": []}
    assert ann.call("addMembers", joins) == (200, joined)
    assert ann.call("addMembers", joins) == (200, joined), "a repeat answers the same"
    renamed = {"chatId": chat_id, "title": "Climbers"}
    _, refused = bob.call("updateChat", renamed)
    assert (refused["status"], refused["details"]["reason"]) == ("PERMISSION_DENIED", "notAllowed")
    leads = {"chatId": chat_id, "userId": bob.uid, "role": "admin"}
    assert ann.call("setRole", leads)[0] == 200
    assert bob.call("updateChat", renamed)[0] == 200
    assert bob.call("removeMember", {"chatId": chat_id, "userId": cat.uid})[0] == 200
    assert ann.call("leaveChat", {"chatId": chat_id})[0] == 200
    _, gone = ann.call("updateChat", renamed)
    assert gone["details"]["reason"] == "notAMember"
    _, own = bob.call("setRole", leads | {"role": "member"})
    assert own["details"]["reason"] == "lastOwner", "ownership went to bob"


async def test_staff_close_a_case_and_describe_its_person(stack: Stack) -> None:
    ann, staff = Caller(stack), Caller(stack)
    service_id = f"shop-{staff.uid}"
    async with build(Settings.from_environment(stack.environment)) as app:
        await app.store.commit(
            [
                Set(paths.service(service_id), {"name": "Shop", "kind": "dashboard"}),
                Set(paths.staff(service_id, staff.uid), {"role": "owner", "displayName": "Sue"}),
            ]
        )
        _, opened = ann.call("openCaseChat", {"serviceId": service_id})
        chat_id = opened["chatId"]

        until = {"chatId": chat_id, "state": "snoozed", "snoozedUntil": "2999-01-01T00:00:00.000Z"}
        assert staff.call("updateCase", until) == (200, {"chatId": chat_id})
        assert staff.call("updateCase", {"chatId": chat_id, "state": "closed"})[0] == 200
        _, refused = ann.call("updateCase", {"chatId": chat_id, "state": "open"})
        person = {"serviceId": service_id, "userId": ann.uid}
        assert staff.call("updateServiceUser", person | {"tags": ["vip"]})[0] == 200
        assert staff.call("updateService", {"serviceId": service_id, "name": "The Shop"})[0] == 200
        status, nothing = staff.call("updateService", {"serviceId": service_id})

        chat, known, service = await app.store.get_many(
            [
                paths.chat(chat_id),
                paths.service_user(service_id, ann.uid),
                paths.service(service_id),
            ]
        )

    assert (refused["status"], refused["details"]["reason"]) == ("PERMISSION_DENIED", "notStaff")
    assert (status, nothing["details"]["reason"]) == (400, "invalidArgument")
    assert chat is not None
    assert (chat.fields["state"], chat.fields["memberIds"]) == ("closed", [ann.uid])
    assert "snoozedUntil" not in chat.fields
    assert known is not None
    assert known.fields["tags"] == ["vip"]
    assert service is not None
    assert service.fields["name"] == "The Shop"


async def test_a_reader_reports_a_message_and_staff_decide(stack: Stack) -> None:
    ann, bob, staff = (Caller(stack) for _ in range(3))
    async with build(Settings.from_environment(stack.environment)) as app:
        world = World(app.store)
        await world.write(
            {paths.staff("default", staff.uid): {"role": "agent", "displayName": "S"}}
        )
        chat_id = await world.direct_chat(ann.uid, bob.uid)
        await world.post(chat_id, "m1", bob.uid, "an insult")

        asked = {"chatId": chat_id, "messageId": "m1", "reason": "harassment"}
        _, filed = ann.call("reportMessage", asked)
        _, again = ann.call("reportMessage", asked)
        _, own = bob.call("reportMessage", asked)
        decision = {"reportId": filed["reportId"], "resolution": "upheld", "note": "Warned"}
        _, refused = ann.call("resolveReport", decision)
        assert staff.call("resolveReport", decision) == (200, {"reportId": filed["reportId"]})
        (report,) = await app.store.get_many([paths.report(filed["reportId"])])

    assert (filed["created"], again) == (True, filed | {"created": False})
    assert (own["status"], own["details"]["reason"]) == ("FAILED_PRECONDITION", "ownMessage")
    assert (refused["status"], refused["details"]["reason"]) == ("NOT_FOUND", "unknownReport")
    assert report is not None
    assert (report.fields["state"], report.fields["message"]["body"]) == ("resolved", "an insult")


async def test_a_person_added_to_a_group_gets_a_push(stack: Stack) -> None:
    ann, cat = Caller(stack), Caller(stack)
    _, made = ann.call("createGroupChat", {"title": "Hikers", "userIds": []})
    chat_id = made["chatId"]
    async with build(Settings.from_environment(stack.environment)) as app:
        await World(app.store).person(ann.uid)
        await World(app.store).person(cat.uid, f"token-{cat.uid}")
        await World(app.store).people(cat.uid)

        assert ann.call("addMembers", {"chatId": chat_id, "userIds": [cat.uid]})[0] == 200

        async with (
            asyncio.timeout(SECONDS),
            httpx.AsyncClient(timeout=60) as client,
        ):
            while not (pushes := await pushes_to(client, stack, f"token-{cat.uid}")):
                await app.clock.sleep(0.1)
    assert [push["notification"]["title"] for push in pushes] == ["Hikers"]
    assert pushes[0]["data"]["chatId"] == chat_id


async def test_an_invitation_is_accepted_or_declined_by_its_person_alone(stack: Stack) -> None:
    ann, vic, eve = (Caller(stack) for _ in range(3))
    async with build(Settings.from_environment(stack.environment)) as app:
        await World(app.store).people(vic.uid, eve.uid, adds="contacts")
        asked = {"title": "Hikers", "userIds": [vic.uid, eve.uid]}
        _, made = ann.call("createGroupChat", asked)
        chat = {"chatId": made["chatId"]}
        assert (made["added"], made["invited"]) == ([], [vic.uid, eve.uid])
        _, refused = ann.call("acceptInvite", {"chatId": "nowhere"})
        assert refused["details"]["reason"] == "notAMember"
        for _ in range(2):
            assert vic.call("acceptInvite", chat) == (200, chat)
            assert eve.call("declineInvite", chat) == (200, chat)
        wanted = [paths.chat_member(made["chatId"], one.uid) for one in (vic, eve)]
        member, none = await app.store.get_many(wanted)
    assert (member is not None, none) == (True, None)
    _, unknown = ann.call("addMembers", {**chat, "userIds": ["invented"]})
    assert unknown["details"]["reason"] == "unknownUser"


async def pushes_to(client: httpx.AsyncClient, stack: Stack, token: str) -> list[dict[str, Any]]:
    """What the stand-in for FCM has been handed for one device."""
    found = await client.get(f"{stack.environment['PARLEY_FCM_URL']}/_/messages")
    messages = [one["request"]["message"] for one in found.json()]
    return [message for message in messages if message.get("token") == token]


def test_a_banned_person_is_refused_and_cannot_sign_in_again(stack: Stack) -> None:
    owner, troll = Caller(stack), Caller(stack)
    asyncio.run(make_owner(stack, owner.uid))

    banned = owner.call("banUser", {"userId": troll.uid, "reason": "threats"})

    assert banned == (200, {"userId": troll.uid})
    status, error = troll.call("createGroupChat", {"title": "Hello", "userIds": []})
    assert (status, error["details"]["reason"]) == (403, "banned")
    assert troll.signs_in(stack) is False
    assert owner.call("unbanUser", {"userId": troll.uid})[0] == 200
    assert troll.signs_in(stack) is True
    assert troll.call("createGroupChat", {"title": "Hello", "userIds": []})[0] == 200


def test_a_custom_token_makes_no_account_of_a_banned_uid(stack: Stack) -> None:
    owner, uid = Caller(stack), uuid.uuid4().hex
    asyncio.run(make_owner(stack, owner.uid))

    def signs_in() -> bool:
        auth = stack.environment["FIREBASE_AUTH_EMULATOR_HOST"]
        url = f"http://{auth}/identitytoolkit.googleapis.com/v1/accounts:signInWithCustomToken"
        asked = {"token": custom_token(uid), "returnSecureToken": True}
        return patient_http.post(f"{url}?key=any", json=asked).status_code == 200

    assert owner.call("banUser", {"userId": uid, "reason": "threats"})[0] == 200
    assert signs_in() is False
    assert owner.call("unbanUser", {"userId": uid})[0] == 200
    assert signs_in() is True
