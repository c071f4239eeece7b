"""How a query is declared: its collection, conditions and order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from parley.store import Operator, OrderBy, Query, Where
from parley.store.checks import LIST_OPERATORS
from schema import paths
from schema.reasons import RecipientState

ANY = "any"
"""Stands for a value, or for an id in a path."""


@dataclass(frozen=True)
class Asked:
    """One query, or sums over it."""

    query: Query
    sums: Sequence[str] = ()


def asked(
    collection: str,
    *conditions: str,
    order: str = "",
    sums: Sequence[str] = (),
    is_group: bool = False,
) -> Asked:
    """Conditions are spelled `field operator`, orders `field` or `-field`."""
    named = (condition.split(" ") for condition in conditions)
    where = tuple(
        Where(field, cast(Operator, operator), [ANY] if operator in LIST_OPERATORS else ANY)
        for field, operator in named
    )
    orders = tuple(OrderBy(name.removeprefix("-"), name[0] == "-") for name in order.split())
    return Asked(Query(collection, where, orders, is_group=is_group), sums)


MEMBERS = paths.chat_members(ANY)
MESSAGES = paths.messages(ANY)
BATCHES = paths.campaign_batches(ANY)
PEOPLE = paths.service_users(ANY)
LISTED = paths.list_members(ANY, ANY)
ROWS = paths.user_chats(ANY)
AUDIT = f"{paths.chat(ANY)}/audit"
AUDIT_OF_SERVICE = f"{paths.service(ANY)}/audit"
RECEIVED = f"{paths.service(ANY)}/inboundSms"
STATES = [f"counts.{state}" for state in RecipientState]
