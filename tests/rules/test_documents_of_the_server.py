"""Documents that only the server reads and writes: no client does either, of any role."""

from collections.abc import Callable

import pytest
from google.cloud import firestore

from schema import paths
from tests.rules.acting import verdict
from tests.rules.cast import Cast
from tests.rules.conftest import Seed
from tests.rules.test_reading import EVERYBODY

DOCUMENTS: list[tuple[str, Callable[[Cast], str]]] = [
    ("an SMS of a campaign", lambda c: paths.campaign_sms(f"c-{c.suffix}", c.alice)),
    ("a number of a campaign", lambda c: paths.campaign_number(f"c-{c.suffix}", "+12025550101")),
    ("the list of who blocked a person", lambda c: paths.blocked_by(c.alice)),
    ("a hold", lambda c: paths.hold(c.alice)),
    ("a budget of callables", lambda c: paths.budget(c.alice)),
    ("invitations", lambda c: paths.invitations(c.alice)),
    ("a sender's turn", lambda c: paths.sms_sender(f"+1202{c.suffix}")),
    ("the last recount", lambda c: paths.last_recount()),
    ("a digest", lambda c: f"digestQueue/{c.alice}"),
    ("a past member of a case", lambda c: paths.past_member(c.case, c.alice)),
    ("a past member of a group", lambda c: paths.past_member(c.group, c.alice)),
    ("a version of a message", lambda c: paths.message_version(c.direct, "m1", "v1")),
    ("a version in a case", lambda c: paths.message_version(c.case, "m1", "v1")),
]


@pytest.fixture(scope="module")
def cast(new_cast: Callable[[], Cast], seed: Seed) -> Cast:
    """One cast for all, since nothing changes, with a document at every path."""
    cast = new_cast()
    seed({path(cast): {"serviceId": cast.service, "uid": cast.alice} for _, path in DOCUMENTS})
    return cast


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in DOCUMENTS])
def test_no_client_reads_or_writes_them(
    path: Callable[[Cast], str],
    who: str,
    cast: Cast,
    act: Callable[[str], firestore.Client],
) -> None:
    client, there = act(who), path(cast)
    document = client.document(there)
    new = client.document(f"{there}-new")
    collection = client.collection(there.rpartition("/")[0])
    fields = {"serviceId": cast.service, "uid": cast.member(who) if who != "nobody" else "x"}
    verdicts = {
        "get": verdict(document.get),
        "list": verdict(collection.limit(1).get),
        "create": verdict(lambda: new.set(fields)),
        "update": verdict(lambda: document.update({"serviceId": "other"})),
        "delete": verdict(document.delete),
    }
    assert set(verdicts.values()) == {"denied"}, verdicts
