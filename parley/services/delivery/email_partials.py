"""Load the templates that an email's template renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from parley.domain.delivery.email_addresses import InvalidEmail
from parley.domain.delivery.email_templates import partials_of
from parley.services.turns import SlowWork
from parley.store import Store
from schema import limits, paths

_FIELDS = ("subject", "text", "html")


async def load_partials(
    store: Store, service_id: str, template: Mapping[str, Any] | None, slow: SlowWork
) -> dict[str, Mapping[str, Any]]:
    """Return templates of the service by name: those that one renders, and those that they render.

    A read for each, in one call for each depth; a missing one is left out. One depth more than
    allowed is read, so that the error names it. Raise
    :class:`InvalidEmail` if they are too many.
    """
    found: dict[str, Mapping[str, Any]] = {}
    asked: set[str] = set()
    if template is None:
        return found
    level = [template]
    for _ in range(limits.EMAIL_PARTIALS_DEPTH + 1):
        found_names = await slow.run(partial(_names, level), service_id=service_id)
        names = sorted(found_names - asked)
        names = [name for name in names if name and "/" not in name]
        asked.update(names)
        if len(asked) > limits.EMAIL_PARTIALS:
            raise InvalidEmail(
                f"template.name: it renders {len(asked)} other templates, and the limit is "
                f"{limits.EMAIL_PARTIALS}; join some of them"
            )
        if not names:
            break
        snapshots = await store.get_many(
            [paths.email_template(service_id, name) for name in names], select=_FIELDS
        )
        loaded = {
            name: snapshot.fields
            for name, snapshot in zip(names, snapshots, strict=True)
            if snapshot is not None
        }
        found |= loaded
        level = list(loaded.values())
    return found


def _names(templates: Sequence[Mapping[str, Any]]) -> set[str]:
    return {name for one in templates for name in partials_of(one)}
