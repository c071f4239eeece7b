"""Read a distribution list as staff wrote it, and refuse one that selects nobody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from parley.domain.campaigns.filters import FilterError, predicate
from parley.domain.campaigns.job import InvalidCampaign
from schema.audience_filters import Filter
from schema.explain import explain
from schema.reasons import CampaignError
from schema.services import DistributionList


def read_list(list_id: str, fields: Mapping[str, Any] | None) -> Filter | None:
    """Return the saved filter of a list, None for a list of members.

    The filter counts, even if there are ``members`` too. Raise
    :class:`InvalidCampaign` if the list does not exist or cannot be used.
    """
    if fields is None:
        raise unknown_list(list_id)
    try:
        saved = DistributionList.parse(fields).where
    except ValidationError as error:
        raise _unusable(list_id, explain(error, with_values=True)) from error
    if saved is not None:
        try:
            predicate(saved)
        except FilterError as error:
            raise _unusable(list_id, str(error)) from error
    return saved


def unknown_list(list_id: str, *, is_empty: bool = False) -> InvalidCampaign:
    """Return the refusal of a list that does not exist, or has neither members nor a filter."""
    if is_empty:
        return InvalidCampaign(
            CampaignError.UNKNOWN_LIST,
            f"audience.listId: the list {list_id!r} has neither members nor a filter; "
            "add people to it, or give it a filter.",
        )
    return InvalidCampaign(
        CampaignError.UNKNOWN_LIST,
        f"audience.listId: the service has no list {list_id!r}; name one of its lists.",
    )


def _unusable(list_id: str, why: str) -> InvalidCampaign:
    return InvalidCampaign(
        CampaignError.INVALID_FILTER, f"audience.listId: the list {list_id!r} cannot be used: {why}"
    )
