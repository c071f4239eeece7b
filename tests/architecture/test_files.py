"""Files have one subject, a name that says which, and a length that can be read at once."""

import re

from tests.architecture.sources import ROOT, files

NAMES_OF_NOTHING = re.compile(r"(?:^|_)(?:utils?|helpers?|common|managers?)(?:_|$)")
READABLE_LINES = 300
TOP_LINES = 25
REASON = re.compile(r"\b(?:300|lines|long|length|one (?:file|place|page|module))\b", re.IGNORECASE)
"""What a reason for a long file speaks of."""


def test_no_file_has_a_meaningless_name() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in files()
        if any(
            NAMES_OF_NOTHING.search(part.lower().replace("-", "_").split(".")[0])
            for part in path.relative_to(ROOT).parts
        )
    ]

    assert not wrong


def test_a_file_over_300_lines_gives_a_reason_at_its_top() -> None:
    wrong = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        lines = path.read_text(encoding="utf-8").splitlines()
        explained = REASON.search("\n".join(lines[:TOP_LINES]))
        if len(lines) > READABLE_LINES and not explained:
            wrong.append(f"{name}: {len(lines)}")

    assert not wrong
