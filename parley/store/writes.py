"""Writes of a commit, each with its precondition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from parley.store.values import FieldPath, Value


@dataclass(frozen=True, slots=True)
class Exists:
    """The document must exist (``True``) or must not exist (``False``)."""

    value: bool


@dataclass(frozen=True, slots=True)
class UpdatedAt:
    """The document must exist and have been changed last at exactly this time."""

    time: datetime


Precondition = Exists | UpdatedAt

MUST_EXIST: Final = Exists(True)

MUST_NOT_EXIST: Final = Exists(False)

Changes = Mapping[str, Value] | Mapping[FieldPath, Value]
"""The fields that a write changes, and their new values or transforms."""


@dataclass(frozen=True, slots=True)
class Set:
    """Replace or create the document."""

    path: str
    fields: Mapping[str, Value]
    precondition: Precondition | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Change the named fields of a document that exists; each value replaces the whole field."""

    path: str
    fields: Changes
    precondition: Precondition = MUST_EXIST


@dataclass(frozen=True, slots=True)
class Merge:
    """Change the named fields, creating the document if it is missing."""

    path: str
    fields: Changes


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the document; without a precondition a missing one is fine."""

    path: str
    precondition: Precondition | None = None


Write = Set | Update | Merge | Delete


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a commit answered: one ``update_times`` entry a write, in order.

    A delete has the commit's own time.
    """

    commit_time: datetime
    update_times: Sequence[datetime]
