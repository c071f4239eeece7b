from pathlib import Path

import pytest

from emulator.browser import VARIABLE, find_browser, install, ways_to_install
from emulator.found import NotFound

SCRIPT = "#!/bin/sh\necho 'Chromium {version}'\n"


def fake_browser(path: Path, script: str = SCRIPT.format(version=140)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)
    return path


def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is installed."""
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path / "home")}


def test_the_variable_comes_before_the_path(tmp_path: Path) -> None:
    fake_browser(tmp_path / "bin" / "chromium")
    own = fake_browser(tmp_path / "own")

    assert find_browser(nowhere(tmp_path) | {VARIABLE: str(own)}).path == own


def test_a_browser_of_the_machine_is_found_with_its_version(tmp_path: Path) -> None:
    there = fake_browser(tmp_path / "bin" / "google-chrome")

    found = find_browser(nowhere(tmp_path))

    assert (found.path, found.why) == (there, "from PATH, Chromium 140")


def test_a_script_with_install_instructions_is_not_a_browser(tmp_path: Path) -> None:
    fake_browser(tmp_path / "bin" / "chromium-browser", "#!/bin/sh\nexit 1\n")
    cached = tmp_path / "home" / ".cache" / "ms-playwright" / "chromium-1" / "chrome-linux64"
    downloaded = fake_browser(cached / "chrome")

    found = find_browser(nowhere(tmp_path) | {"PLAYWRIGHT_BROWSERS_PATH": str(cached.parents[1])})

    assert found.path == downloaded


def test_a_missing_browser_is_an_error_with_ways_out(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"`make browser`.*apt-get.*playwright"):
        find_browser(nowhere(tmp_path))


@pytest.mark.parametrize(
    ("uid", "has_sudo", "first"),
    [
        (0, False, "apt-get update -q"),
        (1000, True, "sudo -n {bin}/apt-get update -q"),
        (1000, False, "playwright install --no-shell chromium"),
    ],
)
def test_apt_comes_first_with_root_or_sudo(
    tmp_path: Path, uid: int, has_sudo: bool, first: str
) -> None:
    for name in ("apt-get", *(["sudo"] if has_sudo else [])):
        fake_browser(tmp_path / "bin" / name)

    ways = list(ways_to_install(nowhere(tmp_path), uid))

    assert " ".join(ways[0][0]).endswith(first.format(bin=tmp_path / "bin"))
    assert ways[-1][-1][1:] == ["-m", "playwright", "install", "--no-shell", "chromium"]


def test_an_existing_browser_is_not_installed_again(tmp_path: Path) -> None:
    there = fake_browser(tmp_path / "bin" / "chromium")
    fake_browser(tmp_path / "bin" / "apt-get", "#!/bin/sh\nrm -r $0\n")

    assert install(nowhere(tmp_path)).path == there
    assert (tmp_path / "bin" / "apt-get").exists()
