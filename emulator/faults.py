"""Faults that a test requests from a stand-in: errors, delays, lost answers.

Whether a fault applies to a call depends on its seed, the call's target, and the number of earlier
calls to that target. So a run with many concurrent calls gets the same faults each time, in any
order of arrival.
"""

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel


def _regular(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_regular)]


class Fault(BaseModel):
    """One fault: how often it applies, to which calls, and its effect.

    With neither `status` nor `drop_answer` it only delays. `drop_answer` accepts the call, with any
    status, and loses the answer, so the caller cannot know.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )

    rate: float = Field(default=1.0, ge=0, le=1)
    status: int | None = Field(default=None, ge=100, le=599)
    code: str | int | None = None
    retry_after: float | None = Field(default=None, ge=0)
    delay_ms: float = Field(default=0, ge=0)
    drop_answer: bool = False
    match: dict[str, Pattern] = {}
    seed: int | str = Field(default_factory=lambda: secrets.randbits(32))


FAULTS = TypeAdapter(list[Fault])


class FaultPlan:
    """The active faults. The first that matches a call and applies decides it."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.replace(faults)

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults)

    @property
    def is_active(self) -> bool:
        return bool(self._faults)

    def replace(self, faults: Sequence[Fault]) -> None:
        """Replace the faults and restart the counts, so a repeated run gets the same faults."""
        self._faults = tuple(faults)
        self._seen = [Counter[str]() for _ in faults]

    def strike(self, fields: Mapping[str, str]) -> Fault | None:
        """Return the fault that applies to a call; the first of `fields` is the target."""
        for fault, seen in zip(self._faults, self._seen, strict=True):
            if not all(re.search(p, fields.get(name, "")) for name, p in fault.match.items()):
                continue
            who = next(iter(fields.values()), "")
            seen[who] += 1
            if chance(fault.seed, who, seen[who]) < fault.rate:
                return fault
        return None


def chance(seed: int | str, who: str, attempt: int) -> float:
    """Return a number in [0, 1) that these three determine."""
    digest = hashlib.blake2b(f"{seed}/{attempt}/{who}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
