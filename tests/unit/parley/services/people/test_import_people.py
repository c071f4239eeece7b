"""Owners and admins import people and list members from CSV files."""

from __future__ import annotations

from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.people.import_report import ImportReport
from parley.domain.people_requests import ImportPeople
from parley.errors import CommitOutcomeUnknown
from parley.store import SERVER_TIME
from parley.testing.faults import StoreCall
from schema import limits, paths
from schema.users import ServiceUser
from tests.unit.parley.services.conftest import TwinWorld as World

OWNER = UserCaller("staff1")


async def run(world: World, csv: str, caller: Any = OWNER, **request: Any) -> ImportReport:
    asked = ImportPeople(service_id="acme", csv=csv, **request)
    return await world.app.import_people.run(caller=caller, request=asked)


def person(world: World, uid: str) -> dict[str, Any]:
    return world.at(paths.service_user("acme", uid))


@pytest.fixture(autouse=True)
async def service(world: World) -> None:
    await world.service()


async def test_a_new_person_gets_a_record_with_typed_attributes(world: World) -> None:
    report = await run(
        world,
        "uid,displayName,phone,email,locale,timeZone,tags,attributes.visits,attributes.score,"
        "attributes.is.member,attributes.code,consents.sms.marketing\r\n"
        'ann,"Ann ""A"" Lee",+4915112345678,ann@a.example,de-DE,Europe/Berlin,vip; beta;vip,'
        "3,-1.5,TRUE,007,true\r\n",
    )

    assert report.counts() == {
        "rows": 1, "created": 1, "updated": 0, "unchanged": 0, "duplicates": 0, "failed": 0,
    }  # fmt: skip
    record = ServiceUser.parse(person(world, "ann"))
    assert record.display_name == 'Ann "A" Lee'
    assert (record.phone, record.email) == ("+4915112345678", "ann@a.example")
    assert (record.locale, record.time_zone) == ("de-DE", "Europe/Berlin")
    assert record.tags == ["vip", "beta"]
    assert record.attributes == {"visits": 3, "score": -1.5, "is": {"member": True}, "code": "007"}
    consent = record.consents["sms"]["marketing"]
    assert (consent.granted, consent.source) == (True, "import")


async def test_a_whole_number_that_browsers_would_round_stays_a_text(world: World) -> None:
    await run(
        world,
        "uid,attributes.card,attributes.debt,attributes.most\n"
        "ann,6304123456789012345,-9007199254740992,9007199254740991\n",
    )

    attributes = ServiceUser.parse(person(world, "ann")).attributes
    assert attributes == {
        "card": "6304123456789012345",
        "debt": "-9007199254740992",
        "most": 9007199254740991,
    }


async def test_a_repeated_import_changes_nothing(world: World) -> None:
    csv = "uid,phone,tags,attributes.a,consents.sms.marketing\nann,+4915112345678,vip,1,false\n"
    await run(world, csv)
    before = person(world, "ann")

    report = await run(world, csv)

    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert person(world, "ann") == before


async def test_a_filled_cell_changes_a_known_person_and_an_empty_one_does_not(
    world: World,
) -> None:
    await run(world, "uid,displayName,tags,attributes.a,attributes.b\nann,Ann,vip,1,2\n")

    report = await run(world, "uid,displayName,tags,attributes.a,attributes.b\nann,,beta,,true\n")

    assert report.updated == 1
    record = person(world, "ann")
    assert record["displayName"] == "Ann"
    assert record["tags"] == ["vip", "beta"]
    assert record["attributes"] == {"a": 1, "b": True}


async def test_what_a_person_says_about_themselves_is_not_overwritten(world: World) -> None:
    await world.write(
        {paths.user("ann"): {"displayName": "Own", "phone": "+491", "createdAt": SERVER_TIME}}
    )

    for _ in range(2):
        await run(world, "uid,displayName,phone,email\nann,Theirs,+4999,ann@a.example\n")

    record = person(world, "ann")
    assert (record["displayName"], record["phone"]) == ("Own", "+491")
    assert record["email"] == "ann@a.example"
    assert world.at(paths.user("ann"))["serviceIds"] == ["acme"]


async def test_an_imported_phone_stays_until_the_person_has_one_of_their_own(world: World) -> None:
    own = {"displayName": "Own", "createdAt": SERVER_TIME, "serviceIds": ["acme"]}
    await world.write({paths.user("ann"): own})
    await run(world, "uid,phone\nann,+4999\n")

    await world.app.mirror_user.mirror("ann")
    assert person(world, "ann")["phone"] == "+4999"

    await world.write({paths.user("ann"): own | {"phone": "+491"}})
    await world.app.mirror_user.mirror("ann")
    assert person(world, "ann")["phone"] == "+491"

    await world.write({paths.user("ann"): own})
    world.clock.advance(10)
    await world.app.mirror_user.mirror("ann")
    assert "phone" not in person(world, "ann")


async def test_a_consent_that_the_person_withdrew_stays_withdrawn(world: World) -> None:
    await run(world, "uid\nann\n")
    withdrawn = {"granted": False, "at": SERVER_TIME, "source": "person"}
    record = person(world, "ann") | {"consents": {"sms": {"marketing": withdrawn}}}
    await world.write({paths.service_user("acme", "ann"): record})

    report = await run(world, "uid,consents.sms.marketing,consents.email.marketing\nann,true,true")

    assert report.updated == 1
    consents = person(world, "ann")["consents"]
    assert consents["sms"]["marketing"]["granted"] is False
    assert consents["email"]["marketing"]["granted"] is True


