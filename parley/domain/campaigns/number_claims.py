"""Who of a campaign's people gets the SMS for a number that several have. Pure.

The first in the order of the campaign, with two exceptions, so that nobody displaces another by
stating their number: somebody who proved it takes it over from somebody who did not, and within a
batch those come first who stated it first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from parley.domain.campaigns.kinds import Person
from parley.domain.people.proven_phones import proves_number, rank
from parley.store import Snapshot
from schema.campaign_sms import NumberHolder


def with_claim(person: Person, claim: Snapshot | None) -> Person:
    """Return a person who knows who has their number; ``claim`` is its stored ``NumberHolder``.

    A claim that gives way is kept, so that it is replaced as it was read.
    """
    if claim is None:
        return person
    holder = NumberHolder.parse_or_none(claim.fields)
    is_own = holder is not None and holder.uid == person.uid
    if holder is None or (not is_own and not holder.is_proven and proves_number(person.user)):
        return replace(person, number_claim=claim)
    return replace(person, number_holder=holder.uid)


def in_order_of_claims(
    people: Sequence[Person], numbers: Mapping[str, str | None]
) -> Sequence[Person]:
    """Return people in their order, those of one number by the right to it.

    ``numbers`` has the number of each by uid, None for those who get no SMS.
    """
    places: dict[str, list[int]] = {}
    for at, one in enumerate(people):
        number = numbers[one.uid]
        if number is not None:
            places.setdefault(number, []).append(at)
    ordered = list(people)
    for shared in places.values():
        if len(shared) > 1:
            some = sorted((people[at] for at in shared), key=_right)
            for at, one in zip(shared, some, strict=True):
                ordered[at] = one
    return ordered


def _right(person: Person) -> tuple[bool, datetime]:
    return rank({} if person.user is None else person.user.fields)
