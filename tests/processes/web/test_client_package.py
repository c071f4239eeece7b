"""The library as a package: what it is made of, and what it gives to an app."""

from __future__ import annotations

import json
import re

from tests.client_library import CLIENT, compile_client
from tests.node_tools import run

SOURCES = {path.name: path.read_text(encoding="utf-8") for path in (CLIENT / "src").glob("*.ts")}
IMPORT = re.compile(r"^import (type )?\{?([^;]*?)\}? from '([^']+)';$", re.MULTILINE | re.DOTALL)

READS_AND_WRITES = {
    "addDoc", "deleteDoc", "getCountFromServer", "getDoc", "getDocFromServer", "getDocs",
    "httpsCallable", "onSnapshot", "runTransaction", "setDoc", "updateDoc", "writeBatch",
}  # fmt: skip
"""What costs something in the SDK."""


def test_it_needs_the_official_sdk_and_the_schema_alone() -> None:
    needed = {module for text in SOURCES.values() for _, _, module in IMPORT.findall(text)}
    theirs = {module for module in needed if not module.startswith("./")}

    assert theirs == {
        "../../../schema/exported/parley.js", "firebase/firestore", "firebase/functions",
    }  # fmt: skip


def test_all_that_costs_something_passes_the_one_place_that_counts_it() -> None:
    spending = {
        name
        for name, text in SOURCES.items()
        for _, names, _ in IMPORT.findall(text)
        if READS_AND_WRITES & set(re.findall(r"\w+", names))
    }

    assert spending == {"connection.ts"}


def test_what_is_built_can_be_imported_and_its_readme_names_all_of_it() -> None:
    package = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
    built = compile_client()
    entry = package["exports"]["."]["default"].removeprefix("./dist/web/client/")
    given = f"import({json.dumps(str(built / entry))})"

    ran = run(["node", "-e", f"{given}.then((m) => console.log(JSON.stringify(Object.keys(m))))"])

    assert ran.returncode == 0, ran.stderr
    names = set(json.loads(ran.stdout))
    assert {"Parley", "ParleyError", "seenBy"} <= names
    readme = (CLIENT / "README.md").read_text(encoding="utf-8")
    assert names == {name for name in names if re.search(rf"`[^`]*\b{name}\b[^`]*`", readme)}
