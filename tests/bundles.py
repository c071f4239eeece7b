"""The tests' TypeScript: bundled by esbuild, and run by node's own test runner or in a browser."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.node_tools import ROOT, run, tool

SOURCES = ROOT / "tests" / "javascript"
BUNDLES = ROOT / ".parley" / "bundles"
"""Below the project, so that node finds the SDK."""
TSCONFIG = SOURCES / "tsconfig.json"
TEST_SECONDS = 240


def bundled(entry: Path, *, for_browser: bool = False) -> Path:
    """One file that holds an entry and all it imports of ours; for a browser the SDK as well."""
    into = BUNDLES / entry.relative_to(ROOT).with_suffix(".js" if for_browser else ".mjs")
    kind = ["--platform=browser"] if for_browser else ["--platform=node", "--packages=external"]
    ran = run(
        [
            tool("esbuild"),
            str(entry),
            "--bundle",
            "--format=esm",
            "--target=es2022",
            *kind,
            f"--tsconfig={TSCONFIG}",
            "--sourcemap=inline",
            f"--outfile={into}",
            "--log-level=warning",
        ]
    )
    assert ran.returncode == 0, ran.stderr
    return into


def run_tests(
    entries: Sequence[Path], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run files of tests side by side, a process a file."""
    bundles = [str(bundled(entry)) for entry in entries]
    limit = f"--test-timeout={TEST_SECONDS * 1000}"
    command = ["node", "--enable-source-maps", "--test", limit, "--test-reporter=spec", *bundles]
    return run(command, environment)


def checked() -> subprocess.CompletedProcess[str]:
    """Check the types of all of it."""
    into = BUNDLES / "types.tsbuildinfo"
    options = ["--incremental", "--tsBuildInfoFile", str(into)]
    return run([tool("tsc"), "--project", str(TSCONFIG), *options])
