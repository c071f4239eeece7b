"""The examples of `docs/client-contract.md` fit the library, by the compiler's word."""

from __future__ import annotations

import json
import re

from tests.client_library import CLIENT, ROOT, checked

PAGE = ROOT / "docs" / "client-contract.md"


def test_the_typescript_examples_fit_the_library() -> None:
    blocks = re.findall(r"^```ts\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    folder = ROOT / ".parley" / "client-docs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "examples.ts").write_text("\n".join(blocks), encoding="utf-8")
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

    ran = checked(folder / "tsconfig.json")

    assert len(blocks) >= 3
    assert ran.returncode == 0, ran.stdout
