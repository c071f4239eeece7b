"""By what a dashboard finds the cases that it has not read, and who may change that."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import ids, paths
from tests.rules.acting import DELETE, Document, verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed

Act = Callable[[str], firestore.Client]
ROW: Document = {"serviceId": "s", "kind": "case", "messageCount": 5, "readCount": 2}


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"readCount": 5, "isUnread": False}, "allowed"),
        ({"readCount": 4, "isUnread": False}, "denied"),
        ({"isUnread": False}, "denied"),
        ({"readCount": 4}, "allowed"),
        ({"readCount": 5, "markedUnread": True}, "allowed"),
        ({"readCount": 5, "markedUnread": True, "isUnread": False}, "denied"),
        ({"readCount": 5, "isUnread": "no"}, "denied"),
        ({"readCount": 5, "isUnread": DELETE}, "denied"),
        ({"isUnanswered": False}, "denied"),
        ({"assigneeId": "ada"}, "denied"),
    ],
)
def test_a_case_is_no_longer_unread_once_staff_have_read_it(
    update: Document, expected: str, cast: Cast, seed: Seed, act: Act
) -> None:
    path = paths.user_chat(ids.service_member(cast.service), cast.case)
    seed({path: {**ROW, "isUnread": True, "isUnanswered": True, "assigneeId": None}})
    assert verdict(lambda: act("agent").document(path).update(update)) == expected
    own = paths.user_chat(cast.alice, cast.case)
    seed({own: {**ROW, "isUnread": True}})
    if "isUnread" in update:
        assert verdict(lambda: act("alice").document(own).update(update)) == "denied"


def test_a_case_that_was_read_can_be_marked_unread(cast: Cast, seed: Seed, act: Act) -> None:
    path = paths.user_chat(ids.service_member(cast.service), cast.case)
    seed({path: {**ROW, "readCount": 5}})
    row = act("agent").document(path)
    assert verdict(lambda: row.update({"isUnread": True})) == "denied"
    assert verdict(lambda: row.update({"isUnread": True, "markedUnread": True})) == "allowed"
    assert verdict(lambda: row.update({"isUnread": False, "markedUnread": False})) == "allowed"
