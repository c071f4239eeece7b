"""Find out which column of an imported file holds which field of a person. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from parley.domain.people.csv_records import UnreadableCsv
from schema import limits
from schema.base import Channel, Purpose
from schema.explain import describe_value

UID = "uid"
IGNORED = ""
"""The field of a column that is not imported."""

ERROR_COLUMN = "importError"
"""The column that a file of failed lines has for its messages; an import leaves it out."""

CONTACT_FIELDS = ("displayName", "phone", "email", "locale", "timeZone")
"""The fields that a person's own record has too."""

_SPELLINGS = {"userid": UID, "uid": UID, ERROR_COLUMN.lower(): IGNORED} | {
    name.lower(): name for name in (*CONTACT_FIELDS, "tags")
}
_ATTRIBUTE = re.compile(
    rf"attributes(\.(?!__[^.\s]*__(\.|$))[^.\s]{{1,128}}){{1,{limits.ATTRIBUTES_DEPTH}}}"
)
CONSENTS: Final[Mapping[str, tuple[Channel, Purpose]]] = {
    f"consents.{channel}.{purpose}": (channel, purpose)
    for channel in get_args(Channel)
    for purpose in get_args(Purpose)
}
"""The columns of consents, with their channel and purpose."""

EVIDENCE: Final = ("at", "source")
"""What an export tells of each consent beside it. An import leaves these columns out."""

_EVIDENCE = frozenset(f"{name}.{told}" for name in CONSENTS for told in EVIDENCE)
_KNOWN = (
    "uid, displayName, phone, email, locale, timeZone, tags, attributes.NAME and "
    "consents.CHANNEL.PURPOSE (such as consents.sms.marketing)"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The title and the field of each column, in the file's order."""

    titles: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def uid(self) -> int:
        """The place of the column with the uid."""
        return self.fields.index(UID)

    @property
    def consents(self) -> int:
        """How many columns hold consents."""
        return sum(field in CONSENTS for field in self.fields)

    @property
    def writes(self) -> int:
        """The most documents that a line changes.

        They are up to three, a history entry for each consent, and the devices for one of push.
        """
        has_push = any(CONSENTS[field][0] == "push" for field in self.fields if field in CONSENTS)
        return 3 + self.consents + has_push


def read_columns(titles: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Return the columns of a file; raise :class:`UnreadableCsv` naming what to change.

    ``mapping`` gives the field of a column by its title. An empty field leaves the column out.
    """
    named = [title.strip() for title in titles]
    for title in mapping:
        if title not in named:
            raise UnreadableCsv(
                f"mapping: the file has no column{describe_value(title).removeprefix(' and is')}; "
                f"it has {_shown(named)}"
            )
    fields = [_field(title, mapping.get(title, title)) for title in named]
    if UID not in fields:
        raise UnreadableCsv(
            f"line 1: no column holds the uid; name one uid, or map one to it. The columns are "
            f"{_shown(named)}; cells are separated by commas"
        )
    taken = [field for field in fields if field != IGNORED]
    for field in taken:
        clash = next((one for one in taken if one.startswith(f"{field}.")), None)
        if taken.count(field) > 1 or clash:
            other = f"and {clash} cannot both be set" if clash else "is the field of two columns"
            raise UnreadableCsv(f"line 1: {field} {other}; leave one out by mapping it to ''")
    return Columns(tuple(named), tuple(fields))


def _field(title: str, field: str) -> str:
    if field == IGNORED and title:
        return IGNORED
    known = _SPELLINGS.get(field.lower())
    if known is not None:
        return known
    if field in CONSENTS:
        return field
    if field in _EVIDENCE:
        return IGNORED
    if _ATTRIBUTE.fullmatch(field) and len(field.encode()) <= limits.ATTRIBUTES_PATH_BYTES:
        return field
    column = describe_value(title).removeprefix(" and is ")
    mapped = "" if field == title else f" is mapped to{describe_value(field)[7:]}, which"
    raise UnreadableCsv(
        f"line 1: the column {column}{mapped} is no field of a person; the fields are {_KNOWN}. "
        "Map it to one, or to '' to leave it out"
    )


def _shown(titles: Sequence[str]) -> str:
    shown = ", ".join(repr(title[:40]) for title in titles[:10])
    return f"{shown} and {len(titles) - 10} more" if len(titles) > 10 else shown
