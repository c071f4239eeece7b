"""Find the index that a query needs in ``firestore.indexes.json``. Pure.

The emulator answers any query; Firestore refuses one that no index serves. So the store in memory
is told of the indexes that are deployed, and refuses too. The rules are those of
https://firebase.google.com/docs/firestore/query-data/index-overview.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley.errors import StoreRejected
from parley.store import FieldPath, OrderBy, Query, Value
from parley.store.checks import NAME, names_of
from parley.testing.firestore_queries import effective_orders
from parley.testing.firestore_writes import MISSING, field_value

ASCENDING = "ASCENDING"
DESCENDING = "DESCENDING"
CONTAINS = "CONTAINS"
COLLECTION = "COLLECTION"
COLLECTION_GROUP = "COLLECTION_GROUP"

Entry = tuple[str, str]
"""A field and how it is indexed."""

ENTRIES = 40_000
"""Index entries of one document (https://firebase.google.com/docs/firestore/quotas)."""


MODES = 6
"""The most single-field index entries of one value: three modes, in a collection and a group."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """The indexes of each collection, by its id.

    ``single`` holds the fields that depart from the rule that every field has all three
    single-field indexes, with those that they keep; a field within a map follows the map.
    ``group`` holds those that reach over all collections of an id; no field has one alone.
    """

    composite: Mapping[str, Sequence[tuple[Entry, ...]]]
    single: Mapping[str, Mapping[str, frozenset[str]]]
    group: Mapping[str, Mapping[str, frozenset[str]]]

    @classmethod
    def read(cls, file: Path) -> Indexes:
        """Read a file in the format that the Firebase CLI deploys."""
        declared = json.loads(file.read_text())
        composite: dict[str, list[tuple[Entry, ...]]] = {}
        for index in declared["indexes"]:
            if index["queryScope"] != COLLECTION:
                raise ValueError(f"no query of a group needs a composite index yet: {index}")
            entries = tuple((field["fieldPath"], _mode(field)) for field in index["fields"])
            composite.setdefault(index["collectionGroup"], []).append(entries)
        single: dict[str, dict[str, frozenset[str]]] = {}
        group: dict[str, dict[str, frozenset[str]]] = {}
        for override in declared["fieldOverrides"]:
            for scope, kept in ((COLLECTION, single), (COLLECTION_GROUP, group)):
                kept.setdefault(override["collectionGroup"], {})[override["fieldPath"]] = frozenset(
                    _mode(index) for index in override["indexes"] if index["queryScope"] == scope
                )
        return cls(composite, single, group)

    def missing(self, query: Query, sums: Sequence[FieldPath] = ()) -> str | None:
        """Return the missing index of a query, or of sums over it; None if nothing is missing."""
        collection = query.collection.rpartition("/")[2]
        equal = {_text(w.field) for w in query.where if w.operator in ("==", "in")}
        contains = {_text(w.field) for w in query.where if w.operator.startswith("array-contains")}
        orders = _orders(query, equal)
        ordered = [*orders, *((_text(field), ASCENDING) for field in sums)]
        alone = [*((field, ASCENDING) for field in equal), *((f, CONTAINS) for f in contains)]
        # A single-field index serves one order; those of equalities are merged.
        if len(ordered) + bool(alone) <= 1 and all(
            field == NAME or mode in self.indexed(collection, field, is_group=query.is_group)
            for field, mode in (*alone, *ordered)
        ):
            return None
        if not query.is_group and self._composites_serve(
            collection, equal | contains, ordered, is_sum=bool(sums)
        ):
            return None
        wanted = ", ".join(f"{field} {mode}" for field, mode in (*sorted(alone), *ordered))
        return f"{'the group ' if query.is_group else ''}{collection} has no index of ({wanted})"

    def indexed(self, collection: str, field: str, *, is_group: bool = False) -> frozenset[str]:
        """Return a field's single-field indexes, for one collection or for the collection group."""
        if is_group:
            return self.group.get(collection, {}).get(field, frozenset())
        overrides = self.single.get(collection, {})
        names = field.split(".")
        for length in range(len(names), 0, -1):
            if (kept := overrides.get(".".join(names[:length]))) is not None:
                return kept
        return frozenset({ASCENDING, DESCENDING, CONTAINS})

    def check_entries(self, path: str, fields: Mapping[str, Value]) -> None:
        """Raise ``StoreRejected`` for a document with too many index entries."""
        collection = path.split("/")[-2]
        entries = sum(
            math.prod(_values_of(fields, field) for field, _ in index)
            for index in self.composite.get(collection, ())
        )
        if entries + MODES * _count_values(fields) <= ENTRIES:
            # Few documents come near the limit; only those are worth the exact count.
            return
        entries += sum(self._entries(collection, name, value) for name, value in fields.items())
        if entries > ENTRIES:
            raise StoreRejected(f"{path} would have {entries} index entries (limit: {ENTRIES})")

    def _entries(self, collection: str, field: str, value: Value) -> int:
        """Count the single-field entries: one for each order, one for each list element."""
        if isinstance(value, dict):
            return sum(
                self._entries(collection, f"{field}.{name}", inner) for name, inner in value.items()
            )
        modes = [*self.indexed(collection, field), *self.indexed(collection, field, is_group=True)]
        if isinstance(value, list):
            return modes.count(CONTAINS) * len(value)
        return len(modes) - modes.count(CONTAINS)

    def _composites_serve(
        self, collection: str, filtered: set[str], ordered: list[Entry], *, is_sum: bool
    ) -> bool:
        """Tell whether indexes of one final order can be merged to cover all filtered fields."""
        served: set[str] = set()
        found = False
        for index in self.composite.get(collection, ()):
            head, tail = index[: len(index) - len(ordered)], index[len(index) - len(ordered) :]
            in_order = set(tail) == set(ordered) if is_sum else list(tail) == ordered
            if in_order and {field for field, _ in head} <= filtered:
                served |= {field for field, _ in head}
                found = True
        return found and served == filtered


def _count_values(value: Any) -> int:
    """Count the values that are not maps, and the elements of lists."""
    if isinstance(value, dict):
        return sum(map(_count_values, value.values()))
    return len(value) if isinstance(value, list) else 1


def _values_of(fields: Mapping[str, Value], field: str) -> int:
    """Return how many entries of a composite index a field causes."""
    value = field_value(dict(fields), tuple(field.split(".")))
    if value is MISSING:
        return 0
    return len(value) if isinstance(value, list) else 1


def _orders(query: Query, equal: Iterable[str]) -> list[Entry]:
    """Return the order of an index; it ends in the names, in the last field's direction."""
    orders = [order for order in effective_orders(query) if _text(order.field) not in equal]
    if orders and names_of(orders[-1].field) == (NAME,):
        before = orders[-2].descending if len(orders) > 1 else False
        if orders[-1].descending == before:
            orders = orders[:-1]
    return [(_text(order.field), _direction(order)) for order in orders]


def _direction(order: OrderBy) -> str:
    return DESCENDING if order.descending else ASCENDING


def _text(field: FieldPath) -> str:
    return ".".join(names_of(field))


def _mode(index: Mapping[str, Any]) -> str:
    return CONTAINS if "arrayConfig" in index else str(index["order"])
