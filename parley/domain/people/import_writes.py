"""Decide what an imported line changes about a person. Pure.

A person decides about themselves: what their own record says is never overwritten, and neither is a
consent that they, or staff, gave or withdrew.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

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
from schema.patches import PathPatch
from schema.services import list_member_fields
from schema.users import (
    IMPORTED_FIELDS,
    consent_fields,
    imported_user_fields,
    service_user_fields,
    user_patch,
)

SOURCE = "import"
"""The source of a consent that an import granted or withdrew."""

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


def import_row(row: PersonRow, known: Known, *, service_id: str, list_id: str | None) -> Imported:
    """Return what one line changes.

    A person new to the service gets a record, and the service is added to their own record if they
    have one. For a known person, a filled cell sets its field, and tags are added.
    """
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
    contact = {name: value for name, value in row.contact.items() if own.get(name) is None}
    if known.record is None:
        writes.append(_new_record(row, own, contact, attributes, service_id=service_id))
    elif patch := _patch(row, known.record, contact, attributes, tags):
        writes.append(Update(known.record.path, patch, UpdatedAt(known.record.update_time)))
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


def _new_record(
    row: PersonRow,
    own: Mapping[str, Any],
    contact: Mapping[str, str],
    attributes: Mapping[str, Any],
    *,
    service_id: str,
) -> Set:
    consents: dict[str, dict[str, Any]] = {}
    for (channel, purpose), granted in row.consents.items():
        entry = consent_fields(granted=granted, at=SERVER_TIME, source=SOURCE)
        consents.setdefault(channel, {})[purpose] = entry
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
    for (channel, purpose), granted in row.consents.items():
        if _may_set(old.get("consents"), channel, purpose, granted=granted):
            entry = consent_fields(granted=granted, at=SERVER_TIME, source=SOURCE)
            patch["consents", channel, purpose] = entry
    return patch


def _may_set(consents: Any, channel: str, purpose: str, *, granted: bool) -> bool:
    """Return whether an import changes this consent: only one that an import gave, or none."""
    of_channel = consents.get(channel) if isinstance(consents, Mapping) else None
    entry = of_channel.get(purpose) if isinstance(of_channel, Mapping) else None
    if entry is None:
        return True
    return (
        isinstance(entry, Mapping)
        and entry.get("source") == SOURCE
        and entry.get("granted") is not granted
    )


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
