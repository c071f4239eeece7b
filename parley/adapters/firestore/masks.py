"""Which fields of documents to ask for, and which of their maps to look through ourselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from parley.adapters.firestore.decoding import decode_fields, decode_value
from parley.adapters.firestore.encoding import encode_path
from parley.store import FieldPath, Value
from parley.store.checks import NAME

MANY_ENTRIES: Final = 8
"""From so many entries of one map on, the map is asked for. The server looks for each path of a
mask in each document, so a hundred documents with a path of their own cost 10,000 look-ups."""


@dataclass(frozen=True, slots=True)
class Mask:
    """The fields to ask for: all of them, if there are no ``field_paths``.

    ``entries``: of these maps only the named entries are wanted, though the whole map comes.
    """

    field_paths: Sequence[str] = ()
    entries: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def decode(self, fields: Any) -> dict[str, Value]:
        """Decode the fields of a document, of its maps only what is wanted."""
        if not self.entries:
            return decode_fields(fields)
        decoded: dict[str, Value] = {}
        for name in fields:
            wanted = self.entries.get(name)
            if wanted is None:
                decoded[name] = decode_value(fields[name])
            elif found := _entries(fields[name].map_value.fields, wanted):
                decoded[name] = found
        return decoded


WHOLE: Final = Mask()


def mask_of(select: tuple[FieldPath, ...] | None) -> Mask:
    """Return the mask of a selection; one of no fields asks for the name alone."""
    if select is None:
        return WHOLE
    if not select:
        return Mask((NAME,))
    if len(select) < MANY_ENTRIES:
        return Mask([encode_path(one) for one in select])
    entries: dict[str, set[str]] = {}
    for one in select:
        if type(one) is tuple and len(one) == 2:
            entries.setdefault(one[0], set()).add(one[1])
    others = [one for one in select if type(one) is str or len(one) != 2]
    elsewhere = {one if isinstance(one, str) else one[0] for one in others}
    whole = {
        name: frozenset(names)
        for name, names in entries.items()
        if len(names) >= MANY_ENTRIES and name not in elsewhere
    }
    few = [(name, each) for name, names in entries.items() if name not in whole for each in names]
    return Mask([encode_path(one) for one in (*others, *few, *whole)], whole)


def _entries(fields: Any, wanted: frozenset[str]) -> dict[str, Value]:
    """Decode some entries of a map, looking through the shorter of both."""
    if len(fields) < len(wanted):
        return {name: decode_value(fields[name]) for name in fields if name in wanted}
    # Protobuf's maps add what is looked up and missing.
    return {name: decode_value(fields[name]) for name in wanted if name in fields}
