"""Which indexed times only rise is known, since each bounds its place to 500 writes a second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel

from tests.rules.acting import RULES
from tests.rules.test_indexes import COLLECTIONS, DECLARED

PAGE = RULES.parents[1] / "docs" / "scaling.md"
OVERRIDES = {
    (one["collectionGroup"], one["fieldPath"]): one["indexes"] for one in DECLARED["fieldOverrides"]
}


def times_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the stored names of all times of a document, those of its maps with dots."""
    for name, field in model.model_fields.items():
        path = prefix + (field.alias or name)
        if "datetime" in str(field.annotation).lower():
            yield path
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from times_of(inner, f"{path}.")


def is_indexed(collection: str, path: str) -> bool:
    names = path.split(".")
    for length in range(len(names), 0, -1):
        indexes = OVERRIDES.get((collection, ".".join(names[:length])))
        if indexes is not None:
            return bool(indexes)
    return True


def indexed_times() -> set[tuple[str, str]]:
    found = {
        (collection, path)
        for model, collection in COLLECTIONS.items()
        for path in times_of(model)
        if is_indexed(collection, path)
    }
    declared = {
        key for key, indexes in OVERRIDES.items() if indexes and key[1].endswith(("At", "Time"))
    }
    return found | declared


def told() -> set[tuple[str, str]]:
    """Return the collections and fields of the page's table."""
    (table,) = re.findall("<!-- rising -->(.*?)<!-- end of rising -->", PAGE.read_text(), re.DOTALL)
    return {
        (collection, field)
        for line in table.strip().splitlines()[2:]
        for collection in re.findall("`([^`]+)`", line.split("|")[1])
        for field in re.findall("`([^`]+)`", line.split("|")[2])
    }


def test_the_page_names_every_indexed_time() -> None:
    """Exempt a field that no query needs, or say on the page how far its index goes."""
    assert indexed_times() == told()


def test_a_time_that_is_exempt_is_not_counted() -> None:
    assert ("messages", "createdAt") in indexed_times()
    assert ("chats", "stateAt") not in indexed_times()
    assert ("batches", "sentAt") not in indexed_times()
