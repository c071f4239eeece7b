"""A filter that staff ask by: the same FILTER as of an audience. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from parley.domain.access import RefusalKind, Refused
from parley.domain.campaigns.filters import FilterError, predicate
from schema.audience_filters import Filter
from schema.campaigns import FilterAudience
from schema.explain import explain
from schema.reasons import CallableReason


def read_where(where: Mapping[str, Any]) -> Filter:
    """Return the filter; raise ``Refused`` with what is wrong in it."""
    try:
        asked = FilterAudience.parse({"where": where}).where
        predicate(asked)
    except ValidationError as error:
        raise _refusal(explain(error)) from error
    except FilterError as error:
        raise _refusal(str(error)) from error
    return asked


def _refusal(why: str) -> Refused:
    return Refused(RefusalKind.INVALID, CallableReason.INVALID_ARGUMENT, why)
