"""How soon a receipt, typing and an edit may be written again: by the time of the last one."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore

from schema import ids, limits, paths
from tests.rules.acting import DELETE, NOW, Document, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.form import PAST

Act = Callable[[str], firestore.Client]
Place = Callable[[Cast], str]

PATIENCE_SECONDS = 60.0
SOON = 0.5
"""Seconds before the end of a pace at which a write is tried."""


def receipt(cast: Cast) -> str:
    return paths.read_receipt(cast.direct, cast.alice)


def typing(cast: Cast) -> str:
    return paths.typing_indicator(cast.direct, cast.alice)


def message(cast: Cast) -> str:
    return paths.message(cast.direct, "m1")


def seen(at: datetime) -> Document:
    return {"readTo": PAST, "deliveredTo": PAST, "readAt": at}


def edited(at: datetime) -> Document:
    return {"senderId": "", "body": "Hello", "createdAt": PAST, "editedAt": at}


READ: Document = {"readTo": PAST, "readAt": NOW}
EDIT: Document = {"body": "Better", "editedAt": NOW}

PACES = [
    pytest.param(receipt, seen, READ, limits.RECEIPT_SECONDS, id="a receipt"),
    pytest.param(typing, lambda at: {"at": at}, {"at": NOW}, limits.TYPING_SECONDS, id="typing"),
    pytest.param(message, edited, EDIT, limits.EDIT_SECONDS, id="an edit"),
]


@pytest.mark.parametrize(("place", "before", "update", "pace"), PACES)
def test_a_write_waits_for_its_pace(
    place: Place,
    before: Callable[[datetime], Document],
    update: Document,
    pace: int,
    cast: Cast,
    seed: Seed,
    act: Act,
) -> None:
    document = act("alice").document(place(cast))

    def written_after(seconds: float) -> str:
        """Return the verdict on a write so long after the last one."""
        known = before(datetime.now(UTC) - timedelta(seconds=seconds))
        seed({place(cast): known | ({"senderId": cast.alice} if "senderId" in known else {})})
        return verdict(lambda: document.update(update))

    assert written_after(pace + 0.01) == "allowed"
    # On a busy machine a try may come too late to tell anything.
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        begun = time.monotonic()
        said = written_after(pace - SOON)
        if time.monotonic() - begun < SOON:
            break
        assert time.monotonic() < give_up
    assert said == "denied"
    assert written_after(-60) == "denied"


def test_the_first_edit_needs_no_wait_and_a_deletion_never_does(
    cast: Cast, seed: Seed, act: Act
) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=1)
    said = {"senderId": cast.alice, "body": "Hello", "createdAt": ahead}
    mine = act("alice").document(message(cast))

    seed({message(cast): said})
    assert verdict(lambda: mine.update(EDIT)) == "allowed"
    seed({message(cast): {**said, "editedAt": ahead}})
    assert verdict(lambda: mine.update({"body": DELETE, "deletedAt": NOW})) == "allowed"


def test_typing_ends_and_begins_anew_at_once(cast: Cast, seed: Seed, act: Act) -> None:
    ahead = datetime.now(UTC) + timedelta(minutes=1)
    mine = act("alice").document(typing(cast))
    seed({typing(cast): {"at": ahead}})

    assert verdict(lambda: mine.set({"at": NOW})) == "denied"
    assert verdict(mine.delete) == "allowed"
    assert verdict(lambda: mine.set({"at": NOW})) == "allowed"


def test_staff_share_the_pace_of_their_dashboards_receipt(cast: Cast, seed: Seed, act: Act) -> None:
    place = paths.read_receipt(cast.case, ids.service_member(cast.service))
    seed({place: seen(datetime.now(UTC) + timedelta(minutes=1))})
    for who in ("owner", "admin", "agent"):
        assert verdict(lambda who=who: act(who).document(place).update(READ)) == "denied"
    seed({place: seen(PAST)})
    assert verdict(lambda: act("agent").document(place).update(READ)) == "allowed"
