"""Decide what an imported line changes about a person. Pure.

A person decides about themselves: what their own record says is never overwritten, and neither is a
consent that they, or staff, gave or withdrew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from parley.domain.people.consent_changes import (
    Answer,
    consent_of,
    history_id,
    is_news,
    mirrored_pushes,
)
from parley.domain.people.import_rows import PersonRow
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    ArrayUnion,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from schema import limits, paths
from schema.base import json_bytes
from schema.consent_history import ConsentSource
from schema.patches import PathPatch
from schema.services import list_member_fields
from schema.users import (
    IMPORTED_FIELDS,
    PROVEN_PHONE,
    consents_patch,
    imported_user_fields,
    service_user_fields,
    user_patch,
)

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Known:
    """What stands about a person: the service's record, their own, and their place on the list."""

    record: Snapshot | None
    own: Snapshot | None
    member: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What a line does: an outcome with its writes, or why it cannot be imported."""

    outcome: Outcome = "unchanged"
    writes: list[Write] = field(default_factory=list)
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class ImportInto:
    """Where an import goes: a service, perhaps one of its lists; by whom, and its own id."""

    service_id: str
    list_id: str | None
    by: str
    id: str


def import_row(row: PersonRow, known: Known, into: ImportInto) -> Imported:
    """Return what one line changes, with the history of the consents that it gives or withdraws.

    A person new to the service gets a record, and the service is added to their own record if they
    have one. For a known person, a filled cell sets its field, and tags are added.
    """
    service_id, list_id = into.service_id, into.list_id
    own = known.own.fields if known.own is not None else {}
    if own.get("deletedAt") is not None:
        return Imported(wrong="this person has deleted their account; leave them out")
    old = known.record.fields if known.record is not None else {}
    attributes = _attributes(old.get("attributes"), row.attributes)
    size = json_bytes(attributes)
    if size > limits.USER_ATTRIBUTES_BYTES:
        return Imported(
            wrong=f"the person's attributes would have {size} bytes as JSON, the limit is "
            f"{limits.USER_ATTRIBUTES_BYTES}; import fewer"
        )
    tags = _tags(old.get("tags"), row.tags)
    if len(tags) > limits.USER_TAGS:
        return Imported(
            wrong=f"the person would have {len(tags)} tags, the limit is {limits.USER_TAGS}"
        )
    writes: list[Write] = []
    told = row.contact | _proven(row.contact, old)
    contact = {name: value for name, value in told.items() if own.get(name) is None}
    answers = _answers(row, old.get("consents"), into)
    if known.record is None:
        writes.append(_new_record(row, own, contact, attributes, answers, service_id=service_id))
    elif patch := _patch(row, known.record, contact, attributes, tags, answers):
        writes.append(Update(known.record.path, patch, UpdatedAt(known.record.update_time)))
    writes += [
        answer.history(service_id, row.uid, history_id(into.id, answer.channel, answer.purpose))
        for answer in answers
    ]
    writes += mirrored_pushes(service_id, row.uid, old.get("consents"), answers)
    services = own.get("serviceIds")
    if known.own is not None and service_id not in (services if isinstance(services, list) else ()):
        joined = user_patch(service_ids=ArrayUnion((service_id,)))
        writes.append(Update(known.own.path, joined, UpdatedAt(known.own.update_time)))
    if list_id is not None and known.member is None:
        path = paths.list_member(service_id, list_id, row.uid)
        writes.append(Set(path, list_member_fields(added_at=SERVER_TIME), MUST_NOT_EXIST))
    if known.record is None:
        return Imported("created", writes)
    return Imported("updated" if writes else "unchanged", writes)


def _proven(contact: Mapping[str, str], old: Mapping[str, Any]) -> dict[str, str]:
    """Return a number as surely the person's, since staff know it.

    One that stands in the record already may come from an export, and so from the person.
    """
    phone = contact.get("phone")
    return {} if phone is None or phone == old.get("phone") else {PROVEN_PHONE: phone}


def _new_record(
    row: PersonRow,
    own: Mapping[str, Any],
    contact: Mapping[str, str],
    attributes: Mapping[str, Any],
    answers: Sequence[Answer],
    *,
    service_id: str,
) -> Set:
    consents: dict[str, dict[str, Any]] = {}
    for answer in answers:
        consents.setdefault(answer.channel, {})[answer.purpose] = answer.entry()
    fields = imported_user_fields(
        service_user_fields(uid=row.uid, user=own, created_at=SERVER_TIME),
        contact=contact,
        attributes=attributes,
        tags=row.tags,
        consents=consents,
    )
    return Set(paths.service_user(service_id, row.uid), fields, MUST_NOT_EXIST)


def _patch(
    row: PersonRow,
    record: Snapshot,
    contact: Mapping[str, str],
    attributes: Mapping[str, Any],
    tags: list[str],
    answers: Sequence[Answer],
) -> PathPatch:
    """Return the fields of a known person that change."""
    old = record.fields
    patch: PathPatch = {name: value for name, value in contact.items() if old.get(name) != value}
    before = old.get(IMPORTED_FIELDS)
    known = before if isinstance(before, list) else []
    if any(name not in known for name in patch):
        patch[IMPORTED_FIELDS] = sorted({*map(str, known), *map(str, patch)})
    if attributes != old.get("attributes") and row.attributes:
        patch["attributes"] = attributes
    if tags != old.get("tags") and row.tags:
        patch["tags"] = tags
    consents = {(one.channel, one.purpose): one.entry() for one in answers}
    return patch | consents_patch(consents)


def _answers(row: PersonRow, consents: object, into: ImportInto) -> list[Answer]:
    """Return the answers of a line that change a consent: only ones of imports, or none yet."""
    answers = [
        Answer(
            channel=channel,
            purpose=purpose,
            granted=granted,
            source=ConsentSource.IMPORT,
            by=into.by,
        )
        for (channel, purpose), granted in row.consents.items()
    ]
    return [
        answer
        for answer in answers
        if (entry := consent_of(consents, answer.channel, answer.purpose)) is None
        or (
            isinstance(entry, Mapping)
            and entry.get("source") == ConsentSource.IMPORT
            and is_news(entry, answer)
        )
    ]


def _attributes(old: Any, new: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Return the attributes with the imported ones among them."""
    merged: dict[str, Any] = deepcopy(dict(old)) if isinstance(old, Mapping) else {}
    for path, value in new.items():
        place = merged
        for name in path[:-1]:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        held = place.get(path[-1])
        if type(held) is not type(value) or held != value:
            place[path[-1]] = value
    return merged


def _tags(old: Any, new: list[str]) -> list[str]:
    known = [tag for tag in old if isinstance(tag, str)] if isinstance(old, list) else []
    return list(dict.fromkeys([*known, *new]))
