"""``upkeep/ramp``: how fast all campaigns together may write now, and until when that is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from schema.base import Document, Time


class StoredRamp(Document):
    """The ramp of the project; for the server alone.

    ``pace`` is in operations a second on one range of keys, and began at ``base``. ``sent`` counts
    the operations that were sent at this pace. ``lanes`` says for each lane of the pace until when
    it is taken.
    """

    base: float = Field(gt=0, allow_inf_nan=False)
    pace: float = Field(gt=0, allow_inf_nan=False)
    sent: float = Field(ge=0, allow_inf_nan=False)
    lanes: list[Time] = Field(min_length=1)


def ramp_fields(*, base: float, pace: float, sent: float, lanes: Sequence[Any]) -> dict[str, Any]:
    """Return a ``StoredRamp``."""
    return {"base": base, "pace": pace, "sent": sent, "lanes": list(lanes)}
