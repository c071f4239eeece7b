"""Compile `web/client`, and check the examples of a page against it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.node_tools import CACHE, ROOT, check_types, find_tool, run

CLIENT = ROOT / "web" / "client"


def compile_client() -> Path:
    """Compile the library as its package does; return the folder that stands for `web/client`.

    It is inside the repository, so that Node finds the Firebase SDK from there.
    """
    output = CACHE / "client"
    ran = run([find_tool("tsc"), "--project", str(CLIENT), "--outDir", str(output)])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return output / "web" / "client"


def check_examples(page: Path, then: str = "") -> subprocess.CompletedProcess[str]:
    """Check the TypeScript blocks of a page against the library, followed by `then`."""
    blocks = re.findall(r"^```ts\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    assert blocks, f"no example in {page}"
    folder = CACHE / f"examples-{page.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "examples.ts").write_text("\n".join([*blocks, then]), encoding="utf-8")
    settings = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": {"types": []},
        "include": ["examples.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return check_types(folder / "tsconfig.json")
