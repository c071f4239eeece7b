"""Compiling `web/client` and running its tests with node's own runner, from pytest."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.node_tools import ROOT, run, tool

CLIENT = ROOT / "web" / "client"
FILE_SECONDS = 400
"""For all the tests of a file: a function of the emulator takes long to answer the first time."""

AT_ONCE = 2
"""Processes that run tests side by side; they mostly wait."""


def checked(config: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the compiler; skips where `make install` has put none."""
    return run([tool("tsc"), "--project", str(config), "--incremental", *options])


def compiled(config: str, name: str) -> Path:
    """Compile by a configuration of the library; answer the folder that stands for `web/client`.

    It lies below the project, so that node finds the SDK.
    """
    into = ROOT / ".parley" / f"client-{name}"
    ran = checked(CLIENT / config, "--outDir", str(into))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return into / "web" / "client"


def checked_examples(page: Path, then: str = "") -> subprocess.CompletedProcess[str]:
    """Check the TypeScript blocks of a page against the library, with `then` behind them."""
    blocks = re.findall(r"^```ts\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    assert blocks, f"no example in {page}"
    folder = ROOT / ".parley" / f"client-examples-{page.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "examples.ts").write_text("\n".join([*blocks, then]), encoding="utf-8")
    settings = {
        "extends": str(CLIENT / "tsconfig.json"),
        "compilerOptions": {
            "noEmit": True,
            "tsBuildInfoFile": str(folder / "examples.tsbuildinfo"),
            "paths": {"parley-client": [str(CLIENT / "src" / "index.ts")]},
        },
        "include": ["examples.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return checked(folder / "tsconfig.json")


def run_tests(
    client: Path, kind: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run all tests of a kind (a folder of `test/`) in the compiled library, a process a file."""
    # By their sources, since the tests of an earlier compilation may still lie there.
    names = sorted(path.stem for path in (CLIENT / "test" / kind).glob("*.test.ts"))
    assert names, f"no tests in {kind}"
    tests = [str(client / "test" / kind / f"{name}.js") for name in names]
    options = [f"--test-timeout={FILE_SECONDS * 1000}", f"--test-concurrency={AT_ONCE}"]
    return run(["node", "--test", *options, "--test-reporter=spec", *tests], environment)