async def test_each_error_names_its_line_column_and_value(world: World) -> None:
    report = await run(
        world,
        'uid,phone,timeZone,email\nann,0151,Mars,"a\nb"\na/b,,,\nbob,,\ncat,,,cat@a.example\n',
    )

    assert (report.rows, report.created, report.failed, report.error_count) == (4, 1, 3, 5)
    told = [(one.line, one.column, one.value) for one in report.errors]
    assert told == [
        (2, "phone", "0151"),
        (2, "timeZone", "Mars"),
        (2, "email", "a\nb"),
        (4, "uid", "a/b"),
        (5, None, None),
    ]
    assert report.errors[0].message == "must be a phone number in E.164, such as +4915112345678"
    assert report.errors[4].message.startswith("3 cells, and the first line has 4")


async def test_the_first_line_of_a_person_counts_and_later_ones_are_told(world: World) -> None:
    report = await run(world, "uid,displayName\nann,First\nbob,Bob\nann,Second\n")

    assert (report.created, report.duplicates, report.failed) == (2, 1, 0)
    assert person(world, "ann")["displayName"] == "First"
    assert (report.errors[0].line, report.errors[0].value) == (4, "ann")


async def test_all_failed_lines_are_named_however_many_errors_there_are(world: World) -> None:
    wrong = limits.IMPORT_ERRORS + 500
    lines = ["uid,phone", "ann,+491", *(f"p{number},x" for number in range(wrong)), "bob,", "ann,"]

    answer = (await run(world, "\n".join(lines), dry_run=True)).fields()

    assert (answer["failed"], answer["duplicates"]) == (wrong, 1)
    assert (len(answer["errors"]), answer["errorCount"]) == (limits.IMPORT_ERRORS, wrong + 1)
    assert [one["line"] for one in answer["errors"]] == list(range(3, limits.IMPORT_ERRORS + 3))
    assert answer["failedLines"] == f"3-{wrong + 2},{wrong + 4}"


async def test_an_import_without_errors_names_no_line(world: World) -> None:
    assert (await run(world, "uid\nann\n")).fields()["failedLines"] == ""


async def test_a_long_title_is_not_repeated_in_each_error(world: World) -> None:
    title = "x" * 10_000
    report = await run(world, f"uid,{title}\nann,y\n", mapping={title: "phone"})
    (error,) = report.errors
    assert error.column == "x" * 59 + "…"


async def test_a_dry_run_counts_and_writes_nothing(world: World) -> None:
    before = world.store.paths()

    report = await run(world, "uid,phone\nann,+491\nbob,x\n", dry_run=True)

    assert (report.created, report.failed) == (1, 1)
    assert world.store.paths() == before


async def test_people_are_put_on_a_list_once(world: World) -> None:
    path = paths.distribution_list("acme", "vip")
    await world.write({path: {"name": "VIP", "createdAt": SERVER_TIME}})

    await run(world, "userId\nann\nbob\n", list_id="vip")
    report = await run(world, "userId\nann\ncat\n", list_id="vip")

    assert (report.created, report.unchanged) == (1, 1)
    for uid in ("ann", "bob", "cat"):
        assert "addedAt" in world.at(paths.list_member("acme", "vip", uid))


async def test_columns_are_mapped_and_left_out(world: World) -> None:
    mapping = {"Customer No": "uid", "Mobile": "phone", "Notes": ""}
    report = await run(
        world, "\ufeffCustomer No,Mobile,Notes\nann,+491,whatever\n", mapping=mapping
    )

    assert report.created == 1
    assert person(world, "ann")["phone"] == "+491"


async def test_a_file_in_storage_is_imported_by_its_path(world: World) -> None:
    world.files.files["imports/acme/staff1/people.csv"] = b"uid\nann\n"
    request = ImportPeople(service_id="acme", path="imports/acme/staff1/people.csv")
    report = await world.app.import_people.run(caller=OWNER, request=request)
    assert report.created == 1

    missing = ImportPeople(service_id="acme", path="imports/acme/staff1/none.csv")
    with pytest.raises(Refused) as refused:
        await world.app.import_people.run(caller=OWNER, request=missing)
    assert refused.value.reason == "unknownFile"


async def test_a_lost_answer_is_counted_once(world: World) -> None:
    lost = 0

    def lose(call: StoreCall) -> None:
        nonlocal lost
        if call.operation == "commit" and call.moment == "after" and lost == 0:
            lost += 1
            raise CommitOutcomeUnknown("lost")

    world.store.faults.append(lose)
    report = await run(world, "uid\nann\n")
    assert (lost, report.created, report.unchanged) == (1, 1, 0)


async def test_an_import_stands_in_the_audit_log(world: World) -> None:
    await run(world, "uid\nann\nbob\n")

    entries = [world.at(path) for path in world.store.paths() if "/audit/" in path]
    assert [(entry["action"], entry["by"]) for entry in entries] == [("peopleImported", "staff1")]
    assert entries[0]["after"]["created"] == 2
