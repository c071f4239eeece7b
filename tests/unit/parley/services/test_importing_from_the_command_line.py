"""``parley import`` reads a file in chunks and writes back what failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.cli.import_command import Options, read_request, run_import
from parley.cli.output import Failed
from parley.domain.people.import_report import ImportReport
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld as World


def options(
    file: Path, *, mapping: tuple[str, ...] = (), dry_run: bool = False, failed: Path | None = None
) -> Options:
    return Options(file, "acme", None, mapping, dry_run, failed)


async def imported(world: World, given: Options) -> ImportReport:
    with given.file.open("rb") as file:
        return await run_import(world.app, read_request(given), file, given.failed)


async def test_lines_that_failed_are_written_to_a_file_that_can_be_imported(
    world: World, tmp_path: Path
) -> None:
    await world.service()
    file, failed = tmp_path / "people.csv", tmp_path / "failed.csv"
    file.write_text('uid,displayName,phone\nann,Ann,+491\nbob,"Bob, B.",0151\ncat,Cat,x\n')

    report = await imported(world, options(file, failed=failed))

    assert (report.created, report.failed) == (1, 2)
    wrong = "phone: must be a phone number in E.164, such as +4915112345678"
    assert failed.read_text().splitlines() == [
        "uid,displayName,phone,importError",
        f'bob,"Bob, B.",0151,"{wrong}"',
        f'cat,Cat,x,"{wrong}"',
    ]

    failed.write_text(failed.read_text().replace("0151", "+49151"))
    again = await imported(world, options(failed, failed=tmp_path / "again.csv"))
    assert (again.created, again.failed) == (1, 1)
    assert world.at(paths.service_user("acme", "bob"))["phone"] == "+49151"
    assert (tmp_path / "again.csv").read_text().splitlines()[0] == (
        "uid,displayName,phone,importError"
    )


async def test_columns_are_mapped_by_options(world: World, tmp_path: Path) -> None:
    await world.service()
    file = tmp_path / "people.csv"
    file.write_text("Id=No,Mobile,Notes\nann,+491,hello\n")

    report = await imported(world, options(file, mapping=("Id=No=uid", "Mobile = phone", "Notes=")))

    assert report.created == 1
    assert world.at(paths.service_user("acme", "ann"))["phone"] == "+491"


@pytest.mark.parametrize("mapping", ["phone", "=phone", ""])
def test_a_mapping_without_a_column_and_a_field_is_refused(mapping: str, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="is not COLUMN=FIELD"):
        read_request(options(tmp_path / "people.csv", mapping=(mapping,)))


async def test_a_service_that_does_not_exist_is_named(world: World, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("uid\nann\n")
    with pytest.raises(Failed, match="there is no service 'acme'"):
        await imported(world, options(file))
