"""Faults that a test orders from a stand-in: errors, slowness, answers that get lost.

Whether a fault strikes depends on its seed, on who the call is for, and on how often that one was
called before. So a run with many calls at once is struck the same way each time, whatever order
they arrive in.
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
    """One fault: how often it strikes, whom, and what it does to a call.

    With neither `status` nor `drop_answer` it only delays. `drop_answer` accepts the call, whatever
    the status, and loses the answer, so that the caller cannot know.
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
    """The faults in force; the first that matches a call and strikes decides about it."""

    def __init__(self, faults: Sequence[Fault] = ()) -> None:
        self.replace(faults)

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults)

    def replace(self, faults: Sequence[Fault]) -> None:
        """Put these in force and begin counting anew, so that a repeated run is struck alike."""
        self._faults = tuple(faults)
        self._seen = [Counter[str]() for _ in faults]

    def strike(self, fields: Mapping[str, str]) -> Fault | None:
        """The fault that strikes a call; `match` looks at `fields`, the target being the first."""
        for fault, seen in zip(self._faults, self._seen, strict=True):
            if not all(re.search(p, fields.get(name, "")) for name, p in fault.match.items()):
                continue
            who = next(iter(fields.values()), "")
            seen[who] += 1
            if chance(fault.seed, who, seen[who]) < fault.rate:
                return fault
        return None


def chance(seed: int | str, who: str, attempt: int) -> float:
    """A number in [0, 1) that these three determine."""
    digest = hashlib.blake2b(f"{seed}/{attempt}/{who}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
