"""Build the pages that Firebase Hosting serves: the dashboard, the chat client and the demo.

`python -m emulator.site` builds them into `web/site`, all three at the same time, unless what is
there was made from the same sources. A build that fails leaves the last one in place.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from emulator.binaries import ROOT, STATE

SITE = Path("web/site")
PAGES = {"dashboard": Path(), "chat": Path("chat"), "demo": Path("demo")}
"""The packages of `web/` that are pages, and where each lies in the site."""
READ = ("web", "schema/exported", "package-lock.json", "tsconfig.json")
"""What the pages are made from."""
SETTINGS = "VITE_"
"""Variables of the environment that a build takes in begin so."""
NOT_READ = frozenset({"node_modules", "dist", "test", SITE.name})

Say = Callable[[str], None]


class SiteFailed(Exception):
    """A page could not be built; the message has what the bundler printed."""


def build(root: Path = ROOT, say: Say = lambda line: None) -> Path:
    """Build the pages whose sources changed since the last build, and return the site's folder."""
    site = root / SITE
    stamp = f".built-{hash_of_sources(root)}"
    if (site / stamp).exists():
        return site
    say("Building the dashboard, the chat client and the demo page ...")
    started = time.monotonic()
    (root / STATE.name).mkdir(exist_ok=True)
    # A folder of its own, so that two builds at the same time do not meet.
    parts = Path(tempfile.mkdtemp(prefix="site-", dir=root / STATE.name))
    _bundle(root, parts)
    for page, place in PAGES.items():
        if page != "dashboard":
            (parts / page).rename(parts / "dashboard" / place)
    fresh = parts / "dashboard"
    (fresh / stamp).touch()
    _replace(site, fresh)
    say(f"  done in {time.monotonic() - started:.0f} s")
    return site


def hash_of_sources(root: Path) -> str:
    """Return a short hash of the names and the contents of all sources, and of the settings."""
    digest = hashlib.blake2b(digest_size=8)
    for path in sources(root):
        digest.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    for name in sorted(os.environ):
        if name.startswith(SETTINGS):
            digest.update(f"{name}\0{os.environ[name]}\0".encode())
    return digest.hexdigest()


def sources(root: Path) -> Iterator[Path]:
    """Yield every file that the pages are made from, in a fixed order."""
    for name in READ:
        yield from _files(root / name)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and path.name not in NOT_READ:
        for inner in sorted(path.iterdir()):
            if not inner.name.startswith("."):
                yield from _files(inner)


def _bundle(root: Path, parts: Path) -> None:
    vite = root / "node_modules" / ".bin" / "vite"
    running = {
        page: subprocess.Popen(
            [vite, "build", root / "web" / page, "--outDir", parts / page, "--logLevel", "warn"],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for page in PAGES
    }
    said = {page: process.communicate()[0] for page, process in running.items()}
    for page, process in running.items():
        if process.returncode:
            raise SiteFailed(f"web/{page} could not be built:\n{said[page]}")


def _replace(site: Path, fresh: Path) -> None:
    """Put a new build in the place of the last, which a running Hosting goes on serving till then.

    Only the contents change places: the emulator of Hosting holds on to the folder.
    """
    site.mkdir(parents=True, exist_ok=True)
    old = fresh.parent / "old"
    old.mkdir()
    for path in site.iterdir():
        path.rename(old / path.name)
    for path in fresh.iterdir():
        path.rename(site / path.name)
    shutil.rmtree(fresh.parent)


def main() -> int:
    """Build what has to be built; print what a failed build printed."""
    try:
        build(say=lambda line: print(line, flush=True))
    except SiteFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
