"""Consents leave and enter as CSV: evidence is kept, and an export can be imported again."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from parley.cli.consents_group import write_consents
from parley.cli.output import Failed, opened
from parley.domain.access import SYSTEM, Refused, UserCaller
from parley.domain.people.consent_rows import COLUMNS
from parley.domain.people_requests import ImportPeople
from parley.testing.faults import StoreCall
from schema import paths
from schema.consent_history import ConsentChange
from tests.unit.parley.services.conftest import TwinWorld as World
from tests.unit.parley.services.people.consents_seen import (
    answer,
    consent,
    history,
    person,
    receive,
    under,
)


async def export(world: World, caller: Any = SYSTEM, service_id: str = "acme") -> str:
    pages = world.app.export_consents.export(caller=caller, service_id=service_id)
    return "".join([page.csv async for page in pages])


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def load(world: World, text: str, service_id: str = "acme") -> dict[str, int]:
    request = ImportPeople(service_id=service_id, csv=text)
    report = await world.app.import_people.run(caller=UserCaller("staff1"), request=request)
    assert not report.errors, report.errors
    return report.counts()


async def test_an_imported_consent_has_a_history(acme: World) -> None:
    line = "uid,consents.sms.marketing,consents.push.marketing\nann,true,false\nbob,true,\n"
    await load(acme, line)

    for uid, count in (("ann", 2), ("bob", 1)):
        changes = history(acme, uid)
        assert len(changes) == count
        assert {(one.source, one.by) for one in changes} == {("import", "staff1")}
    assert consent(acme, uid="bob") == (True, "import")

    await load(acme, line)
    assert len(history(acme)) == 2
    await load(acme, line.replace("true", "false"))
    assert [(one.channel, one.granted) for one in history(acme)][-1] == ("sms", False)
    assert len(history(acme)) == 3


async def test_a_consent_that_an_import_may_not_change_gets_no_history(acme: World) -> None:
    await answer(acme, granted=False)
    await load(acme, "uid,consents.sms.marketing\nann,true\n")
    assert [one.source for one in history(acme)] == ["app"]


async def test_a_file_full_of_consents_stays_within_small_commits(acme: World) -> None:
    sizes: list[int] = []
    acme.store.faults.append(
        lambda call: sizes.append(len(call.writes)) if call.operation == "commit" else None
    )
    names = [name for name in COLUMNS if name.count(".") == 2]
    lines = "".join(f"p{number},{','.join(['true'] * 8)}\n" for number in range(200))

    await load(acme, f"uid,{','.join(names)}\n{lines}")

    assert max(sizes) <= 450
    assert len(history(acme, "p199")) == 8


async def test_an_export_tells_everybody_s_consents_with_their_evidence(acme: World) -> None:
    await answer(acme, granted=True)
    acme.clock.advance(60)
    await receive(acme, "STOP")
    await person(acme, "bob", phone=None, email="bob@a.example")

    ann, bob = rows(await export(acme))

    assert (ann["uid"], ann["phone"], bob["email"]) == ("ann", "+12125550123", "bob@a.example")
    assert (ann["consents.sms.marketing"], ann["consents.sms.marketing.source"]) == (
        "false",
        "stop",
    )
    assert ann["consents.sms.marketing.at"] == "2026-01-05T09:01:00Z"
    assert ann["consents.email.marketing"] == bob["consents.sms.marketing"] == ""


async def test_an_export_can_be_imported_again(acme: World) -> None:
    await person(acme, "-Nabc", email="+x@a.example")
    await load(acme, "uid,consents.sms.marketing,consents.email.transactional\n-Nabc,true,false\n")
    await acme.service("other")

    exported = await export(acme)
    assert rows(exported)[0]["uid"] == "'-Nabc"
    assert await load(acme, exported) == {
        "rows": 2, "created": 0, "updated": 0, "unchanged": 2, "duplicates": 0, "failed": 0,
    }  # fmt: skip
    await load(acme, exported, "other")

    record = acme.at(paths.service_user("other", "-Nabc"))
    assert (record["phone"], record["email"]) == ("+12125550123", "+x@a.example")
    assert consent(acme, uid="-Nabc", service_id="other") == (True, "import")
    assert await export(acme, service_id="other") == exported


@pytest.mark.parametrize(
    ("phone", "cell"),
    [
        ("+4915112345678", "+4915112345678"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
    ],
)
async def test_no_cell_is_a_formula_but_a_phone_stays_as_it_is(
    acme: World, phone: str, cell: str
) -> None:
    await person(acme, "ann", phone=phone, email="=HYPERLINK(1)")
    (ann,) = rows(await export(acme))
    assert (ann["phone"], ann["email"]) == (cell, "'=HYPERLINK(1)")


async def test_evidence_that_looks_like_a_formula_is_neutralized(acme: World) -> None:
    entry = {"granted": True, "at": "=1", "source": "@evil"}
    await person(acme, "ann", consents={"sms": {"marketing": entry}, "email": "no map"})
    (ann,) = rows(await export(acme))
    assert (ann["consents.sms.marketing.source"], ann["consents.sms.marketing.at"]) == (
        "'@evil",
        "'=1",
    )


async def test_a_large_service_is_read_page_by_page(acme: World) -> None:
    acme.store.faults.append(_no_page_above(1_000))
    for start in range(0, 2_500, 500):
        await acme.write(
            {
                paths.service_user("acme", f"q{number:05}"): {"uid": f"q{number:05}"}
                for number in range(start, start + 500)
            }
        )
    pages = [
        page async for page in acme.app.export_consents.export(caller=SYSTEM, service_id="acme")
    ]
    assert [page.people for page in pages] == [0, 1_000, 1_000, 501]
    assert len({row["uid"] for row in rows("".join(page.csv for page in pages))}) == 2_501


def _no_page_above(most: int) -> Any:
    def check(call: StoreCall) -> None:
        if call.query is not None and call.query.collection == paths.service_users("acme"):
            assert call.query.limit is not None
            assert call.query.limit <= most

    return check


@pytest.mark.parametrize("who", ["agent", "viewer", "stranger"])
async def test_only_owners_and_admins_export(acme: World, who: str) -> None:
    with pytest.raises(Refused) as refused:
        await export(acme, UserCaller(who))
    assert refused.value.reason == "notStaff"
    assert "ann" in await export(acme, UserCaller("staff1"))


async def test_the_command_writes_a_file_or_tells_what_is_wrong(
    acme: World, tmp_path: Path
) -> None:
    file = tmp_path / "consents.csv"
    with opened(file) as out:
        assert await write_consents(acme.app, "acme", out) == 1
    assert file.read_text().splitlines()[0].startswith("uid,phone,email,consents.chat.marketing")

    with pytest.raises(Failed, match="there is no service 'nowhere'"), opened(file) as out:
        await write_consents(acme.app, "nowhere", out)
    with pytest.raises(Failed, match="cannot be written"), opened(tmp_path):
        pass


async def test_every_change_in_a_history_is_one_of_the_schema(acme: World) -> None:
    await load(acme, "uid,consents.sms.marketing\nann,true\n")
    await receive(acme, "STOP", "SM1")
    await receive(acme, "START", "SM2")
    await acme.app.consents.withdraw_by_provider("acme", "+12125550123", acme.clock.now(), "21610")

    for path in under(acme, paths.consent_histories("acme", "ann")):
        ConsentChange.parse(acme.at(path))
