"""What a provider answers about one attempt at a job, in the engine's words.

A channel's error table turns its provider's errors into these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the job."""

    info: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider refused the job, or reports that it failed, for good."""

    code: str
    message: str
    info: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Temporary:
    """The provider did not take the job and may take it later: 429, 5xx, no connection."""

    code: str
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """The call ended without an answer; nobody knows whether the provider took the job."""

    message: str


Answer = Accepted | Refused | Temporary | Lost
