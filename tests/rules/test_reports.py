"""Reports are for the eyes of the service's staff, and nobody writes one but the server."""

from collections.abc import Callable

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from schema import paths
from tests.rules.acting import DELETE, NOW, Document, verdict
from tests.rules.cast import ROLES, Cast
from tests.rules.conftest import Seed
from tests.rules.form import FUTURE, PAST

Act = Callable[[str], firestore.Client]
EVERYBODY = ("nobody", "alice", "bob", "carol", "stranger", "rival-owner", *ROLES)


def report(cast: Cast, **changed: object) -> Document:
    """Alice's report of what Bob wrote in the group."""
    return {
        "serviceId": cast.service,
        "chatId": cast.group,
        "messageId": "m1",
        "message": {"senderId": cast.bob, "body": "an insult", "createdAt": PAST},
        "senderId": cast.bob,
        "reporterId": cast.alice,
        "reason": "harassment",
        "state": "open",
        "createdAt": PAST,
        **changed,
    }


@pytest.fixture
def reported(cast: Cast, seed: Seed) -> list[str]:
    """The newest open one, an older open one, one that is resolved, and one of the rival's."""
    one, two, three, four = (paths.report(f"r{n}-{cast.suffix}") for n in range(4))
    seed(
        {
            one: report(cast, createdAt=FUTURE),
            two: report(cast),
            three: report(cast, state="resolved", resolution="upheld"),
            four: report(cast, serviceId=cast.rival),
        }
    )
    return [one, two, three, four]


def of_service(client: firestore.Client, service_id: str) -> firestore.Query:
    return client.collection(paths.REPORTS).where(filter=FieldFilter("serviceId", "==", service_id))


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_staff_of_its_service_get_a_report(who: str, reported: list[str], act: Act) -> None:
    expected = "allowed" if who in ROLES else "denied"
    assert verdict(act(who).document(reported[0]).get) == expected
    assert verdict(act(who).document(paths.report("none")).get) == "denied"


@pytest.mark.parametrize("who", ROLES)
def test_staff_list_open_reports_newest_first(
    who: str, cast: Cast, reported: list[str], act: Act
) -> None:
    wanted = (
        of_service(act(who), cast.service)
        .where(filter=FieldFilter("state", "==", "open"))
        .order_by("createdAt", direction="DESCENDING")
        .limit(10)
    )
    assert [found.reference.path for found in wanted.get()] == reported[:2]


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_lists_the_reports_of_another_service_or_of_all(
    who: str, cast: Cast, reported: list[str], act: Act
) -> None:
    theirs = of_service(act(who), cast.rival)
    assert verdict(theirs.get) == ("allowed" if who == "rival-owner" else "denied")
    assert verdict(act(who).collection(paths.REPORTS).limit(1).get) == "denied"
    about = (
        act(who).collection(paths.REPORTS).where(filter=FieldFilter("reporterId", "==", cast.alice))
    )
    assert verdict(about.get) == "denied"
    assert verdict(act(who).collection_group(paths.REPORTS).get) == "denied"


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_writes_a_report(who: str, cast: Cast, reported: list[str], act: Act) -> None:
    there = act(who).document(reported[0])
    new = act(who).document(paths.report(f"new-{cast.suffix}"))
    assert verdict(lambda: new.set(report(cast, reporterId=cast.member(who), createdAt=NOW))) == (
        "denied"
    )
    assert verdict(lambda: there.update({"state": "resolved"})) == "denied"
    assert verdict(lambda: there.update({"comment": DELETE})) == "denied"
    assert verdict(there.delete) == "denied"
