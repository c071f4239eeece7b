import zipfile
from pathlib import Path

import pytest

from emulator.binaries import (
    FIRESTORE_MAIN,
    find_firestore,
    find_pubsub,
    manifest,
    wrap,
    write_launcher,
)
from emulator.found import NotFound


def fake(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def unwrapped(text: bytes) -> list[bytes]:
    return text.replace(b"\r\n ", b"").split(b"\r\n")


def test_no_line_of_a_manifest_is_longer_than_72_bytes() -> None:
    text = manifest(Path("/a/very/long/path") / ("folder/" * 30) / "emulator.jar")
    assert max(len(line) for line in text.splitlines(keepends=True)) <= 72


@pytest.mark.parametrize("length", [1, 69, 70, 71, 139, 140, 500])
def test_a_wrapped_line_reads_back_whole(length: int) -> None:
    line = "x" * length
    assert unwrapped(wrap(line)) == [line.encode(), b""]


def test_the_launcher_names_the_main_class_and_the_jar(tmp_path: Path) -> None:
    jar = fake(tmp_path / "sdk" / ("deep/" * 20) / "emulator.jar")
    launcher = write_launcher(jar, tmp_path / "launcher.jar")
    with zipfile.ZipFile(launcher) as archive:
        lines = unwrapped(archive.read("META-INF/MANIFEST.MF"))
    assert f"Main-Class: {FIRESTORE_MAIN}".encode() in lines
    assert f"Class-Path: {jar.resolve().as_uri()}".encode() in lines


def test_a_correct_launcher_is_not_rewritten(tmp_path: Path) -> None:
    jar = fake(tmp_path / "emulator.jar")
    launcher = write_launcher(jar, tmp_path / "launcher.jar")
    before = launcher.stat().st_ino
    assert write_launcher(jar, launcher).stat().st_ino == before


def test_the_variable_comes_first(tmp_path: Path) -> None:
    jar = fake(tmp_path / "mine.jar")
    found = find_firestore({"FIRESTORE_EMULATOR_BINARY_PATH": str(jar)})
    assert found.path == jar
    assert "FIRESTORE_EMULATOR_BINARY_PATH" in found.why


def test_a_variable_that_points_nowhere_is_an_error() -> None:
    with pytest.raises(NotFound, match="PUBSUB_EMULATOR_BINARY_PATH points at"):
        find_pubsub({"PUBSUB_EMULATOR_BINARY_PATH": "nowhere"})


def test_the_sdk_in_the_home_folder_is_found(tmp_path: Path) -> None:
    script = fake(tmp_path / "google-cloud-sdk/platform/pubsub-emulator/bin/cloud-pubsub-emulator")
    assert find_pubsub({"HOME": str(tmp_path), "PATH": ""}).path == script
