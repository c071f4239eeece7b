"""Find or install a Chromium for browser tests: `python -m emulator.browser`.

In this order: the variable, a browser of this machine, and Playwright's downloads. If none is
found, one is installed: by apt as root or with sudo, else by Playwright.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emulator.binaries import from_variable, newest
from emulator.found import Found, NotFound

VARIABLE = "PARLEY_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SPOTS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
DOWNLOADS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
INSTALL_SECONDS = 600


def find_browser(environment: Mapping[str, str] = os.environ) -> Found:
    """Return the Chromium or Chrome to use; raise `NotFound` with the ways to get one."""
    if found := from_variable(VARIABLE, environment):
        return found
    for browser, origin in candidates(environment):
        # Some distributions put a script there that only says what to install, so it must run.
        if version := version_of(browser):
            return Found(browser, f"{origin}, {version}")
    raise NotFound(
        "No Chromium was found. `make browser` installs one if it can, `apt-get install chromium` "
        f"and `.venv/bin/playwright install --with-deps chromium` do, or point {VARIABLE} at one."
    )


def candidates(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield each browser, best first, with its origin."""
    for name in NAMES:
        if on_path := shutil.which(name, path=environment.get("PATH")):
            yield Path(on_path), "from PATH"
    for spot in SPOTS:
        if spot.exists():
            yield spot, "installed"
    for pattern in DOWNLOADS:
        if downloaded := newest(downloads(environment), pattern):
            yield downloaded, "downloaded by Playwright"


def downloads(environment: Mapping[str, str]) -> Path:
    """Return the folder of Playwright's downloaded browsers."""
    if told := environment.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(told)
    home = Path(environment.get("HOME", os.path.expanduser("~")))
    caches = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    return caches / "ms-playwright"


def version_of(browser: Path) -> str | None:
    """Return the version that a browser reports, or None if it does not run."""
    try:
        told = subprocess.run(
            [str(browser), "--version"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def ways_to_install(
    environment: Mapping[str, str] = os.environ, uid: int | None = None
) -> Iterator[list[list[str]]]:
    """Return the ways to install one, best first; each is a list of commands to run in order."""
    path = environment.get("PATH")
    apt = shutil.which("apt-get", path=path)
    sudo = shutil.which("sudo", path=path)
    is_root = (os.getuid() if uid is None else uid) == 0
    if apt and (is_root or sudo):
        # Never ask a question, because nobody may be there to answer.
        do = [apt] if is_root else [str(sudo), "-n", apt]
        yield [[*do, "update", "-q"], [*do, "install", "-y", "--no-install-recommends", "chromium"]]
    yield [[sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]]


def install(environment: Mapping[str, str] = os.environ) -> Found:
    """Return a browser, installed if necessary; raise `NotFound` if no way succeeds."""
    try:
        return find_browser(environment)
    except NotFound:
        for commands in ways_to_install(environment):
            print(f"No Chromium here: {' '.join(commands[-1])}", flush=True)
            if all(succeeds(command) for command in commands):
                break
    return find_browser(environment)


def succeeds(command: Sequence[str]) -> bool:
    """Run a command; show its output only if it fails."""
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        print(error, flush=True)
        return False
    if ran.returncode != 0:
        print("\n".join((ran.stdout + ran.stderr).splitlines()[-5:]), flush=True)
    return ran.returncode == 0


def main() -> int:
    try:
        print(install())
    except NotFound as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
