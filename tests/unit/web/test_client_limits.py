"""The limits that the library checks are those of the schema."""

from __future__ import annotations

import re

from schema import limits
from tests.client_library import CLIENT


def test_the_library_checks_the_limits_of_the_schema() -> None:
    text = (CLIENT / "src" / "limits.ts").read_text(encoding="utf-8")
    checked = {
        name: int(value.replace("_", ""))
        for name, value in re.findall(r"^  ([A-Z_]+): ([\d_]+),$", text, re.MULTILINE)
    }

    assert len(checked) >= 8
    assert checked == {name: getattr(limits, name) for name in checked}
