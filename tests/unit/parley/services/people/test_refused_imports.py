"""An import that cannot be made is refused with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from parley.domain.access import SYSTEM, Refused, UserCaller
from parley.domain.people.import_report import ImportReport
from parley.domain.people_requests import ImportPeople
from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World

OWNER = UserCaller("staff1")


async def run(world: World, csv: str, caller: Any = OWNER, **request: Any) -> ImportReport:
    asked = ImportPeople(service_id="acme", csv=csv, **request)
    return await world.app.import_people.run(caller=caller, request=asked)


@pytest.fixture(autouse=True)
async def service(world: World) -> None:
    await world.service()


@pytest.mark.parametrize(
    ("csv", "mapping", "named"),
    [
        ("", None, "the file is empty"),
        ("phone\n+491\n", None, "no column holds the uid"),
        ("uid,colour\nann,red\n", None, "the column 'colour' is no field of a person"),
        ("uid,phone\nann,+491\n", {"mobile": "phone"}, "the file has no column 'mobile'"),
        ("uid,phone\nann,+491\n", {"phone": "fone"}, "is mapped to 'fone'"),
        ("uid,phone,m\nann,+491,\n", {"m": "phone"}, "phone is the field of two columns"),
        ("uid,attributes.a,attributes.a.b\n", None, "attributes.a and attributes.a.b"),
        ('uid\n"ann\n', None, "line 2: the quote that begins here is never closed"),
        ("uid\nan\x00n\n", None, "line 2: a NUL byte"),
        ("PK\x03\x04abcdef", None, "a zip or Excel file"),
        (f"uid\n{'x' * 1_100_000}"[:262_144], None, None),
        (",".join(["uid", *(f"attributes.a{n}" for n in range(200))]), None, "201 cells"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_a_reason(
    csv: str, mapping: dict[str, str] | None, named: str | None, world: World
) -> None:
    if named is None:
        assert (await run(world, csv)).failed == 1
        return
    with pytest.raises(Refused) as refused:
        await run(world, csv, mapping=mapping)
    assert named in refused.value.message
    assert refused.value.reason == "unreadableFile"


async def chunks_of(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize(
    ("chunks", "named"),
    [
        ([b"\x1f", b"\x8b\x08\x00"], "a gzip file"),
        ([b"\xff\xfeu\x00i\x00d\x00"], "in UTF-16"),
        ([b"uid\n", b"\xfc\n"], "line 2: the byte fc is not UTF-8"),
        ([b"uid\nann\n", b"a" * 600_000, b"b" * 600_000], "line 3: the record that begins here"),
        ([b'uid\nann\n"', *([b"a\n" * 300_000] * 2)], "line 3: the record that begins here"),
    ],
)
async def test_a_bomb_is_refused_before_it_fills_the_memory(
    chunks: list[bytes], named: str, world: World
) -> None:
    request = ImportPeople(service_id="acme", csv="")
    with pytest.raises(Refused) as refused:
        await world.app.import_people.run(caller=SYSTEM, request=request, chunks=chunks_of(*chunks))
    assert named in refused.value.message


@pytest.mark.parametrize("role", ["agent", "viewer", None])
async def test_only_owners_and_admins_import(role: str | None, world: World) -> None:
    if role is not None:
        staff = {"role": role, "displayName": "Sam"}
        await world.write({paths.staff("acme", "sam"): staff})
    with pytest.raises(Refused) as refused:
        await run(world, "uid\nann\n", caller=UserCaller("sam"))
    assert refused.value.reason == "notStaff"
    assert world.store.document(paths.service_user("acme", "ann")) is None


async def test_a_list_that_takes_no_members_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="no list 'vip'"):
        await run(world, "uid\nann\n", list_id="vip")
    where = {"field": "tags", "op": "array-contains", "value": "vip"}
    fields = {"name": "VIP", "where": where, "createdAt": SERVER_TIME}
    await world.write({paths.distribution_list("acme", "vip"): fields})
    with pytest.raises(Refused, match="is a saved filter"):
        await run(world, "uid\nann\n", list_id="vip")
