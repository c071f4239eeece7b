"""A kind of document that clients write, and every single way to write it wrong."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.cloud import firestore

from tests.rules.acting import NOW, Document
from tests.rules.cast import Cast

PAST = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2120, 1, 1, tzinfo=UTC)

BLANK = (
    "   ",
    "\t\r\n",
    "\u00a0\u2003\u202f",
    "\u2028\u2029\u3000",
    "\u200b\u2060\ufeff",
    "\u3164",
)
"""Texts without a visible character: white space, separators, zero width, a filler."""

ODD = (
    "two\nlines",
    "a\u2028b",
    "\x00a",
    "a\x1bb",
    "a\x7f",
    "a\x85b",
    "a\u202ab",
    "a\u202eb",
    "a\u2066b",
    "a\u206fb",
    "a\ufff9b",
)
"""Texts that are no names: of two lines, with controls, with what turns the direction around."""

NAMED = ("\u200fa\u200e", "a\u2027b", "a\u202fb", "a\u2065b", "a\u2070b", "\U0001f600", " a ")
"""Texts that just may be names."""

Write = Callable[[firestore.Client, Cast, Document], None]


@dataclass(frozen=True)
class Form:
    """One kind of document.

    `fullest` has every field there is and `optional` are those it may do without, by dotted path.
    `edge` holds values that just pass, `wrong` those that are wrong for a reason of their own,
    beside the wrong types that follow from the fullest document. `open` maps are not looked into;
    `blank` texts may be empty. What is `kept` is not written a second time; what has a pace is,
    once it has `aged`.
    """

    name: str
    writer: str
    fullest: Callable[[Cast], Document]
    write: Write
    optional: frozenset[str] = frozenset()
    edge: dict[str, list[Any]] = field(default_factory=dict)
    wrong: dict[str, list[Any]] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()
    kept: bool = False
    aged: Callable[[Cast], dict[str, Document]] | None = None

    def barest(self, cast: Cast) -> Document:
        document = self.fullest(cast)
        for path in self.optional:
            if "." not in path:
                del document[path]
        return document

    def refused(self) -> Iterator[tuple[str, str, Any]]:
        """Each way to spoil the fullest document: a name, the path, the value (None: leave out)."""
        for path, value in walk(self.fullest(Cast("n")), self.open):
            if path not in self.optional:
                yield f"{path} missing", path, MISSING
            for number, wrong in enumerate(wrong_types(value, path in self.blank)):
                yield f"{path} of wrong type {number}", path, wrong
            if isinstance(value, dict) and path not in self.open:
                yield f"{path} with another field", f"{path}.another", 1
        yield "another field", "another", 1
        for path, values in self.wrong.items():
            for number, wrong in enumerate(values):
                yield f"{path} wrong {number}", path, wrong


class Missing:
    """Stands for leaving a field out."""


MISSING = Missing()


def walk(value: Any, open_maps: frozenset[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every field with its dotted path; of a list of maps, the first map's."""
    if isinstance(value, dict):
        for key, inner in value.items():
            path = f"{prefix}{key}"
            yield path, inner
            if path in open_maps:
                continue
            if isinstance(inner, list) and inner and isinstance(inner[0], dict):
                yield from walk(inner[0], open_maps, f"{path}.0.")
            else:
                yield from walk(inner, open_maps, f"{path}.")


def wrong_types(value: Any, blank: bool) -> list[Any]:
    if value is NOW:
        return [None, "now", 7, PAST, FUTURE]
    match value:
        case bool():
            return [None, "true", 1]
        case int():
            return [None, str(value), value + 0.5, float(value), -1, float("nan")]
        case str():
            return [None, 7, {"text": value}, [value], *([] if blank else [""])]
        case datetime():
            return [None, "2030-01-01", 7]
        case list():
            return [None, "text", "", {}, {"0": "text"}]
        case dict():
            return [None, "text", ["text"]]
    raise TypeError(f"no wrong type known for {value!r}")


def spoiled(document: Document, path: str, wrong: Any) -> Document:
    spoiled = copy.deepcopy(document, {id(NOW): NOW})
    *parents, last = path.split(".")
    place: Any = spoiled
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]
    if wrong is MISSING:
        del place[last]
    elif isinstance(place, list):
        place[int(last)] = wrong
    else:
        place[last] = wrong
    return spoiled


def at(path: Callable[[Cast], str]) -> Write:
    """A form that is written alone."""
    return lambda client, cast, document: _set(client, path(cast), document)


def _set(client: firestore.Client, path: str, document: Document) -> None:
    client.document(path).set(document)
