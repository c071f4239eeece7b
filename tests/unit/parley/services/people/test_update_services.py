from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from parley.domain.access import Refused, UserCaller
from parley.domain.people_requests import UpdateService, UpdateServiceUser
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.testing.faults import StoreCall, failing, lost_answer
from schema import paths
from schema.audit import AuditEntry
from schema.services import PushSettings, Service
from schema.users import ServiceUser
from tests.unit.parley.services.conftest import Commits
from tests.unit.parley.services.conftest import TwinWorld as World


@pytest.fixture
async def acme(world: World) -> World:
    await world.service(people=1)
    await world.write(
        {
            paths.staff("acme", role): {"role": role, "displayName": role.title()}
            for role in ("owner", "admin", "agent", "viewer")
        }
    )
    return world


async def update(world: World, uid: str = "owner", service_id: str = "acme", **asked: Any) -> None:
    request = UpdateService.model_validate({"serviceId": service_id, **asked})
    await world.app.update_services.update_service(caller=UserCaller(uid), request=request)


async def update_user(world: World, uid: str = "agent", user: str = "p0000", **asked: Any) -> None:
    request = UpdateServiceUser.model_validate({"serviceId": "acme", "userId": user, **asked})
    await world.app.update_services.update_user(caller=UserCaller(uid), request=request)


async def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        await call
    return str(refused.value.reason)


def user_of(world: World) -> ServiceUser:
    return ServiceUser.parse(world.at(paths.service_user("acme", "p0000")))


def audits(world: World) -> list[AuditEntry]:
    prefix = paths.service_audit("acme", "")
    found = [
        AuditEntry.parse(world.at(path)) for path in world.store.paths() if path.startswith(prefix)
    ]
    return sorted(found, key=lambda entry: entry.at)


async def test_named_fields_of_a_person_are_replaced_and_others_stay(acme: World) -> None:
    await update_user(acme, tags=["vip", "vip", "new"])
    assert (user_of(acme).tags, user_of(acme).attributes) == (["vip", "new"], {"plan": "free"})

    await update_user(acme, attributes={"city": "Bern"})

    assert (user_of(acme).tags, user_of(acme).attributes) == (["vip", "new"], {"city": "Bern"})
    assert user_of(acme).display_name == "Person 0"


async def test_every_change_is_audited_in_the_same_commit(acme: World) -> None:
    commits = Commits(acme.store)

    await update_user(acme, tags=["vip"], attributes={"plan": "free"})
    acme.clock.advance(1)
    await update(acme, retentionDays=30)
    acme.clock.advance(1)
    await update(acme, retentionDays=None, name="Acme Inc")

    assert commits.count == 3
    person, kept, renamed = audits(acme)
    assert (person.action, person.by, person.target) == ("userUpdated", "agent", "p0000")
    assert (person.before, person.after) == ({"tags": []}, {"tags": ["vip"]})
    assert (kept.action, kept.by, kept.target) == ("serviceUpdated", "owner", None)
    assert (kept.before, kept.after) == ({}, {"retentionDays": 30})
    assert renamed.before == {"retentionDays": 30, "name": "Acme"}
    assert renamed.after == {"retentionDays": None, "name": "Acme Inc"}


async def test_a_change_with_a_lost_answer_is_audited_once_and_undoes_nothing(
    acme: World,
) -> None:
    async def others(call: StoreCall) -> None:
        if call.operation == "commit" and call.moment == "after":
            acme.store.faults.clear()
            await update_user(acme, "owner", tags=["gold"])
            raise CommitOutcomeUnknown("told to")

    acme.store.faults.append(others)
    await update_user(acme, tags=["vip"])

    assert user_of(acme).tags == ["gold"]
    assert sorted(entry.by for entry in audits(acme)) == ["agent", "owner"]


async def test_a_repeat_writes_nothing(acme: World) -> None:
    await update_user(acme, tags=["vip"])
    await update(acme, retentionDays=30)
    before = acme.store.counts

    await update_user(acme, tags=["vip"])
    await update(acme, retentionDays=30)

    assert (acme.store.counts - before).writes == 0


