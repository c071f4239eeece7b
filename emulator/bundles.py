"""Bundle TypeScript with esbuild, for Node or for a browser.

A bundle holds the entry and everything it imports from this repository. Packages of the workspace
are read from their sources, by the condition `source` of their `exports`.
"""

import subprocess
from pathlib import Path

from emulator.binaries import ROOT, STATE

BUNDLES = STATE / "bundles"
"""Inside the repository, so that Node finds the Firebase SDK from there."""
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
NODE = ("--platform=node", "--external:firebase")
BROWSER = ("--platform=browser",)


class BundlingFailed(Exception):
    """esbuild refused the sources; the message is what it printed."""


def bundle(entry: Path, *, for_browser: bool = False) -> Path:
    """Bundle an entry below the root and return the file; a browser's includes the Firebase SDK."""
    suffix = ".js" if for_browser else ".mjs"
    output = BUNDLES / entry.relative_to(ROOT).with_suffix(suffix)
    done = subprocess.run(
        [
            str(ESBUILD),
            str(entry),
            "--bundle",
            "--format=esm",
            "--target=es2022",
            "--conditions=source",
            *(BROWSER if for_browser else NODE),
            "--sourcemap=inline",
            f"--outfile={output}",
            "--log-level=warning",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BundlingFailed(done.stderr)
    return output
