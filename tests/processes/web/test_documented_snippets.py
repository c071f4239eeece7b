"""The examples of all pages fit the library and the SDK, by the compiler's word.

Each page is one program: the set-up of the client contract, which the pages refer to, and then the
page's blocks in order. A block that imports what it needs and exports what it has stands alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.documented_examples import PAGE as CONTRACT
from tests.documented_examples import examples
from tests.node_tools import CACHE, ROOT, check_types

_BLOCK = re.compile(r"^```(ts|js)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_STANDS_ALONE = re.compile(r"^export ", re.MULTILINE)


def blocks(page: Path) -> list[str]:
    """The page's examples; the client contract has a test of its own, which also runs them."""
    if page == CONTRACT:
        return []
    return [code for _, code in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def write_programs(folder: Path) -> list[str]:
    """Write a file for each page with examples; return the names of these pages."""
    written = []
    for page in _PAGES:
        found = blocks(page)
        if not found:
            continue
        alone = all(_STANDS_ALONE.search(block) for block in found)
        code = found if alone else [examples()[0], *found]
        suffix = "js" if alone else "ts"
        (folder / f"{page.stem}.{suffix}").write_text("\n".join(code), encoding="utf-8")
        written.append(page.name)
    return written


def test_every_example_compiles_as_it_stands() -> None:
    folder = CACHE / "snippets"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()

    written = write_programs(folder)
    # The README's example is JavaScript, which declares no types of arguments.
    unused = {"noUnusedLocals": False}  # of the set-up
    options = {"allowJs": True, "checkJs": True, "noImplicitAny": False, **unused}
    settings = {
        "extends": str(ROOT / "tsconfig.json"),
        "compilerOptions": options,
        "include": ["*.ts", "*.js"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    ran = check_types(folder / "tsconfig.json")

    assert written == [
        "README.md",
        "consent.md",
        "send-email.md",
        "send-sms.md",
        "mass-messages.md",
    ]
    assert ran.returncode == 0, ran.stdout