async def test_settings_are_set_and_removed(acme: World) -> None:
    window = {"from": "09:00", "to": "20:00", "timeZone": "recipient"}
    await update(
        acme, name="Acme Inc", webhook="https://acme.test/hook", window=window, sms={"from": "ACME"}
    )
    service = Service.parse(acme.at(paths.service("acme")))
    assert (service.name, service.kind) == ("Acme Inc", "dashboard")
    assert service.sms is not None
    assert service.sms.from_ == "ACME"
    assert service.window is not None
    assert service.window.from_ == "09:00"

    await update(acme, webhook=None, window=None)

    service = Service.parse(acme.at(paths.service("acme")))
    assert (service.webhook, service.window) == (None, None)
    assert service.sms is not None


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("sms", {"from": "12345", "countries": ["US"], "dailySpendCap": 5.0}, {"from": "ACME"}),
        ("sms", {"messagingServiceSid": "MG" + "0" * 32}, {"segmentsPerSecond": 20.0}),
        ("email", {"senders": ["a@acme.test"], "digestAfterMinutes": 5}, {"senders": ["b@b.test"]}),
        ("frequencyCap", {"count": 2, "days": 7}, {"count": 1, "days": 1, "purpose": "marketing"}),
        ("budgets", {"chat": 600, "sms": 60}, {"sms": 30}),
        ("limits", {"postsPerSecond": 2, "slowModeSeconds": 10}, {"postsPerMinute": 600}),
    ],
)
async def test_settings_are_stored_as_named_replaced_as_a_whole_and_removed(
    name: str, first: dict[str, Any], second: dict[str, Any], acme: World
) -> None:
    for value in (first, second):
        changed: dict[str, Any] = {name: value}
        await update(acme, **changed)
        assert acme.at(paths.service("acme"))[name] == value
    removed: dict[str, Any] = {name: None}
    await update(acme, **removed)
    assert name not in acme.at(paths.service("acme"))


async def test_push_settings_are_replaced_as_a_whole(acme: World) -> None:
    await update(acme, push={"sound": "chime.caf"})
    assert acme.at(paths.service("acme"))["push"] == {"sound": "chime.caf", "mutableContent": True}

    await update(acme, push={"sound": None, "mutableContent": False})
    service = Service.parse(acme.at(paths.service("acme")))
    assert service.push == PushSettings(sound=None, mutable_content=False)

    await update(acme, push=None)
    assert "push" not in acme.at(paths.service("acme"))


@pytest.mark.parametrize("uid", ["admin", "agent", "viewer", "p0000"])
async def test_only_owners_change_settings(acme: World, uid: str) -> None:
    assert await refusal(update(acme, uid, name="Mine")) == "notStaff"


@pytest.mark.parametrize("uid", ["viewer", "p0000"])
async def test_staff_except_viewers_describe_people(acme: World, uid: str) -> None:
    assert await refusal(update_user(acme, uid, tags=["vip"])) == "notStaff"


async def test_staff_cannot_change_another_service(acme: World) -> None:
    await acme.service("other")

    assert await refusal(update(acme, service_id="other", name="Ours")) == "notStaff"
    assert await refusal(update_user(acme, user="stranger", tags=["vip"])) == "unknownUser"


async def test_a_change_survives_conflicts_and_lost_answers(acme: World) -> None:
    acme.store.faults += [failing(Conflict("the mirror was first")), lost_answer()]

    await update_user(acme, tags=["vip"])

    assert user_of(acme).tags == ["vip"]
    assert len(audits(acme)) == 1


async def test_a_change_that_always_loses_raises_a_conflict(acme: World) -> None:
    acme.store.faults.append(failing(Conflict("always first"), times=100))

    with pytest.raises(Conflict, match="services/acme is being changed by others"):
        await update(acme, name="Acme Inc")
    assert audits(acme) == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"name": None},
        {"name": ""},
        {"name": "\u2003\u200b"},
        {"webhook": "http://acme.test"},
        {"retentionDays": 0},
        {"retentionDays": 30.5},
        {"retentionDays": True},
        {"retentionDays": "30"},
        {"sms": {"from": "a name that is too long"}},
        {"sms": {"from": "+12025550100", "messagingServiceSid": "MG" + "0" * 32}},
        {"sms": {"maxPerPersonPerDay": 0}},
        {"sms": {"dailySpendCap": -1}},
        {"sms": {"segmentsPerSecond": 0}},
        {"sms": {"countries": ["germany"]}},
        {"email": {"senders": []}},
        {"frequencyCap": {"count": 1}},
        {"budgets": {"sms": 0}},
        {"window": {"from": "09:00", "to": "09:00", "timeZone": "recipient"}},
        {"push": "loud"},
        {"push": {"sound": ""}},
        {"push": {"sound": "a/b"}},
        {"push": {"sound": "x" * 65}},
        {"push": {"mutableContent": 1}},
        {"push": {"volume": 11}},
        {"limits": {"members": 10}},
        {"limits": {"postsPerSecond": 0}},
        {"limits": {"postsPerSecond": 61}},
        {"limits": {"postsPerMinute": 601}},
        {"limits": {"postsPerMinute": "60"}},
        {"limits": {"slowModeSeconds": 3_601}},
        {"limits": {"slowModeSeconds": -1}},
        {"kind": "default"},
    ],
    ids=str,
)
def test_invalid_settings_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UpdateService.model_validate({"serviceId": "acme", **asked})


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"attributes": {"text": "x" * 16_384}},
        {"tags": ["t"] * 51},
        {"tags": [""]},
        {"phone": "+491511"},
    ],
    ids=lambda asked: ", ".join(asked),
)
def test_a_description_over_its_limits_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        UpdateServiceUser.model_validate({"serviceId": "acme", "userId": "p0000", **asked})
