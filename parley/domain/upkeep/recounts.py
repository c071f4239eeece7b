"""What a recount has found so far, and the cursor that carries it from page to page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field, Strict, TypeAdapter

from parley.domain.cursors import no_cursor_of, pack, unpack
from schema.recounts import Recount, recount_fields

Place = Annotated[str, Field(pattern=r"^(chats|campaignStatus)/[^/]*$", max_length=320)]
_Sum = Annotated[int, Strict(), Field(ge=0)]
_CURSOR: TypeAdapter[tuple[str, int, int, int, dict[str, int]]] = TypeAdapter(
    tuple[Place, _Sum, _Sum, _Sum, Annotated[dict[str, _Sum], Field(max_length=20)]]
)


@dataclass(frozen=True, slots=True)
class Recounted:
    """How many chats and campaigns were recounted, and what had drifted, by kind."""

    checked: int = 0
    repaired: int = 0
    unreadable: int = 0
    drift: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Recounted) -> Recounted:
        return Recounted(
            self.checked + other.checked,
            self.repaired + other.repaired,
            self.unreadable + other.unreadable,
            dict(Counter(self.drift) + Counter(other.drift)),
        )

    def fields(self, *, at: Any, by: str) -> dict[str, Any]:
        """Return the stored note of a recount that came to its end."""
        return recount_fields(
            at=at,
            by=by,
            checked=self.checked,
            drift=self.drift,
            repaired=self.repaired,
            unreadable=self.unreadable,
        )


def recount_cursor(place: str, so_far: Recounted) -> str:
    """Return where a recount goes on, with what it has found before."""
    return pack([place, so_far.checked, so_far.repaired, so_far.unreadable, dict(so_far.drift)])


def read_recount_cursor(cursor: str) -> tuple[str, Recounted]:
    """Return what ``recount_cursor`` was given; refuse any other text."""
    try:
        place, checked, repaired, unreadable, drift = _CURSOR.validate_python(unpack(cursor))
    except ValueError:
        raise no_cursor_of("a recount") from None
    return place, Recounted(checked, repaired, unreadable, drift)


def last_recount(stored: Recount) -> dict[str, Any]:
    """Return a finished recount as the report on a project's health has it."""
    return {
        "at": stored.at.isoformat(),
        "by": stored.by,
        "checked": stored.checked,
        "drift": dict(stored.drift),
        "drifted": sum(stored.drift.values()),
        "repaired": stored.repaired,
        "unreadable": stored.unreadable,
    }
