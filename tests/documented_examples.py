"""The TypeScript examples of the client contract as one program that checks each effect."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path

from emulator.bundles import BUNDLES
from emulator.ports import HOST, Ports
from tests.node_tools import ROOT

PAGE = ROOT / "docs" / "reference" / "client-contract.md"
SIGNED_UP = "me@example.com"
"""Who signs up in the first example."""
STAND_FOR = {"ben": "bob", "dina": "eve"}
"""People of a stack that a person starts, and those whom the checks make: tests share a stack."""
CHECKS = ROOT / "tests" / "e2e" / "documented" / "checks.ts"
_BLOCK = re.compile(r"^```ts\n(.*?)^```", re.MULTILINE | re.DOTALL)
_DECLARED = re.compile(
    r"^const (?:(\w+)|\{ ([\w, ]+) \}) =|^export async function (\w+)", re.MULTILINE
)


def examples() -> list[str]:
    return _BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def declared(block: str) -> list[str]:
    """The names that a block declares for those behind it."""
    return [
        name.strip()
        for found in _DECLARED.findall(block)
        for part in found
        for name in part.split(",")
        if name.strip()
    ]


def adapted(block: str, ports: Ports) -> str:
    """The block as for a stack on these ports, and for a person who was not there before."""
    for shown, ours in STAND_FOR.items():
        block = block.replace(f"'{shown}'", f"'{ours}'")
    block = block.replace(SIGNED_UP, f"{uuid.uuid4().hex}@example.com")
    usual = Ports()
    for name in ("auth", "firestore", "functions"):
        for between in (":", "', "):
            block = block.replace(
                f"{HOST}{between}{usual.by_name()[name]}", f"{HOST}{between}{ports.by_name()[name]}"
            )
    return block


def set_up(ports: Ports) -> str:
    """The page's own set-up of the SDK, up to where somebody signs up; it declares the SDK's parts.

    The page's address may name another port for Firestore, for a line that can be cut.
    """
    text, signs_up, _ = examples()[0].partition("\nconst { user } = ")
    assert signs_up
    port = ports.by_name()["firestore"]
    asked = f"Number(new URLSearchParams(location.search).get('firestore') ?? {port})"
    connected, count = re.subn(
        rf"(connectFirestoreEmulator\(db, '{HOST}', ){port}\)", rf"\1{asked})", adapted(text, ports)
    )
    assert count == 1
    return connected


def program(ports: Ports) -> Path:
    """Write the program; answer where."""
    lines = [f"import {{ count, look }} from '{CHECKS.with_suffix('.js').as_posix()}';"]
    names: list[str] = []
    blocks = examples()
    for number, block in enumerate(blocks):
        names += declared(block)
        first = json.dumps(block.splitlines()[0])
        lines += [
            adapted(block, ports),
            f"await look({number}, {first}, {{ {', '.join(names)} }});",
        ]
    lines += [
        f"if (count !== {len(blocks)}) throw new Error(`${{count}} checks`);",
        "process.exit();",
    ]
    path = BUNDLES / "documented.ts"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
