"""The limits and patterns that the library checks are those of the schema."""

from __future__ import annotations

import re

from schema import export, limits
from tests.client_library import CLIENT

EXPORTED = (export.FOLDER / export.TYPESCRIPT).read_text(encoding="utf-8")


def test_the_library_checks_the_limits_of_the_schema() -> None:
    text = (CLIENT / "src" / "limits.ts").read_text(encoding="utf-8")
    exported = {
        name: int(value) for name, value in re.findall(r"^  ([A-Z_]+): (\d+),$", EXPORTED, re.M)
    }

    assert "export { LIMITS } from '../../../schema/exported/parley.js';" in text
    assert len(exported) >= 40
    assert exported == {name: getattr(limits, name) for name in exported}


def test_every_limit_that_the_library_names_is_one_of_the_schema() -> None:
    named = {
        name
        for path in (CLIENT / "src").glob("*.ts")
        for name in re.findall(r"\bLIMITS\.([A-Z_]+)", path.read_text(encoding="utf-8"))
    }

    assert len(named) >= 20
    assert all(isinstance(getattr(limits, name), int) for name in named)
