"""Time zones by the pinned package, in every process that Parley is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zoneinfo
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest
from pydantic import ValidationError

from parley.cli import doctor
from schema import zones
from schema.sending_window import SendingWindow

ROOT = Path(__file__).resolve().parents[3]

ENTRY_POINTS = {
    "functions": "import sys; sys.path.insert(0, 'functions'); import main",
    "workers": "import workers.__main__",
    "command line": "import parley.cli.main",
    "local stack": "import emulator.__main__",
    "push stand-in": "import emulator.fcm.__main__",
    "benchmarks": "import bench.__main__",
    "tests": "import tests.conftest",
}

CHANGED: list[tuple[str, str, str]] = [
    ("America/Vancouver", "2026-11-30T16:15", "2026-11-30 09:15 -0700"),
    ("America/Edmonton", "2026-11-30T15:15", "2026-11-30 09:15 -0600"),
    ("America/Yellowknife", "2027-01-15T15:15", "2027-01-15 09:15 -0600"),
    ("America/Inuvik", "2027-01-15T15:15", "2027-01-15 09:15 -0600"),
    ("America/Winnipeg", "2026-11-30T14:15", "2026-11-30 09:15 -0500"),
    ("America/Rainy_River", "2027-01-15T14:15", "2027-01-15 09:15 -0500"),
    ("America/Havana", "2026-11-30T13:15", "2026-11-30 09:15 -0400"),
    ("America/Havana", "2027-12-01T14:15", "2027-12-01 09:15 -0500"),
    ("Africa/Casablanca", "2026-11-30T08:45", "2026-11-30 08:45 +0000"),
    ("Africa/El_Aaiun", "2026-09-20T12:00", "2026-09-20 12:00 +0000"),
    ("Africa/Casablanca", "2026-09-19T12:00", "2026-09-19 13:00 +0100"),
]
"""What the rules of 2026 changed: the zone, the time in UTC, and the time there."""

NIGHTS: list[tuple[str, str, str]] = [
    ("Europe/Paris", "2027-03-28T00:45", "2027-03-28 01:45 +0100"),
    ("Europe/Paris", "2027-03-28T01:00", "2027-03-28 03:00 +0200"),
    ("Europe/Paris", "2027-03-28T06:59", "2027-03-28 08:59 +0200"),
    ("Europe/Paris", "2027-10-31T00:40", "2027-10-31 02:40 +0200"),
    ("Europe/Paris", "2027-10-31T01:00", "2027-10-31 02:00 +0100"),
    ("Asia/Beirut", "2027-03-27T21:30", "2027-03-27 23:30 +0200"),
    ("Asia/Beirut", "2027-03-27T22:00", "2027-03-28 01:00 +0300"),
]
"""Nights in which an hour is left out or comes twice."""

ASK = """
import json, zoneinfo
from datetime import UTC, datetime
print(json.dumps([
    datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(zoneinfo.ZoneInfo(name))
    .strftime("%Y-%m-%d %H:%M %z")
    for name, at in json.loads({asked!r})
]))
print(json.dumps("localtime" in zoneinfo.available_timezones()))
"""


@pytest.fixture(scope="module")
def old_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zone files of a machine that has heard of no change: UTC for everybody."""
    folder = tmp_path_factory.mktemp("zoneinfo")
    utc = resources.files("tzdata.zoneinfo").joinpath("UTC").read_bytes()
    for name in {name for name, _, _ in CHANGED} | {"localtime"}:
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(utc)
    return folder


@pytest.mark.parametrize("start", ENTRY_POINTS.values(), ids=ENTRY_POINTS)
def test_no_process_reads_the_machines_own_zone_files(start: str, old_files: Path) -> None:
    asked = json.dumps([(name, at) for name, at, _ in CHANGED])
    # One zone is read before anything of Parley's is imported, as some library may.
    early = "import zoneinfo; kept = zoneinfo.ZoneInfo('America/Vancouver')"
    ended = subprocess.run(
        [sys.executable, "-c", f"{early}\n{start}\n{ASK.format(asked=asked)}"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONTZPATH": str(old_files), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told, knows_localtime = map(json.loads, ended.stdout.splitlines()[-2:])
    assert told == [there for _, _, there in CHANGED]
    assert knows_localtime is False


@pytest.mark.parametrize(("name", "at", "there"), [*CHANGED, *NIGHTS])
def test_local_times_follow_the_pinned_rules(name: str, at: str, there: str) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    local = instant.astimezone(zoneinfo.ZoneInfo(name))
    assert local.strftime("%Y-%m-%d %H:%M %z") == there


@pytest.mark.parametrize(
    "name",
    ["Europe/Berlin", "US/Eastern", "Europe/Kiev", "Europe/Kyiv", "Asia/Calcutta", "UTC"],
)
def test_zones_and_their_aliases_are_names(name: str) -> None:
    assert zones.is_zone(name)
    window = SendingWindow.parse({"from": "09:00", "to": "20:00", "timeZone": name})
    assert window.time_zone == name


def test_the_server_knows_the_names_that_pages_offer() -> None:
    offered = re.findall(r"'([A-Z][\w/]+)'", (ROOT / "web/screen/src/zones.ts").read_text())
    assert {"UTC", "Asia/Kolkata"} <= set(offered)
    assert [name for name in offered if not zones.is_zone(name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "localtime",
        "Factory",
        "posixrules",
        "europe/berlin",
        "EUROPE/BERLIN",
        "Europe",
        "Europe/Berlin ",
        "../UTC",
        "/usr/share/zoneinfo/UTC",
        "tzdata.zi",
        "posix/UTC",
        "UTC+1",
    ],
)
def test_only_exact_zone_names_are_accepted(name: str) -> None:
    assert not zones.is_zone(name)
    with pytest.raises(ValidationError, match="IANA name"):
        SendingWindow.parse({"from": "09:00", "to": "20:00", "timeZone": name})


def test_the_rules_in_use_are_those_that_the_requirements_pin() -> None:
    pinned = re.search(r"^tzdata==(\d+)\.(\d+) ", (ROOT / "requirements.txt").read_text(), re.M)
    assert pinned is not None
    # The package counts a year's releases, which the IANA gives letters: 2026.6 is 2026f.
    assert f"{pinned[1]}{chr(ord('a') + int(pinned[2]) - 1)}" == zones.REQUIRED
    assert zones.version() == zones.REQUIRED


def test_the_doctor_says_which_rules_are_in_use() -> None:
    (finding,) = [one for one in doctor._check_tools() if one.what == "time zones"]
    assert finding.is_well
    assert zones.version() in finding.found
